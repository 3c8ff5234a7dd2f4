using System.Text.RegularExpressions;

namespace Steward.Assistants.Understanding;

/// <summary>What a message without a question is.</summary>
internal enum SmallTalkKind
{
    None,
    Greeting,
    Thanks,
    Farewell,
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
            : SmallTalkKind.None;
    }

    [GeneratedRegex("""^\W*(?:hi|hello|hey|hey there|hi there|hello there|good (?:morning|afternoon|evening|day)|howdy|hola|buenos d[ií]as|buenas(?: tardes)?|bonjour|salut|hallo|guten (?:tag|morgen|abend)|moin|ciao|ol[aá])(?:\s+(?:there|again|everyone|team))?\W*$""", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 100)]
    private static partial Regex Greeting();

    [GeneratedRegex("""^\W*(?:(?:ok(?:ay)?|great|perfect|super|cool|awesome|good)[,.!\s]+)?(?:thanks?(?: you)?(?: so much| very much| a lot)?|thx|ty|cheers|gracias|muchas gracias|merci(?: beaucoup)?|danke(?: sch[oö]n)?|vielen dank|obrigad[oa]|grazie)\W*$""", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 100)]
    private static partial Regex Thanks();

    [GeneratedRegex("""^\W*(?:bye(?: bye)?|goodbye|see you(?: later| soon)?|have a (?:nice|good) (?:day|one|evening)|adi[oó]s|au revoir|tsch[uü]ss|auf wiedersehen)\W*$""", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 100)]
    private static partial Regex Farewell();
}
