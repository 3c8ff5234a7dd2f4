using System.Collections.Frozen;

namespace Steward.Search.Sentiments;

/// <summary>English words that tell how a customer feels, by strength: 1 mild, 2 plain, 3 strong. General English; nothing of any tenant's trade.</summary>
internal static class SentimentWords
{
    private static readonly FrozenDictionary<string, double> _feelings = Weighted(
        (3, "amazing awesome brilliant excellent exceptional fabulous fantastic incredible love loved loving magnificent marvellous marvelous outstanding perfect perfectly "
            + "phenomenal superb terrific thrilled wonderful"),
        (2, "beautiful best delighted delightful enjoy enjoyed glad good grateful great happy helpful impressed lovely pleasant pleased satisfied splendid stunning super "
            + "thankful welcoming wow"),
        (1, "appreciate appreciated better comfortable cool easy excited fine friendly kind like liked nice polite pretty quick recommend recommended smooth smoothly thank "
            + "thanks thx reliable well yay"),
        (-1, "broke broken cancelled canceled cheated complain complaint complaints concerned confused confusing damaged defective delay delayed difficult dirty expensive "
            + "fail failed failing failure fault faulty issue issues late lost mess missing mistake overpriced poor problem problems rude sad slow sorry stolen trouble unclear "
            + "unfortunately unhelpful waiting wrong overdue cold leaking stuck dispute manager supervisor"),
        (-2, "angry annoyed annoying awful bad disappoint disappointed disappointing disappointment dissatisfied frustrated frustrating frustration "
            + "hopeless horrid ignored ignoring incompetent lied lies misleading nonsense pathetic ridiculous rubbish shocked terribly unacceptable unfair unhappy "
            + "unprofessional upset useless waste wasted worse lawyer attorney sue"),
        (-3, "abysmal appalled appalling atrocious crap damn despicable disaster disgrace disgraceful disgusted disgusting dreadful enraged furious garbage hate hated hell "
            + "horrible horrendous idiots infuriating insane insulting livid nightmare outraged outrageous scam scammed scammers shameful shit terrible thieves wtf worst fraud"));

    /// <summary>Words that say nothing by themselves, and that something went wrong when they are denied: "it did not arrive".</summary>
    private static readonly FrozenSet<string> _expected = Words(
        "accept accepted acceptable answer answered answers arrive arrived arrives call called care cared charge come delivered fix fixed happen helped help honoured honored "
        + "keep kept open opened possible receive received refunded replied reply resolve resolved respond responded response responding shipped show showed solve solved "
        + "start starts turn trust work worked working works worth");

    private static readonly FrozenDictionary<string, double> _degrees = new Dictionary<string, double>(StringComparer.Ordinal)
    {
        ["absolutely"] = 1.5, ["beyond"] = 1.5, ["completely"] = 1.5, ["deeply"] = 1.5, ["extremely"] = 1.6, ["highly"] = 1.4, ["incredibly"] = 1.6, ["insanely"] = 1.6,
        ["more"] = 1.2, ["most"] = 1.3, ["quite"] = 1.2, ["really"] = 1.4, ["seriously"] = 1.4, ["so"] = 1.4, ["such"] = 1.3, ["too"] = 1.2, ["totally"] = 1.5,
        ["truly"] = 1.4, ["utterly"] = 1.6, ["very"] = 1.4,
        ["bit"] = 0.5, ["fairly"] = 0.8, ["kinda"] = 0.6, ["little"] = 0.5, ["rather"] = 0.8, ["slightly"] = 0.5, ["somewhat"] = 0.6,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    private static readonly FrozenSet<string> _denials = Words(
        "not no never none nothing nobody neither nor without cannot cant dont doesnt didnt isnt wasnt wont havent hasnt couldnt hardly barely scarcely lack lacks stopped ain't");

    /// <summary>Two words that mean something else together, joined by a hyphen; 0 takes both words out of the count.</summary>
    private static readonly FrozenDictionary<string, double> _pairs = new Dictionary<string, double>(StringComparer.Ordinal)
    {
        ["let-down"] = -2, ["fed-up"] = -2, ["ripped-off"] = -3, ["rip-off"] = -3, ["broken-down"] = -1, ["no-problem"] = 1, ["no-problems"] = 1, ["no-worries"] = 1,
        ["no-issue"] = 1, ["no-issues"] = 1, ["not-bad"] = 1, ["too-late"] = -1, ["as-well"] = 0, ["would-like"] = 0, ["i'd-like"] = 0, ["we'd-like"] = 0, ["what-kind"] = 0,
        ["looks-like"] = 0, ["look-like"] = 0, ["feel-like"] = 0, ["feels-like"] = 0, ["like-to"] = 0, ["like-a"] = 0, ["something-like"] = 0, ["how-late"] = 0, ["how-well"] = 0,
        ["best-way"] = 0, ["good-morning"] = 0, ["good-afternoon"] = 0, ["good-evening"] = 0, ["good-day"] = 0, ["what-a"] = 0, ["lost-and"] = 0, ["how-good"] = 0, ["no-longer"] = -1,
        ["well-before"] = 0, ["kind-of"] = 0, ["pretty-much"] = 0, ["in-case"] = 0, ["can't-wait"] = 2, ["fine-with"] = 0, ["fine-if"] = 0, ["better-to"] = 0, ["cold-weather"] = 0,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>What faces say, with their strength.</summary>
    public static IReadOnlyList<(string Face, double Strength)> Faces { get; } =
    [
        (":)", 1), (":-)", 1), (":D", 2), (":(", -1), (":-(", -1), (">:(", -2),
        ("\U0001F600", 2), ("\U0001F60A", 2), ("\U0001F603", 2), ("\U0001F60D", 3), ("\u2764", 2), ("\U0001F44D", 1), ("\U0001F64F", 1), ("\U0001F642", 1),
        ("\U0001F621", -3), ("\U0001F620", -3), ("\U0001F92C", -3), ("\U0001F622", -2), ("\U0001F62D", -2), ("\U0001F44E", -2), ("\U0001F61E", -2), ("\U0001F624", -2), ("\U0001F644", -1),
    ];

    public static double Feeling(string word) => _feelings.GetValueOrDefault(word);

    public static bool IsExpected(string word) => _expected.Contains(word);

    public static double Degree(string word) => _degrees.GetValueOrDefault(word, 1);

    public static bool Denies(string word) => _denials.Contains(word) || word.EndsWith("n't", StringComparison.Ordinal);

    public static double? Pair(string first, string second) => _pairs.TryGetValue($"{first}-{second}", out var strength) ? strength : null;

    private static FrozenSet<string> Words(string list) => list.Split(' ').ToFrozenSet(StringComparer.Ordinal);

    private static FrozenDictionary<string, double> Weighted(params (double Strength, string Words)[] lines) =>
        lines.SelectMany(line => line.Words.Split(' ').Select(word => KeyValuePair.Create(word, line.Strength))).DistinctBy(pair => pair.Key).ToFrozenDictionary(StringComparer.Ordinal);
}
