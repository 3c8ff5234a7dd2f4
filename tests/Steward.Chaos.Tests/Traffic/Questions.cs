namespace Steward.Chaos.Tests.Traffic;

/// <summary>What customers of the demo ask.</summary>
internal static class Questions
{
    private static readonly string[] All =
    [
        "How much does it cost to rent a bike for a day?",
        "Are you open on Sunday?",
        "Can I cancel a booking?",
        "Do you repair flat tyres?",
        "Where is the shop?",
        "Do you rent helmets for children?",
    ];

    /// <summary>A question that ends with a mark by which it is found again.</summary>
    public static string Ask(Random random, string mark) => $"{All[random.Next(All.Length)]} {mark}";
}
