using Steward.Search.Analysis;
using Steward.Search.Chunking;

namespace Steward.Models.BuiltIn;

internal enum AnswerType
{
    Any,
    Price,
    Time,
    Duration,
    Count,
    Contact,
    Place,
}

/// <summary>One thing asked: its stems with weights (words borrowed from what was said before weigh less) and the kind of answer it wants.</summary>
/// <param name="ByType">Nothing but the kind of answer is named, as in "what is your phone number?": a sentence of that kind is enough.</param>
internal sealed record Asked(IReadOnlyDictionary<string, double> Terms, AnswerType Type, bool ByType);

/// <summary>Reads messages of contacts: small talk, several questions in one message, and what kind of answer each wants.</summary>
internal static class Questions
{
    private const double BorrowedWeight = 0.3;
    private const double WeakWeight = 0.3;

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

    private static readonly HashSet<string> PlaceWords = new(StringComparer.OrdinalIgnoreCase) { "address", "located", "location", "find" };

    // Verbs that fit any subject say little about which sentence answers.
    private static readonly HashSet<string> WeakWords = new(StringComparer.OrdinalIgnoreCase)
        { "take", "takes", "get", "gets", "make", "give", "use", "work", "works", "go", "come", "see", "find", "offer", "provide", "possible", "available", "happens", "allowed" };

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
        IReadOnlyDictionary<string, double>? before = null;
        foreach (var (question, context) in parts)
        {
            var type = TypeOf(question);
            var (terms, byType) = Terms(question, type);
            if (context.Length > 0) Borrow(terms, Terms(context, AnswerType.Any).Terms);
            if (terms.Count < 2 && before is not null) Borrow(terms, before);
            if (terms.Count == 0) continue;
            asked.Add(new Asked(terms, type, byType));
            before = terms;
        }

        return asked;
    }

    private static void Borrow(Dictionary<string, double> terms, IReadOnlyDictionary<string, double> from)
    {
        foreach (var (term, weight) in from) terms.TryAdd(term, weight * BorrowedWeight);
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

    private static (Dictionary<string, double> Terms, bool ByType) Terms(string text, AnswerType type)
    {
        var terms = new Dictionary<string, double>(StringComparer.Ordinal);
        var typed = new Dictionary<string, double>(StringComparer.Ordinal);
        var strong = false;
        var reader = TextAnalyzer.English.Read(text);
        while (reader.MoveNext())
        {
            if (reader.IsStopWord) continue;
            var term = reader.Term.ToString();
            var word = text.AsSpan(reader.Start, reader.Length).ToString();
            if (TypeWords.Contains(word) || (type == AnswerType.Contact && ContactWords.Contains(word)) || (type == AnswerType.Place && PlaceWords.Contains(word)))
            {
                typed[term] = 1;
                continue;
            }

            var weak = WeakWords.Contains(word);
            strong |= !weak;
            terms[term] = weak ? WeakWeight : 1;
        }

        if (strong || type == AnswerType.Any) return (terms.Count > 0 ? terms : typed, false);
        foreach (var (term, weight) in typed) terms.TryAdd(term, weight);
        return (terms, true);
    }

    private static AnswerType TypeOf(string text)
    {
        if (Has(text, "how much", "price", "cost", "fee", "charge", "expensive", "pay for")) return AnswerType.Price;
        if (Has(text, "how long", "how fast", "how quickly", "how soon", "within what")) return AnswerType.Duration;
        if (Has(text, "how many", "number of", "maximum", "minimum", "limit")) return AnswerType.Count;
        if (Has(text, "phone", "call you", "e-mail", "email", "contact", "reach you", "get in touch")) return AnswerType.Contact;
        if (Has(text, "when", "what time", "hours", "until", "opening", "open on", "open at", "close on", "close at")) return AnswerType.Time;
        return Has(text, "where", "address", "located", "location") ? AnswerType.Place : AnswerType.Any;
    }

    private static bool Has(string text, params ReadOnlySpan<string> words)
    {
        foreach (var word in words)
            if (text.Contains(word, StringComparison.OrdinalIgnoreCase)) return true;
        return false;
    }
}
