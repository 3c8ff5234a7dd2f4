namespace Steward.Models;

/// <summary>What a choice of model looks at.</summary>
/// <param name="Text">What the customer wrote, all unanswered messages together.</param>
/// <param name="Sentiment">How the customer feels: 0 furious, 0.5 unknown, 1 delighted.</param>
/// <param name="HistoryDepth">Messages of the conversation before these.</param>
public sealed record RouteQuestion(string Text, double Sentiment = 0.5, int HistoryDepth = 0)
{
    /// <summary>Characters of a text that are looked at: long before them every measure is at its end.</summary>
    public const int MostText = 32_768;

    /// <summary>What the customer wrote, as far as it is looked at.</summary>
    public string Text { get; init; } = Text.Length <= MostText ? Text : Text[..MostText];

    /// <summary>A budget asks to save: one tier lower than the question asks for, and no specialist.</summary>
    public bool Cheaper { get; init; }

    /// <summary>The call offers tools that somebody executes: one model answers, never an ensemble.</summary>
    public bool NeedsTools { get; init; }
}

/// <summary>One part of a score.</summary>
/// <param name="Name"><c>length</c>, <c>complex</c>, <c>tools</c>, <c>sentiment</c>, <c>history</c> or <c>simple</c>.</param>
/// <param name="Value">The measure over its divisor.</param>
/// <param name="Weight">Its weight; negative for <c>simple</c>.</param>
public sealed record ScorePart(string Name, double Value, double Weight)
{
    /// <summary>What it adds to the score.</summary>
    public double Share => Value * Weight;
}

/// <summary>The keywords that were found.</summary>
public sealed record KeywordMatches(IReadOnlyList<string> Simple, IReadOnlyList<string> Complex, IReadOnlyList<string> Tools);

/// <summary>Why a question was given to a tier. The formulae are in <c>docs/routing.md</c>.</summary>
/// <param name="Policy"><c>seed</c> or <c>default</c>.</param>
/// <param name="Score">The sum of <paramref name="Parts"/>; 0 to 1 with <c>default</c>.</param>
/// <param name="Words">Words of the question.</param>
/// <param name="Band">The tier that the score alone gives.</param>
/// <param name="Overrides">What moved it from there, in order: <c>tools</c>, <c>negative</c>, <c>budget</c>.</param>
public sealed record Classification(
    string Policy,
    double Score,
    IReadOnlyList<ScorePart> Parts,
    int Words,
    KeywordMatches Keywords,
    Tier Band,
    IReadOnlyList<string> Overrides,
    Tier Tier,
    Specialist Specialist);

/// <summary>A model that may answer, and why it stands where it does.</summary>
/// <param name="Model">Its name, or <see cref="VirtualModels.Ensemble"/> where several vote.</param>
/// <param name="Tier">The tier it was taken from.</param>
/// <param name="Because"><c>asked</c>: the first of the tier that was asked for; <c>specialist</c>; <c>alternative</c>: a later one of the tier; <c>stronger</c> or <c>weaker</c>: of a
/// neighbouring tier; <c>default</c>: no tier has a model that can be reached.</param>
public sealed record RoutedModel(string Model, Tier Tier, string Because);

/// <summary>Which models answer, best first.</summary>
/// <param name="Why">How the question was classified; null when a tier was named.</param>
/// <param name="Models">At least one; later ones take over when earlier ones fail.</param>
/// <param name="Unreachable">Models that would have gone before the first one, or voted with it, had their provider a key.</param>
public sealed record RoutePlan(Classification? Why, Tier Tier, Specialist Specialist, IReadOnlyList<RoutedModel> Models, IReadOnlyList<string> Unreachable)
{
    /// <summary>The models that vote where <see cref="VirtualModels.Ensemble"/> is among <see cref="Models"/>; else none.</summary>
    public IReadOnlyList<string> Members { get; init; } = [];

    /// <summary>The model that answers first.</summary>
    public RoutedModel First => Models[0];
}
