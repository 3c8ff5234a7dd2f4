using System.Buffers;
using System.Text.RegularExpressions;

namespace Steward.Assistants.Understanding;

/// <summary>Recognises that a customer asks for a person, in the common phrasings of the languages it knows. Pure.</summary>
internal static partial class PersonRequest
{
    /// <summary>
    /// Whether the message asks to talk to a person. Naming people in another sense ("how many people", "hand the bike over to someone
    /// else", "do I need a person to sign") does not count: a wrong yes takes the assistant's answer away.
    /// </summary>
    public static bool In(string text)
    {
        var plain = text.Trim();
        return plain.Length <= 400 && ((plain.AsSpan().ContainsAny(EnglishCues) && English().IsMatch(plain)) || Bare().IsMatch(plain) || Romance().IsMatch(plain) || Germanic().IsMatch(plain));
    }

    // Every phrasing of English has one of them; looking for them is a tenth of the work of looking for the phrasings.
    private static readonly SearchValues<string> EnglishCues = SearchValues.Create(
        [
            "talk", "speak", "chat", "person", "people", "human", "agent", "rep", "operator", "colleague", "someone", "somebody", "anyone", "anybody", "staff", "employee",
            "advis", "manager", "supervisor", "customer", "support", "team", "call", "phone", "ring", "bot",
        ],
        StringComparison.OrdinalIgnoreCase);

    // The noun phrase of a person who could help; not "my manager" and not "a doctor".
    private const string Person =
        @"(?:(?:an?|the|your|some|any|one\ of\ (?:the|your))\s+)?(?:(?:real|actual|live|living|human|proper|customer|service|support|sales|shop|store)\s+){0,3}"
        + @"(?:person|people|humans?(?:\ beings?)?|agents?|rep(?:resentative)?s?|operator|colleagues?|someone|somebody|anyone|anybody|staff(?:\ members?)?|employees?|advis[eo]rs?|manager|supervisor|customer\ (?:service|support|care)|support(?:\ team)?|team)\b";

    // The same without the words that also mean other things.
    private const string Surely = @"(?:an?\s+)?(?:(?:real|actual|live|living)\s+(?:person|human(?:\ being)?|agent|representative)|human\s+(?:agent|being|representative)|human|agent|representative|person)";

    [GeneratedRegex(
        @"(?:
            \b(?:talk|speak|chat)\s+(?:to|with)\s+" + Person + @"
          |\b(?:connect|transfer|put|hand|escalate|switch|pass|forward|get|refer)\s+(?:me|us|this|it)\s+(?:on\ |over\ |through\ |up\ )?(?:to|with|through\ to|in\ touch\ with)\s+" + Person + @"(?!\s+else)
          |\b(?:get|give|find|send)\s+me\s+" + Surely + @"\b
          |\b(?:someone|somebody|anyone|anybody|a\ (?:real\ )?(?:person|human))\s+(?:(?:that|who)\s+)?(?:I|we)\s+(?:can|could)\s+(?:talk|speak|chat)\b
          |(?<!\b(?:do|does|should|did|would|if|when|will|must)\s)\b(?:I|we)(?:'d|'ll)?\s+(?:(?:just|really|still|would|do)\s+)*(?:want|need|like|prefer|demand)\s+" + Surely + @"(?:\s+(?:please|now|instead|to\ (?:talk|speak|help|answer|call|contact)\b.*))?\s*(?:[.,!?]|$)
          |\b(?:can|could|may)\s+(?:I|we)\s+(?:please\s+)?(?:get|have)\s+" + Surely + @"(?:\s+please)?\s*[.!?]*\s*$
          |\b(?:can|could|will|would)\s+(?:a\s+(?:real\s+|live\s+)?(?:person|human)|someone\s+human)\s+(?:please\s+)?(?:help|answer|call|contact|reply|respond|take)
          |\bis\s+there\s+(?:an?\s+)?(?:real|actual|live)\s+(?:person|human|agent|representative)\b
          |\b(?:can|could|would|will)\s+(?:you|someone|somebody)\s+(?:please\s+)?(?:call|phone|ring)\s+me(?:\s+back)?(?:\s+please)?\s*[.!?]*\s*$
          |^\W*(?:please\s+)?(?:call|phone|ring)\s+me(?:\s+back)?(?:\s+please)?\W*$
          |\b(?:call|phone|ring)\s+me\s+(?:back\s+)?(?:at|on|under)\s+[+(\d]
          |\b(?:hate|sick\ of|tired\ of|fed\ up\ with|don'?t\ want|not|stop)\s+(?:to\s+)?(?:talk(?:ing)?|speak(?:ing)?|chat(?:ting)?)\s+(?:to|with)\s+(?:an?\s+|this\s+|these\s+|the\s+)?(?:stupid\s+)?(?:chat\s?)?(?:bots?|robots?|machines?|computers?|ai)\b
          |\b(?:no\s+more|hate|sick\ of|tired\ of|fed\ up\ with)\s+(?:this\s+|these\s+|the\s+|your\s+)?(?:stupid\s+)?(?:chat\s?)?bots?\b
        )",
        RegexOptions.IgnoreCase | RegexOptions.IgnorePatternWhitespace | RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex English();

    [GeneratedRegex("""^\W*(?:please[,\s]+)?(?:an?\s+)?(?:real\s+|live\s+|human\s+)?(?:human(?:\s+being)?|person|agent|operator|representative|supervisor|handoff|hand\s*over)(?:[,\s]+(?:please|now))?\W*$""", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex Bare();

    [GeneratedRegex(
        """
        (?:hablar|comunicar(?:me)?|chatear|p[aá]s[ae]me|pasarme|p[oó]n(?:ga|e|er)me|con[eé]ct[ae](?:r)?me|transfi[eé]r[ae]me)\s+con\s+(?:una?\s+)?(?:persona|humano|ser\s+humano|agente|alguien|representante|asesora?|operadora?|encargad[oa])\b
        |\bquiero\s+(?:una?\s+)?(?:persona\s+real|humano|agente)\b
        |(?:parler|discuter|échanger)\s+(?:à|a|avec)\s+(?:une?\s+)?(?:vraie?\s+)?(?:personne|humaine?|être\s+humain|agent|conseill(?:er|ère)|responsable|quelqu['’]un)\b
        |(?:veux|voudrais|souhaite)\s+(?:un\s+humain|une\s+vraie\s+personne|un\s+conseiller)\b
        |(?:pass(?:ez|e)|mett(?:ez|re))[\s-]+moi\s+(?:en\s+(?:relation|contact)\s+avec\s+)?(?:une?\s+)?(?:vraie?\s+)?(?:personne|humain|agent|conseiller|quelqu['’]un)\b
        |(?:falar|conversar)\s+com\s+(?:uma?\s+)?(?:pessoa|humano|ser\s+humano|atendente|agente|algu[eé]m|respons[aá]vel)\b
        |\bquero\s+(?:uma\s+pessoa|um\s+(?:humano|atendente))\b
        |parlare\s+con\s+(?:una?\s+|un['’]\s*)?(?:persona|operatore|operatrice|umano|essere\s+umano|addett[oa]|responsabile|qualcuno)\b
        |\bvoglio\s+(?:una\s+persona|un\s+(?:umano|operatore))\b
        """,
        RegexOptions.IgnoreCase | RegexOptions.IgnorePatternWhitespace | RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex Romance();

    [GeneratedRegex(
        """
        \bmit\s+(?:(?:einem|einer)\s+)?(?:(?:echten|richtigen)\s+)?(?:menschen?|person|mitarbeiter(?:in)?|berater(?:in)?|kundenberater(?:in)?|jemande[mn])\s+(?:(?:bitte|persönlich)\s+)?(?:sprechen|reden|chatten|telefonieren)\b
        |\b(?:jemanden|(?:einen|eine)\s+(?:(?:echten?|richtigen?)\s+)?(?:menschen|mitarbeiter(?:in)?|berater(?:in)?))\s+(?:bitte\s+)?sprechen\b
        |\bverbinden?\s+(?:sie\s+)?mich\s+(?:bitte\s+)?mit\s+(?:(?:einem|einer)\s+)?(?:(?:echten|richtigen)\s+)?(?:menschen?|person|mitarbeiter(?:in)?|berater(?:in)?)\b
        |^\W*(?:(?:einen|einem)\s+)?(?:echten?r?\s+)?(?:mensch(?:en)?|mitarbeiter)(?:[,\s]+bitte)?\W*$
        |\bmet\s+(?:een\s+)?(?:echte?\s+)?(?:mens|persoon|medewerker|collega|iemand)\s+(?:praten|spreken|chatten)\b
        |\b(?:een\s+(?:echte?\s+)?(?:mens|persoon|medewerker)|iemand)\s+spreken\b
        |\b(?:praten|spreken|chatten)\s+met\s+(?:een\s+)?(?:echte?\s+)?(?:mens|persoon|medewerker|iemand)\b
        |\bverbind\s+(?:mij|me)\s+(?:door\s+)?met\s+(?:een\s+)?(?:mens|persoon|medewerker|iemand)\b
        """,
        RegexOptions.IgnoreCase | RegexOptions.IgnorePatternWhitespace | RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex Germanic();
}
