using Steward.Search.Analysis;
using Steward.Search.Chunking;
using Steward.Search.Hybrid;

namespace Steward.Models.BuiltIn;

internal enum AnswerType
{
    Any,
    Price,
    Time,
    Duration,
    Distance,
    Count,
    Contact,
    Place,
}

/// <summary>A word asked for, with its stems in any writing and those of words that mean nearly the same.</summary>
/// <param name="Weight">1 for a word of the question itself, less for one that is borrowed from what was said before or that fits anything.</param>
internal sealed record AskedTerm(string Stem, IReadOnlyList<string> Same, IReadOnlyList<string> Alike, double Weight);

/// <summary>One thing asked: its words and the kind of answer it wants.</summary>
/// <param name="ByType">Nothing but the kind of answer is named, as in "what is your phone number?": a sentence of that kind is enough.</param>
/// <param name="Counted">The stem that "how many ..." counts, or null.</param>
/// <param name="AsksToAct">It asks what to do, so that an instruction is an answer.</param>
/// <param name="AsksCase">It asks what holds in a case ("what if ..."), so that a sentence about a case is an answer.</param>
internal sealed record Asked(IReadOnlyList<AskedTerm> Terms, AnswerType Type, bool ByType, string? Counted, bool AsksToAct, bool AsksCase);

/// <summary>Reads messages of contacts: small talk, several questions in one message, and what kind of answer each wants.</summary>
internal static class Questions
{
    private const double BorrowedWeight = 0.1;
    private const double WeakWeight = 0.15;

    private static readonly HashSet<string> GreetingWords = new(StringComparer.OrdinalIgnoreCase)
        { "hi", "hello", "hey", "hallo", "good", "morning", "afternoon", "evening", "day", "there", "greetings", "howdy", "team", "dear", "sir", "madam", "all" };

    private static readonly HashSet<string> ThanksWords = new(StringComparer.OrdinalIgnoreCase)
        { "thanks", "thank", "you", "thx", "cheers", "ty", "ok", "okay", "great", "perfect", "awesome", "cool", "got", "it", "so", "much", "very", "many", "a", "lot", "that", "helps", "helped", "nice", "good", "for", "the", "your", "help", "all", "right", "alright", "fine", "super" };

    private static readonly HashSet<string> GoodbyeWords = new(StringComparer.OrdinalIgnoreCase)
        { "bye", "goodbye", "ciao", "see", "you", "later", "good", "night", "have", "a", "nice", "day", "take", "care" };

    // Words that only say what kind of answer is wanted; no passage has to contain them.
    private static readonly HashSet<string> TypeWords = new(StringComparer.OrdinalIgnoreCase)
        { "much", "many", "long", "time", "times", "when", "where", "what", "which", "who", "cost", "costs", "price", "prices", "hour", "hours", "please", "tell", "know", "want", "need", "like", "can", "could", "would", "information", "info", "question" };

    private static readonly HashSet<string> ContactWords = new(StringComparer.OrdinalIgnoreCase)
        { "phone", "telephone", "number", "mobile", "email", "e-mail", "mail", "contact", "reach", "call", "touch", "get" };

    private static readonly HashSet<string> TravelWords = new(StringComparer.OrdinalIgnoreCase) { "far", "ride", "drive", "travel", "walk", "go", "get" };

    private static readonly HashSet<string> PlaceWords = new(StringComparer.OrdinalIgnoreCase) { "address", "located", "location", "find" };

    private static readonly string[] Sure = ["thank", "thanks", "thx", "cheers", "ty", "ok", "okay", "great", "perfect", "awesome", "cool", "nice", "alright", "fine", "super"];

    /// <summary>The fixed phrase for a message that asks nothing, or null.</summary>
    public static string? SmallTalk(string text)
    {
        var words = text.Split([' ', ',', '.', '!', ';', '\n', '\r', '\t', '-', ':', ')', '('], StringSplitOptions.RemoveEmptyEntries);
        if (words.Length is 0 or > 8 || text.Contains('?', StringComparison.Ordinal)) return null;
        if (words.Any(word => word is "bye" or "goodbye" or "Bye" or "Goodbye") && words.All(word => GoodbyeWords.Contains(word) || ThanksWords.Contains(word)))
            return Phrases.Goodbye;
        if (words.All(ThanksWords.Contains) && words.Any(word => Sure.Contains(word, StringComparer.OrdinalIgnoreCase))) return Phrases.Thanks;
        return words.All(GreetingWords.Contains) ? Phrases.Greeting : null;
    }

    /// <summary>Cuts a message into what it asks. A part that has few words of its own borrows those of the part before it.</summary>
    public static IReadOnlyList<Asked> Read(string text)
    {
        var parts = Parts(text);
        var asked = new List<Asked>(parts.Count);
        IReadOnlyList<AskedTerm>? before = null;
        foreach (var (question, context) in parts)
        {
            var type = TypeOf(question);
            var (terms, byType) = Terms(question, type);
            if (context.Length > 0) Borrow(terms, Terms(context, AnswerType.Any).Terms);
            if (terms.Count < 2 && before is not null) Borrow(terms, before);
            if (terms.Count == 0) continue;
            asked.Add(new Asked(
                terms, type, byType, Counted(question),
                Has(question, "how do i", "how can i", "how to", "what do i", "what should", "what shall", "what must", "do i need", "do i have to", "should i", "what now"),
                Has(question, "if ", "what happens", "in case")));
            before = terms;
        }

        return asked;
    }

    private static void Borrow(List<AskedTerm> terms, IReadOnlyList<AskedTerm> from)
    {
        foreach (var term in from)
            if (!terms.Exists(own => own.Stem == term.Stem)) terms.Add(term with { Weight = term.Weight * BorrowedWeight });
    }

    private static string? Counted(string text)
    {
        var at = text.IndexOf("how many ", StringComparison.OrdinalIgnoreCase);
        return at < 0 ? null : TextAnalyzer.English.Terms(text.AsSpan(at + "how many ".Length)) is [var first, ..] ? first : null;
    }

    private static List<(string Question, string Context)> Parts(string text)
    {
        var parts = new List<string>();
        foreach (var range in SentenceSplitter.Split(text))
        {
            var part = text[range].Trim();
            if (part.Length > 0 && SmallTalk(part) is null) parts.Add(part);
        }

        // Only sentences that ask are questions, when there are any; what is said around them is their context.
        if (parts.Count == 0) return [];
        if (!parts.Exists(IsQuestion)) return [(string.Join(' ', parts), "")];
        var questions = new List<(string Question, string Context)>();
        var context = "";
        foreach (var part in parts)
        {
            if (IsQuestion(part))
            {
                questions.Add((part, context));
                context = "";
            }
            else
            {
                context = context.Length == 0 ? part : $"{context} {part}";
            }
        }

        if (context.Length > 0) questions[^1] = (questions[^1].Question, $"{questions[^1].Context} {context}".Trim());
        return questions;
    }

    private static bool IsQuestion(string part) => part.EndsWith('?');

    private static (List<AskedTerm> Terms, bool ByType) Terms(string text, AnswerType type)
    {
        var terms = new List<AskedTerm>();
        var typed = new List<AskedTerm>();
        var strong = false;
        foreach (var word in AskedWords.Of(text))
        {
            var term = new AskedTerm(word.Stem, word.Same, word.Alike, word.IsWrapping ? WeakWeight : 1);
            if (SaysOnlyType(word.Surface, text, type))
            {
                typed.Add(term with { Weight = 1 });
                continue;
            }

            strong |= !word.IsWrapping;
            terms.Add(term);
        }

        if (strong || type == AnswerType.Any) return (terms.Count > 0 ? terms : typed, false);
        terms.AddRange(typed.Where(term => !terms.Exists(own => own.Stem == term.Stem)));
        return (terms, true);
    }

    private static bool SaysOnlyType(string word, string text, AnswerType type) =>
        TypeWords.Contains(word) || type switch
        {
            AnswerType.Contact => ContactWords.Contains(word),
            AnswerType.Place => PlaceWords.Contains(word),
            AnswerType.Distance => TravelWords.Contains(word),
            AnswerType.Time => word is "late" or "early" && Has(text, $"how {word}"),
            _ => false,
        };

    private static AnswerType TypeOf(string text)
    {
        if (Has(text, "how much", "price", "cost", "fee ", "fee?", "fees", "you charge", "charge for", "expensive", "pay for")) return AnswerType.Price;
        if (Has(text, "how long", "how fast", "how quickly", "how soon", "within what")) return AnswerType.Duration;
        if (Has(text, "how far", "which distance", "what distance")) return AnswerType.Distance;
        if (Has(text, "how many", "how old", "how big", "how large", "how high", "how tall", "how heavy", "number of", "maximum", "minimum", "limit") && !Has(text, "phone number", "telephone number")) return AnswerType.Count;
        if (Has(text, "phone number", "telephone number", "call you", "e-mail", "email", "contact", "reach you", "get in touch", "your phone", "your number")) return AnswerType.Contact;
        if (Has(text, "when ", "what time", "hours", "until", "how late", "how early", "opening", "open on", "open at", "close on", "close at")) return AnswerType.Time;
        return text.StartsWith("where", StringComparison.OrdinalIgnoreCase) || Has(text, " where ", "address", "located", "location") ? AnswerType.Place : AnswerType.Any;
    }

    private static bool Has(string text, params ReadOnlySpan<string> words)
    {
        foreach (var word in words)
            if (text.Contains(word, StringComparison.OrdinalIgnoreCase)) return true;
        return false;
    }
}
