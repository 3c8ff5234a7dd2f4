using System.Text.RegularExpressions;

namespace Steward.Assistants.Understanding;

/// <summary>Recognises that a customer asks for a person, in the common phrasings of the languages it knows. Pure.</summary>
internal static partial class PersonRequest
{
    /// <summary>Whether the message asks to talk to a person. Naming people in another sense ("how many people", "for a human child") does not count.</summary>
    public static bool In(string text)
    {
        var plain = text.Trim();
        return plain.Length <= 400 && (English().IsMatch(plain) || Bare().IsMatch(plain) || Others().IsMatch(plain));
    }

    [GeneratedRegex(
        """
        \b(?:(?:talk|speak|chat|write|connect|transfer|put|hand|escalate|switch|pass|forward|get)\b[^.?!]{0,30}?\b(?:to|with|me|through|over|over\ to)\b
            [^.?!]{0,25}?\b(?:real\ |actual\ |live\ |human\ )?(?:person|human(?:\ being)?|agent|representative|rep|operator|colleague|someone|somebody|staff|employee|advisor|manager|supervisor|customer\ service|support\ team)\b
          |(?:want|need|prefer|like|can\ i\ (?:get|have)|could\ i\ (?:get|have)|give\ me|is\ there)\b[^.?!]{0,25}?\b(?:real|actual|live|human)\ (?:person|human|agent|being|representative|support|help)\b
          |(?:want|need|would\ like|prefer)\ (?:a|an|to\ have\ a)\ (?:human|person|agent|representative|operator)\b
          |\bcall\ me(?:\ back)?\b
          |\b(?:stop|no\ more|not\ a|hate|not\ talking\ to\ a)\b[^.?!]{0,20}\b(?:bot|robot|machine)\b)
        """,
        RegexOptions.IgnoreCase | RegexOptions.IgnorePatternWhitespace | RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 100)]
    private static partial Regex English();

    [GeneratedRegex("""^\W*(?:a\s+)?(?:real\s+|live\s+)?(?:human|person|agent|operator|representative|handoff|hand\s*over)(?:\s+please)?\W*$""", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 100)]
    private static partial Regex Bare();

    [GeneratedRegex(
        """
        (?:hablar|comunicarme|chatear|pasar?me)\s+con\s+(?:una?\s+)?(?:persona|humano|agente|alguien|representante|asesor)
        |(?:parler|discuter)\s+(?:à|a|avec)\s+(?:une?\s+)?(?:personne|humain|agent|conseiller|quelqu)
        |mit\s+(?:einem|einer|jemandem)?\s*(?:echten\s+)?(?:menschen?|person|mitarbeiter(?:in)?|berater(?:in)?|jemandem)\s+(?:sprechen|reden|chatten)
        |(?:falar|conversar)\s+com\s+(?:uma?\s+)?(?:pessoa|humano|atendente|agente|algu[eé]m)
        |parlare\s+con\s+(?:una?\s+)?(?:persona|operatore|umano|qualcuno)
        |met\s+(?:een\s+)?(?:mens|persoon|medewerker|iemand)\s+(?:praten|spreken)
        """,
        RegexOptions.IgnoreCase | RegexOptions.IgnorePatternWhitespace | RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 100)]
    private static partial Regex Others();
}
