using System.Buffers;
using Steward.Search.Analysis;
using Steward.Search.Chunking;

namespace Steward.Models.BuiltIn;

/// <summary>A sentence of a passage, verbatim, with its stems in order.</summary>
/// <param name="Terms">Each stem with the place of its first mention among the content words, from 0.</param>
/// <param name="Named">Stems that are only part of a longer name, as "ferry" in "Ferry Terminal", with the other stems of that name.</param>
/// <param name="Lead">Stems of the heading right above, or of the question that the sentence follows.</param>
/// <param name="Context">Stems of the titles further above.</param>
/// <param name="AfterQuestion">It follows a heading or a question inside its passage.</param>
internal sealed record Sentence(
    ExtractivePassage Passage, int PassageRank, int Position, string Text, IReadOnlyDictionary<string, int> Terms,
    IReadOnlyDictionary<string, IReadOnlyList<string>> Named, IReadOnlySet<string> Lead, IReadOnlySet<string> Context, bool AfterQuestion)
{
    /// <summary>It tells the reader to do something.</summary>
    public bool IsInstruction => Text.StartsWith("Please ", StringComparison.Ordinal) || Text.StartsWith("Do not ", StringComparison.Ordinal);

    /// <summary>It says yes or no to the very question above it.</summary>
    public bool IsVerdict => Text.StartsWith("Yes", StringComparison.Ordinal) || Text.StartsWith("No,", StringComparison.Ordinal) || Text.StartsWith("No.", StringComparison.Ordinal);

    /// <summary>It begins with a case in which something holds.</summary>
    public bool IsCase => Text.StartsWith("If ", StringComparison.Ordinal) || Text.StartsWith("When ", StringComparison.Ordinal);
}

internal static class Sentences
{
    public const int Longest = 600;
    private static readonly SearchValues<char> Ornaments = SearchValues.Create("-*•#|=_. \t");

    public static List<Sentence> Of(IReadOnlyList<ExtractivePassage> passages)
    {
        var all = new List<Sentence>();
        for (var rank = 0; rank < passages.Count; rank++)
        {
            var passage = passages[rank];
            var levels = passage.Title.Split(" > ");
            var context = Terms(string.Join(' ', levels[..^1]));
            var lead = Terms(levels[^1]);
            var asked = false;
            var position = 0;
            var first = true;
            foreach (var text in Split(passage.Text))
            {
                // A passage cut at its heading begins with it.
                if (text.EndsWith('?') || LooksLikeHeading(text) || (first && levels.Contains(text, StringComparer.Ordinal)))
                {
                    asked |= !levels.Contains(text, StringComparer.Ordinal);
                    lead = Terms(text);
                    position++;
                    first = false;
                    continue;
                }

                first = false;
                var (terms, named) = Read(text);
                var about = position > 0 && all.Count > 0 && all[^1] is var before && ReferenceEquals(before.Passage, passage) && GoesOn(text)
                    ? lead.Union(before.Terms.Keys).ToHashSet(StringComparer.Ordinal)
                    : lead;
                all.Add(new Sentence(passage, rank, position++, text, terms, named, about, context, asked));
            }
        }

        return all;
    }

    public static HashSet<string> Terms(string text) => [.. TextAnalyzer.English.Terms(text)];

    private static (Dictionary<string, int> Terms, Dictionary<string, IReadOnlyList<string>> Named) Read(string text)
    {
        var terms = new Dictionary<string, int>(StringComparer.Ordinal);
        var named = new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal);
        var name = new List<string>();
        var plain = new HashSet<string>(StringComparer.Ordinal);
        var place = 0;
        var end = 0;
        var reader = TextAnalyzer.English.Read(text);
        while (reader.MoveNext())
        {
            var between = text.AsSpan(end, reader.Start - end);
            var capital = reader.Start > 0 && char.IsUpper(text[reader.Start]);
            if (!capital || between is not " ") Close();
            end = reader.Start + reader.Length;

            // "Free of charge" says nothing about charging.
            if (reader.IsStopWord || text.AsSpan(0, reader.Start).EndsWith("free of ", StringComparison.OrdinalIgnoreCase)) continue;
            var term = reader.Term.ToString();
            terms.TryAdd(term, place++);
            if (capital) name.Add(term);
            else plain.Add(term);
        }

        Close();
        foreach (var term in plain) named.Remove(term);
        return (terms, named);

        void Close()
        {
            if (name.Count > 1)
                foreach (var term in name) named.TryAdd(term, [.. name.Where(other => other != term)]);
            name.Clear();
        }
    }

    // A line break ends a sentence too: passages keep lists and tables as lines. Lines of code are no sentences.
    private static IEnumerable<string> Split(string text)
    {
        foreach (var line in text.Split('\n'))
        {
            if (LooksLikeCode(line)) continue;
            foreach (var range in SentenceSplitter.Split(line))
            {
                var sentence = line[range].Trim();
                if (sentence.Length is > 1 and <= Longest && sentence.AsSpan().ContainsAnyExcept(Ornaments)) yield return sentence;
            }
        }
    }

    private static bool LooksLikeCode(string line)
    {
        var text = line.AsSpan().Trim();
        if (text.Length == 0) return true;
        return text[0] is '{' or '}' or '<' or '`' || text[^1] is '{' or '}' or ';' || text is "[" or "]" or "],"
            || (text[0] is '"' or '[' && (text[^1] is ',' or ']' || text.Contains("\":", StringComparison.Ordinal)))
            || text.StartsWith("$ ", StringComparison.Ordinal) || text.StartsWith("//", StringComparison.Ordinal)
            || text.Contains("=>", StringComparison.Ordinal) || text.Contains("();", StringComparison.Ordinal);
    }

    // "It costs 35 euros" is about what the sentence before it names.
    private static bool GoesOn(string text) =>
        text.StartsWith("It ", StringComparison.Ordinal) || text.StartsWith("They ", StringComparison.Ordinal)
        || text.StartsWith("This ", StringComparison.Ordinal) || text.StartsWith("These ", StringComparison.Ordinal);

    private static bool LooksLikeHeading(string text) =>
        text.StartsWith('#') || (text.Length < 60 && char.IsLetterOrDigit(text[^1]) && !text.Any(char.IsDigit) && text.Count(c => c == ' ') < 6);
}
