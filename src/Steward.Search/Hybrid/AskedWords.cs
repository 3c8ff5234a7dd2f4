namespace Steward.Search.Hybrid;

/// <summary>One word of a question as the search reads it.</summary>
/// <param name="Surface">The word as it was written, folded.</param>
/// <param name="Stem">Its stem, as passages are indexed by.</param>
/// <param name="Same">Stems that are the same word in another writing, this one included.</param>
/// <param name="Alike">Stems of words that mean nearly the same.</param>
/// <param name="IsWrapping">True when nothing hangs on the word and an answer need not have it.</param>
public sealed record AskedWord(string Surface, string Stem, IReadOnlyList<string> Same, IReadOnlyList<string> Alike, bool IsWrapping);

/// <summary>Reads a question with the eyes of the search, for those who look for the answer inside what it found.</summary>
public static class AskedWords
{
    /// <summary>The words of a question in order, each once, stop words left out.</summary>
    public static IReadOnlyList<AskedWord> Of(string question) =>
        QuestionPlan.Read(question).Words.ConvertAll(word => new AskedWord(
            word.Surface,
            word.Group.Main,
            [.. word.Group.Variants.Where(variant => variant.Weight == 1).Select(variant => variant.Term)],
            [.. word.Group.Variants.Where(variant => variant.Weight < 1).Select(variant => variant.Term)],
            word.IsWrapping));
}
