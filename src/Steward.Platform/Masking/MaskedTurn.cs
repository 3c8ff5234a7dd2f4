using System.Text;

namespace Steward.Platform.Masking;

/// <summary>
/// One turn's placeholders. The same value has the same placeholder throughout; unmasking puts back exactly what stood there. Not safe
/// for concurrent use, and gone with the turn: nothing is stored.
/// </summary>
public sealed class MaskedTurn
{
    /// <summary>What a placeholder that stands for nothing becomes: a model made it up.</summary>
    public const string MadeUp = "…";

    private readonly KnownPerson _known;
    private readonly Func<string, KnownPerson, IReadOnlyList<MaskSpan>> _find;
    private readonly Dictionary<(MaskKind Kind, string Value), string> _placeholders = [];
    private readonly Dictionary<MaskKind, int> _counts = [];
    private readonly Dictionary<string, string> _values = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Begins a turn of a person of whom something may be known.</summary>
    public MaskedTurn(KnownPerson known)
        : this(known, Masker.Find)
    {
    }

    internal MaskedTurn(KnownPerson known, Func<string, KnownPerson, IReadOnlyList<MaskSpan>> find) => (_known, _find) = (known, find);

    /// <summary>How many different values were masked.</summary>
    public int Count => _values.Count;

    /// <summary>
    /// The text with placeholders. Throws <see cref="MaskingFailedException"/> when it cannot be made: then nothing may be sent.
    /// </summary>
    public string Mask(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        try
        {
            var spans = _find(text, _known);
            if (spans.Count == 0)
            {
                return text;
            }

            var masked = new StringBuilder(text.Length);
            var at = 0;
            foreach (var span in spans)
            {
                masked.Append(text, at, span.Start - at).Append(PlaceholderFor(span.Kind, text.Substring(span.Start, span.Length)));
                at = span.End;
            }

            return masked.Append(text, at, text.Length - at).ToString();
        }
#pragma warning disable CA1031 // Whatever goes wrong in a rule, the text must not leave.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            throw new MaskingFailedException(failure);
        }
    }

    /// <summary>Puts the values back. Placeholders of no value become <see cref="MadeUp"/>.</summary>
    public string Unmask(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var at = text.IndexOf(Placeholders.Open, StringComparison.Ordinal);
        if (at < 0)
        {
            return text;
        }

        var plain = new StringBuilder(text.Length);
        var from = 0;
        while (at >= 0)
        {
            var next = at + 1;
            if (Placeholders.LengthAt(text, at) is var length && length > 0)
            {
                plain.Append(text, from, at - from).Append(_values.GetValueOrDefault(text.Substring(at, length), MadeUp));
                from = next = at + length;
            }

            at = next < text.Length ? text.IndexOf(Placeholders.Open, next, StringComparison.Ordinal) : -1;
        }

        return plain.Append(text, from, text.Length - from).ToString();
    }

    /// <summary>Unmasks a text that comes in pieces.</summary>
    public StreamUnmasker Stream() => new(this);

    private string PlaceholderFor(MaskKind kind, string value)
    {
        if (_placeholders.TryGetValue((kind, value), out var known))
        {
            return known;
        }

        var number = _counts[kind] = _counts.GetValueOrDefault(kind) + 1;
        var placeholder = Placeholders.Of(kind, number);
        _placeholders[(kind, value)] = placeholder;
        _values[placeholder] = value;
        return placeholder;
    }
}

/// <summary>The masker failed. Its code is <see cref="Code"/>; nothing of the text was sent, and its message tells nothing of it.</summary>
public sealed class MaskingFailedException(Exception inner) : Exception("A text could not be masked.", inner)
{
    /// <summary>The stable code.</summary>
    public const string Code = "masking.failed";
}
