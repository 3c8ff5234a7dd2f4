using Steward.Search.Analysis;
using Steward.Search.Ranks;

namespace Steward.Search.Hybrid;

/// <summary>One word of a question: how to look for it and what it is worth.</summary>
internal sealed record QuestionWord(TermGroup Group, string Surface, TokenKind Kind, bool IsWrapping, bool LooksLikeName);

/// <summary>A question as it is searched for.</summary>
/// <param name="Words">Its words in order, each once, stop words left out.</param>
/// <param name="AsksAmount">True when an answer without any amount, time or price cannot be one.</param>
internal sealed record Question(List<QuestionWord> Words, bool AsksAmount);

/// <summary>Reads a question into the words to look for.</summary>
internal static class QuestionPlan
{
    private const int MaxWords = 32;
    private const float SynonymWeight = 0.6f;

    public static Question Read(string text)
    {
        var tokens = Tokens(text);
        var words = new List<QuestionWord>();
        var known = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < tokens.Count && words.Count < MaxWords; i++)
        {
            var token = tokens[i];
            if (token.IsStop || !known.Add(token.Stem))
            {
                continue;
            }

            words.Add(new QuestionWord(
                new TermGroup(Variants(tokens, i)),
                token.Surface,
                token.Kind,
                token.Kind == TokenKind.Word && (WordLists.IsWrapping(token.Surface) || Wraps(tokens, i)),
                token.LooksLikeName));
        }

        return new Question(words, AsksAmount(tokens));
    }

    /// <summary>"Your shop" is who is asked, and "start" only says which time "when" wants.</summary>
    private static bool Wraps(List<Token> tokens, int index) =>
        (index > 0 && tokens[index - 1].Surface == "your" && WordLists.IsSelf(tokens[index].Surface))
        || (WordLists.IsHappening(tokens[index].Surface) && tokens.Exists(token => token.Surface is "when"));

    private static bool AsksAmount(List<Token> tokens)
    {
        for (var i = 0; i + 1 < tokens.Count; i++)
        {
            if ((tokens[i].Surface == "how" && WordLists.IsMeasure(tokens[i + 1].Surface))
                || (tokens[i].Surface == "what" && tokens[i + 1].Surface == "time"))
            {
                return true;
            }
        }

        return tokens.Exists(token => token.Stem is "price" or "cost" or "fee");
    }

    private static List<TermVariant> Variants(List<Token> tokens, int index)
    {
        var token = tokens[index];
        var variants = new List<TermVariant> { new(token.Stem, 1) };
        Add(variants, token.Surface, 1);

        // "AB 123" may be written AB-123, and "e bike" ebike.
        if (index > 0 && Joins(tokens[index - 1], token))
        {
            Add(variants, Joined(tokens[index - 1], token), 1);
        }

        if (index + 1 < tokens.Count && Joins(token, tokens[index + 1]))
        {
            Add(variants, Joined(token, tokens[index + 1]), 1);
        }

        foreach (var synonym in WordLists.SynonymsOf(token.Stem))
        {
            Add(variants, synonym, SynonymWeight);
        }

        return variants;
    }

    private static void Add(List<TermVariant> variants, string term, float weight)
    {
        if (variants.TrueForAll(variant => variant.Term != term))
        {
            variants.Add(new TermVariant(term, weight));
        }
    }

    private static bool Joins(Token left, Token right) =>
        left.Kind == TokenKind.Word && left.End + 1 == right.Start
        && ((right.Kind == TokenKind.Number && left.Surface.Length <= 4)
            || (right.Kind == TokenKind.Word && (left.Surface.Length <= 2 || (left.Surface.Length <= 5 && right.Surface.Length <= 5))));

    private static string Joined(Token left, Token right) =>
        right.Kind == TokenKind.Number
            ? left.Surface + right.Surface
            : TextAnalyzer.English.Terms(left.Surface + right.Surface) is [var only] ? only : left.Surface + right.Surface;

    private static List<Token> Tokens(string text)
    {
        var tokens = new List<Token>();
        var stems = TextAnalyzer.English.Read(text);
        var surfaces = TextAnalyzer.Neutral.Read(text);
        var sentenceStart = true;
        var before = 0;
        while (stems.MoveNext() && surfaces.MoveNext())
        {
            sentenceStart |= text.AsSpan(before, Math.Max(0, stems.Start - before)).IndexOfAny(".!?\n:") >= 0;
            var source = text.AsSpan(stems.Start, stems.Length);
            tokens.Add(new Token(
                stems.Term.ToString(),
                surfaces.Term.ToString(),
                stems.Kind,
                stems.IsStopWord,
                !sentenceStart && stems.Kind == TokenKind.Word && char.IsUpper(source[0]),
                stems.Start,
                stems.Start + stems.Length));
            before = stems.Start + stems.Length;
            sentenceStart = false;
        }

        return tokens;
    }

    private sealed record Token(string Stem, string Surface, TokenKind Kind, bool IsStop, bool LooksLikeName, int Start, int End);
}
