using System.Collections.Frozen;
using Steward.Search.Analysis;

namespace Steward.Search.Hybrid;

/// <summary>General English knowledge about the words of questions. It knows nothing of any tenant's trade.</summary>
internal static class WordLists
{
    // Words that people wrap a question in; passages rarely repeat them and nothing hangs on them.
    private static readonly FrozenSet<string> _wrapping = Stems(
        "know tell want wanted need like would wonder wondering explain help find get got give go going come make take use using say see show "
        + "possible able allow allowed way thing things something anything someone anyone somebody everything kind sort type question questions info "
        + "information detail details exactly actually currently right now already still yet maybe perhaps even ever always usually "
        + "many much long often far soon early late quickly quick fast lot lots bit few little more most less least enough extra else "
        + "good best better nice great fine new different same sure work works happen happens mean means count near nearby "
        + "person people guys customer customers company business team staff friend wife husband kid "
        + "today tomorrow tonight yesterday look looking try trying think heard hear ask asking asked let keep put set "
        + "own there's issue problem case situation time times place places offer offers offered provide include included available");

    // Words of one line mean nearly the same in questions to a business.
    private static readonly string[] _synonymLines =
    [
        "price cost charge fee rate expensive pay",
        "rent hire rental borrow lend loan",
        "buy purchase sell sale sold",
        "bike bicycle cycle",
        "ebike electric",
        "child kid children youth junior",
        "cancel cancellation abort",
        "refund reimburse reimbursement",
        "repair fix mend service maintenance",
        "broken defect defective faulty damage damaged break",
        "open opening hour hours close closing closed",
        "location address located directions situated where's find",
        "phone telephone call number ring",
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
        "weekend saturday sunday",
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

    private static readonly FrozenDictionary<string, string[]> _synonyms = BuildSynonyms();

    public static bool IsWrapping(string stem) => _wrapping.Contains(stem);

    public static IReadOnlyList<string> SynonymsOf(string stem) => _synonyms.TryGetValue(stem, out var others) ? others : [];

    private static FrozenSet<string> Stems(string words) => TextAnalyzer.English.Terms(words).ToFrozenSet(StringComparer.Ordinal);

    private static FrozenDictionary<string, string[]> BuildSynonyms()
    {
        var all = new Dictionary<string, HashSet<string>>(StringComparer.Ordinal);
        foreach (var line in _synonymLines)
        {
            var stems = TextAnalyzer.English.Terms(line).Distinct(StringComparer.Ordinal).ToList();
            foreach (var stem in stems)
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
