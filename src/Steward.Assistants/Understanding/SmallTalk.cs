using System.Text.RegularExpressions;

namespace Steward.Assistants.Understanding;

/// <summary>What a message without a question is.</summary>
internal enum SmallTalkKind
{
    None,
    Greeting,
    Thanks,
    Farewell,

    /// <summary>A plain yes; it means something only as the answer to an offer.</summary>
    Yes,

    /// <summary>A plain no; it means something only as the answer to an offer.</summary>
    No,
}

/// <summary>Recognises messages that need no knowledge, so that they cost no search and lower no confidence. Pure.</summary>
internal static partial class SmallTalk
{
    public static SmallTalkKind Of(string text)
    {
        var plain = text.Trim();
        return plain.Length > 60 ? SmallTalkKind.None
            : Greeting().IsMatch(plain) ? SmallTalkKind.Greeting
            : Thanks().IsMatch(plain) ? SmallTalkKind.Thanks
            : Farewell().IsMatch(plain) ? SmallTalkKind.Farewell
            : Yes().IsMatch(plain) ? SmallTalkKind.Yes
            : No().IsMatch(plain) ? SmallTalkKind.No
            : SmallTalkKind.None;
    }

    [GeneratedRegex("""^\W*(?:hi|hello|hey|hey there|hi there|hello there|good (?:morning|afternoon|evening|day)|howdy|hola|buenos d[ií]as|buenas(?: tardes| noches)?|bonjour|bonsoir|salut|hallo|guten (?:tag|morgen|abend)|moin|servus|ciao|salve|buongiorno|buonasera|ol[aá]|oi|bom dia|boa (?:tarde|noite)|hoi|goedemorgen|goedemiddag|goedenavond|goedendag)(?:[\s,]+(?:there|again|everyone|team|all))?\W*$""", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex Greeting();

    [GeneratedRegex("""^\W*(?:(?:ok(?:ay)?|great|perfect|super|cool|awesome|good|no)[,.!\s]+)?(?:(?:many )?thanks?(?: you)?(?: again| so much| very much| a lot| for your help)?|thx|ty|cheers|(?:muchas )?gracias|merci(?: beaucoup| bien)?|danke(?: sch[oö]n| sehr)?|vielen dank|(?:muito )?obrigad[oa]|(?:molte )?grazie(?: mille)?|dank (?:je|u)(?: wel)?|bedankt|dankjewel)\W*$""", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex Thanks();

    [GeneratedRegex("""^\W*(?:bye(?:[ -]bye)?|goodbye|see (?:you|ya)(?: later| soon| then)?|have a (?:nice|good|great) (?:day|one|evening|weekend)|good night|adi[oó]s|hasta luego|au revoir|tsch(?:[uü]|ue)(?:ss|ß)|auf wiedersehen|arrivederci|tchau|adeus|at[eé] logo|tot ziens|doei)\W*$""", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex Farewell();

    [GeneratedRegex("""^\W*(?:(?:yes|yeah|yep|yup|sure|ok(?:ay)?|s[ií]|claro|oui|ja|jawohl|gern[e]?|sim|certo|volentieri|graag)[,.!\s]*(?:please(?: do)?|do|por favor|s'il (?:vous|te) pla[iî]t|bitte|gern[e]?|favore|per favore|graag|alstublieft|sure|that would be (?:great|good|nice)|go ahead)?|please(?: do)?|go ahead)\W*$""", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex Yes();

    [GeneratedRegex("""^\W*(?:no|nope|nah|non|nein|n[aã]o|nee|not (?:now|necessary|needed)|never ?mind|no need)[,.!\s]*(?:thanks?(?: you)?|gracias|merci|danke|obrigad[oa]|grazie|dank (?:je|u)(?: wel)?|bedankt|it'?s (?:ok(?:ay)?|fine))?\W*$""", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex No();
}
