using System.Collections.Frozen;
using Steward.Search.Analysis;

namespace Steward.Search.Hybrid;

/// <summary>General English knowledge about the words of questions. It knows nothing of any tenant's trade.</summary>
internal static class WordLists
{
    // Words that people wrap a question in; passages rarely repeat them and nothing hangs on them. By surface, because stems collide
    // ("even" and "evening").
    private static readonly FrozenSet<string> _wrapping = (
        "know knows tell want wants wanted need needs needed like would wonder wondering explain help find get gets got getting give gives go "
        + "goes going come comes coming make makes take takes taking use uses using say says see show possible able allow allowed way ways "
        + "thing things something anything someone anyone somebody everything kind kinds sort type types question questions info "
        + "information detail details exactly actually currently right now already still yet maybe perhaps even ever always usually "
        + "many much long longer often far soon lot lots bit few little more most less least enough else high large big amount total "
        + "good best better nice great fine same sure work works working happen happens mean means count "
        + "people guys customer customers company business team staff "
        + "today tomorrow tonight yesterday look looking think hear ask asking let keep put set last lasts until till before after "
        + "during between without within per other others another accept accepts accepted "
        + "own time times near nearby issue problem case situation offer offers offered provide provided include includes included available there's bring brings somewhere anywhere everywhere")
        .Split(' ').ToFrozenSet(StringComparer.Ordinal);

    // Words of one line mean nearly the same in questions to a business; after ">" come words that only answer the ones before it.
    private static readonly string[] _synonymLines =
    [
        "price cost charge fee rate expensive cheap cheaper", "pay payment paid charge", "price cost charge fee rate expensive pay > euro dollar pound",
        "rent hire rental borrow lend loan",
        "buy purchase sell sale sold",
        "bike bicycle cycle",
        "ebike electric",
        "child kid children youth junior",
        "cancel cancellation abort",
        "refund reimburse reimbursement",
        "repair fix mend service maintenance",
        "broken broke break breakdown defect defective faulty damage damaged",
        "sit seat seated", "try test trial", "advance ahead beforehand", "age old > year", "heavy weigh weight > kilogram kilo kg pound",
        "open opening close closing closed", "hour hours > open opening close closing closed",
        "location address located directions situated where's find",
        "phone telephone call number ring line hotline",
        "email mail e-mail contact write reach",
        "deliver delivery ship shipping shipment",
        "return returns bring back",
        "stolen theft steal thief",
        "lost lose misplace missing",
        "deposit security bond",
        "discount reduction voucher coupon cheaper reduced",
        "book booking reserve reservation",
        "payment pay paying card",
        "warranty guarantee",
        "insurance insured cover covered coverage",
        "weekend > saturday sunday", "saturday > weekend", "sunday > weekend",
        "holiday holidays",
        "shop store",
        "parking park",
        "pet dog animal",
        "tour tours guided excursion trip",
        "change modify reschedule amend move postpone alter",
        "size height tall fit",
        "age old minimum",
        "id identification passport identity document licence license",
        "job jobs career vacancy vacancies hiring work",
        "month monthly", "day daily", "week weekly", "year yearly annual annually", "hour hourly",
        "late overdue delay delayed",
        "puncture flat tyre tire",
        "helmet helmets",
        "luggage bag bags baggage",
        "wheelchair accessible accessibility disabled disability",
        "student students", "senior seniors pensioner pensioners",
        "rain raining rainy weather",
        "train rail railway",
        "begin start starts starting",
        "end finish finishes",
        "quick fast speed",
        "photo picture image",
        "car vehicle",
        "money cash",
        "invoice receipt bill",
        "account profile", "password login",
    ];

    // "How ..." with one of these asks for an amount.
    private static readonly FrozenSet<string> _measures =
        "much many long far old high large big fast heavy tall wide often soon late early deep quickly expensive".Split(' ')
            .ToFrozenSet(StringComparer.Ordinal);

    private static readonly FrozenDictionary<string, string[]> _synonyms = BuildSynonyms();

    public static bool IsWrapping(string surface) => _wrapping.Contains(surface);

    // What people call the one they are asking, as in "your shop".
    private static readonly FrozenSet<string> _selves =
        "shop store office place company business firm practice house site website location".Split(' ').ToFrozenSet(StringComparer.Ordinal);

    // What something does at the time that is asked for, as in "when does it start?".
    private static readonly FrozenSet<string> _happenings =
        "start starts begin begins end ends finish finishes happen happens".Split(' ').ToFrozenSet(StringComparer.Ordinal);

    public static bool IsSelf(string surface) => _selves.Contains(surface);

    public static bool IsHappening(string surface) => _happenings.Contains(surface);

    public static bool IsMeasure(string surface) => _measures.Contains(surface);

    public static IReadOnlyList<string> SynonymsOf(string stem) => _synonyms.TryGetValue(stem, out var others) ? others : [];

    private static FrozenDictionary<string, string[]> BuildSynonyms()
    {
        var all = new Dictionary<string, HashSet<string>>(StringComparer.Ordinal);
        foreach (var line in _synonymLines)
        {
            var sides = line.Split('>');
            var stems = TextAnalyzer.English.Terms(line).Distinct(StringComparer.Ordinal).ToList();
            foreach (var stem in sides.Length == 1 ? stems : TextAnalyzer.English.Terms(sides[0]))
            {
                if (!all.TryGetValue(stem, out var others))
                {
                    all.Add(stem, others = new HashSet<string>(StringComparer.Ordinal));
                }

                others.UnionWith(stems.Where(other => other != stem));
            }
        }

        return all.ToFrozenDictionary(entry => entry.Key, entry => entry.Value.ToArray(), StringComparer.Ordinal);
    }
}
