namespace Steward.Models.Routing;

/// <summary>The keywords of the two policies. The default ones are the seed's with the forms that whole words need.</summary>
internal static class KeywordLists
{
    private static readonly RoutingKeywords _seed = new(
        ["hours", "open", "close", "location", "address", "phone", "website", "menu", "price", "cost", "how much", "what is", "do you", "can you", "available"],
        [
            "complaint", "frustrated", "angry", "problem", "issue", "cancel", "refund", "change", "reschedule", "manager", "supervisor", "lawyer", "attorney", "dispute",
            "disappointed",
        ],
        ["book", "schedule", "reserve", "create", "update", "modify", "change date", "change time", "add guest", "remove guest"]);

    private static readonly RoutingKeywords _forms = new(
        [
            "hours", "open|opens|opening", "close|closes|closing", "location|locations", "address", "phone", "website", "menu", "price|prices", "cost|costs", "how much", "what is|what's",
            "do you", "can you", "available",
        ],
        [
            "complaint|complaints|complain|complaining", "frustrated|frustrating", "angry", "problem|problems", "issue|issues", "cancel|cancelled|canceled|cancelling|cancellation",
            "refund|refunds|refunded", "change|changed|changing", "reschedule|rescheduled", "manager", "supervisor", "lawyer", "attorney", "dispute", "disappointed|disappointing",
        ],
        [
            "book|booking|bookings|booked", "schedule|scheduled", "reserve|reservation|reservations|reserved", "create", "update|updated", "modify",
            "change date|change the date|change my date", "change time|change the time|change my time", "add guest|add a guest|add one guest|add one more guest",
            "remove guest|remove a guest|remove one guest",
        ]);

    /// <summary>The lists that hold: the tenant's where it set one, else the policy's.</summary>
    public static (IReadOnlyList<string> Simple, IReadOnlyList<string> Complex, IReadOnlyList<string> Tools) For(RoutingSettings settings)
    {
        var own = settings.Policy == RoutingPolicy.Seed ? _seed : _forms;
        return (settings.Keywords.Simple ?? own.Simple!, settings.Keywords.Complex ?? own.Complex!, settings.Keywords.Tools ?? own.Tools!);
    }

    /// <summary>The keywords that stand anywhere in the text, inside words too: "book" in "facebook". The seed's way.</summary>
    public static IReadOnlyList<string> Inside(string lower, IReadOnlyList<string> keywords) =>
        [.. keywords.Where(keyword => lower.Contains(keyword, StringComparison.Ordinal))];

    /// <summary>The keywords of which one form stands in the text as whole words, marks between words aside.</summary>
    public static IReadOnlyList<string> Whole(string lower, IReadOnlyList<string> keywords)
    {
        var padded = Padded(lower);
        return [.. keywords.Where(keyword => keyword.Split('|').Any(form => padded.Contains(Padded(form), StringComparison.Ordinal)))];
    }

    /// <summary>The words with one space before, between and after them.</summary>
    private static string Padded(string text)
    {
        var padded = new System.Text.StringBuilder(text.Length + 2).Append(' ');
        foreach (var c in text)
        {
            var kept = char.IsLetterOrDigit(c) || c == '\'' ? c : c == '\u2019' ? '\'' : ' ';
            if (kept != ' ' || padded[^1] != ' ')
            {
                padded.Append(kept);
            }
        }

        return padded[^1] == ' ' ? padded.ToString() : padded.Append(' ').ToString();
    }
}
