using Steward.Masking.Set;
using Steward.Platform.Masking;

namespace Steward.Masking;

/// <summary>How one kind did.</summary>
/// <param name="Labelled">Values that should be hidden.</param>
/// <param name="Found">Of them those that one place of the same kind hides completely.</param>
/// <param name="Hidden">Of them those that places of any kind hide completely: what does not leave.</param>
/// <param name="Masked">Places that were masked as this kind.</param>
/// <param name="Right">Of them those that touch a value of this kind.</param>
public sealed record Score(string Kind, int Labelled, int Found, int Hidden, int Masked, int Right)
{
    public double Recall => Labelled == 0 ? 1 : (double)Found / Labelled;

    public double HiddenShare => Labelled == 0 ? 1 : (double)Hidden / Labelled;

    public double Precision => Masked == 0 ? 1 : (double)Right / Masked;
}

/// <summary>Runs the masker over a labelled set.</summary>
public static class Measure
{
    /// <summary>Kinds that have a pattern; names and addresses have only cues and records.</summary>
    public static readonly IReadOnlyList<string> Patterns = ["card", "ssn", "email", "phone", "iban", "ip"];

    public static IReadOnlyList<Score> Run(IReadOnlyList<Labelled> set)
    {
        var found = set.Select(text => (Text: text, Spans: Masker.Find(text.Text, Known(text)))).ToList();
        return [.. Patterns.Concat(["name", "address"]).Select(kind => Of(kind, found))];
    }

    /// <summary>Texts with nothing personal in which something was masked.</summary>
    public static IReadOnlyList<(Labelled Text, IReadOnlyList<MaskSpan> Spans)> FalseAlarms(IReadOnlyList<Labelled> set) =>
        [.. from text in set where text.Labels.Count == 0 let spans = Masker.Find(text.Text, Known(text)) where spans.Count > 0 select (text, spans)];

    /// <summary>Values that no place hides completely.</summary>
    public static IEnumerable<(Labelled Text, Label Label)> Missed(IReadOnlyList<Labelled> set) =>
        from text in set let spans = Masker.Find(text.Text, Known(text)) from label in text.Labels where !spans.Any(span => Hides(span, label)) select (text, label);

    private static Score Of(string kind, List<(Labelled Text, IReadOnlyList<MaskSpan> Spans)> found)
    {
        var labels = found.SelectMany(pair => pair.Text.Labels.Where(label => label.Kind == kind).Select(label => (Label: label, pair.Spans))).ToList();
        var masked = found.SelectMany(pair => pair.Spans.Where(span => Name(span) == kind).Select(span => (Span: span, pair.Text.Labels))).ToList();
        return new Score(
            kind,
            labels.Count,
            labels.Count(pair => pair.Spans.Any(span => Name(span) == kind && Hides(span, pair.Label))),
            labels.Count(pair => pair.Spans.Any(span => Hides(span, pair.Label))),
            masked.Count,
            masked.Count(pair => pair.Labels.Any(label => label.Kind == kind && label.Start < pair.Span.End && pair.Span.Start < label.Start + label.Length)));
    }

    private static bool Hides(MaskSpan span, Label label) => span.Start <= label.Start && span.End >= label.Start + label.Length;

    private static string Name(MaskSpan span) => span.Kind.ToString().ToLowerInvariant();

    private static KnownPerson Known(Labelled text) =>
        new([.. text.Known.Select(pair => KeyValuePair.Create(Enum.Parse<MaskKind>(pair.Key, ignoreCase: true), pair.Value))]);
}
