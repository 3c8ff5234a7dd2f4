using System.Buffers;
using Steward.Search.Analysis;
using Steward.Search.Chunking;

namespace Steward.Models.BuiltIn;

/// <summary>A sentence of a passage, verbatim, with its stems. <paramref name="Context"/> are stems of the title and of a question the sentence
/// follows, as in a list of questions and answers.</summary>
internal sealed record Sentence(
    ExtractivePassage Passage, int PassageRank, int Position, string Text, HashSet<string> Terms, HashSet<string> Context, bool AfterQuestion);

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
            var title = Terms(passage.Title);
            HashSet<string>? question = null;
            var position = 0;
            foreach (var text in Split(passage.Text))
            {
                if (text.EndsWith('?') || LooksLikeHeading(text))
                {
                    question = Terms(text);
                    position++;
                    continue;
                }

                var context = question is null ? title : [.. title, .. question];
                all.Add(new Sentence(passage, rank, position++, text, Terms(text), context, question is not null));
            }
        }

        return all;
    }

    public static HashSet<string> Terms(string text)
    {
        var terms = new HashSet<string>(StringComparer.Ordinal);
        var reader = TextAnalyzer.English.Read(text);
        while (reader.MoveNext())
            if (!reader.IsStopWord) terms.Add(reader.Term.ToString());
        return terms;
    }

    // A line break ends a sentence too: passages keep lists and tables as lines.
    private static IEnumerable<string> Split(string text)
    {
        foreach (var line in text.Split('\n'))
        {
            foreach (var range in SentenceSplitter.Split(line))
            {
                var sentence = line[range].Trim();
                if (sentence.Length is > 1 and <= Longest && sentence.AsSpan().ContainsAnyExcept(Ornaments)) yield return sentence;
            }
        }
    }

    private static bool LooksLikeHeading(string text) =>
        text.StartsWith('#') || (text.Length < 60 && char.IsLetterOrDigit(text[^1]) && !text.Any(char.IsDigit) && text.Count(c => c == ' ') < 6);
}
