namespace Steward.Models.Tests.Routing;

/// <summary>A question with everything that the two policies make of it, worked out by hand with the seed's numbers.</summary>
internal sealed record Worked(string Text, double Sentiment, int History, WorkedAs Seed, WorkedAs Default)
{
    public const string AllComplex =
        "complaint frustrated angry problem issue cancel refund change reschedule manager supervisor lawyer attorney dispute disappointed";

    public const string AllTools = "book schedule reserve create update modify change date change time add guest remove guest";

    /// <summary>The table of docs/routing.md. The formula: words/50 (at most 1) x .15 + complex/5 x .30 + tools/3 x .20 + (1 - sentiment) x .20 + history/10 (at most 1) x .15.</summary>
    public static IReadOnlyList<Worked> Cases { get; } =
    [
        // 5 words: .015 + .100
        new("What are your opening hours?", 0.5, 0, new(.115, Tier.Simple, "", Tier.Simple), new(.115, Tier.Simple, "", Tier.Simple)),

        // 6 words, cancel, booking: .018 + .060 + .0667 + .100
        new("I want to cancel my booking", 0.5, 0, new(.244667, Tier.Simple, "tools", Tier.Standard, Specialist.Tools), new(.244667, Tier.Simple, "tools", Tier.Standard, Specialist.Tools)),

        // 8 words, cancel, refund, problem: .024 + .180 + .160 + .060
        new("Please cancel and refund, this is a problem.", 0.2, 4, new(.424, Tier.Standard, "negative", Tier.Ensemble), new(.424, Tier.Standard, "negative", Tier.Complex, Specialist.Empathy)),

        // Substrings: "facebook" books. 6 words: .018 + .0667 + .100; whole words: .018 + .100
        new("Where can I find your facebook?", 0.5, 0, new(.184667, Tier.Simple, "tools", Tier.Standard, Specialist.Tools), new(.118, Tier.Simple, "", Tier.Simple)),

        // "exchange" and "tissue" change and issue, which makes two: 7 words: .021 + .120 + .100; whole words: .021 + .100
        new("May I exchange euros for tissue paper?", 0.5, 0, new(.241, Tier.Simple, "negative", Tier.Ensemble), new(.121, Tier.Simple, "", Tier.Simple)),

        // An override alone, on a score that would be simple: 2 words: .006 + .142
        new("Never mind", 0.29, 0, new(.148, Tier.Simple, "negative", Tier.Ensemble), new(.148, Tier.Simple, "negative", Tier.Complex, Specialist.Empathy)),

        // At the limit it is not below it: .006 + .140
        new("Never mind", 0.3, 0, new(.146, Tier.Simple, "", Tier.Simple), new(.146, Tier.Simple, "", Tier.Simple)),

        // All ten tool keywords, "change" among them: 14 words: .042 + .060 + .6667 + .100. The seed's override takes an ensemble question down to standard.
        new(AllTools, 0.5, 0, new(.868667, Tier.Ensemble, "tools", Tier.Standard, Specialist.Tools), new(.402, Tier.Standard, "tools", Tier.Standard, Specialist.Tools)),

        // Both overrides; the later wins. 9 words, refund, cancel, book: .027 + .120 + .0667 + .120 + .150
        new("I booked twice, cancel one and refund me today", 0.4, 25, new(.483667, Tier.Standard, "tools,negative", Tier.Ensemble), new(.483667, Tier.Standard, "tools,negative", Tier.Complex, Specialist.Tools)),

        // The most that a question without an override can reach: 50 words, one keyword, sentiment .3, ten messages: .150 + .060 + .140 + .150
        new("refund " + string.Join(' ', Enumerable.Repeat("word", 49)), 0.3, 10, new(.5, Tier.Standard, "", Tier.Standard), new(.5, Tier.Standard, "", Tier.Standard)),

        // The most that a question can reach at all: .150 + 15/5 x .30 + 10/3 x .20 + .200 + .150; clamped part by part: 1
        new($"{AllComplex} {AllTools} {AllComplex} {AllTools}", 0, 10, new(2.066667, Tier.Ensemble, "tools,negative", Tier.Ensemble), new(1, Tier.Ensemble, "tools,negative", Tier.Ensemble, Specialist.Empathy)),
    ];
}

/// <summary>What one policy makes of a question.</summary>
internal sealed record WorkedAs(double Score, Tier Band, string Overrides, Tier Tier, Specialist Specialist = Specialist.None);
