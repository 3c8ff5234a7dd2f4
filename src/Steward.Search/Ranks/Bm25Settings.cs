namespace Steward.Search.Ranks;

/// <summary>
/// The constants of BM25F (Zaragoza et al., 2004): a term's frequencies in the fields are weighed, each normalised by the length of its
/// field, summed, and only then saturated.
/// </summary>
/// <param name="K1">How fast repetition saturates; 0 counts presence only.</param>
/// <param name="B">How much a long body is held against a passage, 0 to 1.</param>
/// <param name="ShortFieldB">The same for title and keywords.</param>
/// <param name="BodyWeight">What an occurrence in the text is worth.</param>
/// <param name="TitleWeight">What an occurrence in the title is worth.</param>
/// <param name="KeywordWeight">What an occurrence in the keywords is worth.</param>
public sealed record Bm25Settings(
    float K1 = 1.2f,
    float B = 0.75f,
    float ShortFieldB = 0.3f,
    float BodyWeight = 1f,
    float TitleWeight = 1.6f,
    float KeywordWeight = 1.6f)
{
    /// <summary>The usual constants.</summary>
    public static Bm25Settings Default { get; } = new();
}
