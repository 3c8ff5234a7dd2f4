using System.Text;

namespace Steward.Models.BuiltIn;

/// <summary>The model <c>steward-extractive</c>: a pure function from questions and passages to an answer.</summary>
internal static class ExtractiveModel
{
    public static ExtractiveAnswer Answer(ExtractiveOptions? options)
    {
        if (options is null || options.Questions.Count == 0) return new ExtractiveAnswer(Phrases.Unknown, 0, false, true, []);
        var selection = new SentenceSelection(options.Passages);
        var said = new HashSet<string>(StringComparer.Ordinal);
        var cited = new SortedSet<int>();
        var paragraphs = new List<string>();
        var confidence = 1.0;
        var open = false;
        foreach (var question in options.Questions)
        {
            if (Questions.SmallTalk(question.Text) is { } phrase)
            {
                if (options.Questions.Count == 1) paragraphs.Add(phrase);
                continue;
            }

            confidence = Math.Min(confidence, question.Answerability);
            open |= !AnswerOne(question, selection, said, cited, paragraphs);
        }

        // Greetings alone, several of them, still get one answer.
        if (paragraphs.Count == 0 && !open && cited.Count == 0) paragraphs.Add(Questions.SmallTalk(options.Questions[^1].Text) ?? Phrases.Greeting);
        if (open) paragraphs.Add(paragraphs.Count == 0 ? Phrases.Unknown : Phrases.PartlyUnknown);
        return new ExtractiveAnswer(string.Join("\n\n", paragraphs), Math.Clamp(confidence, 0, 1), !open, open, [.. cited]);
    }

    private static bool AnswerOne(
        ExtractiveQuestion question, SentenceSelection selection, HashSet<string> said, SortedSet<int> cited, List<string> paragraphs)
    {
        if (!question.Answerable) return false;
        var parts = Questions.Read(question.Text);
        var answered = parts.Count > 0;
        foreach (var part in parts)
        {
            var sentences = selection.Choose(part);
            if (sentences.Count == 0) answered = false;
            var paragraph = new StringBuilder();
            foreach (var sentence in sentences)
            {
                cited.Add(sentence.Passage.Number);
                if (!said.Add(sentence.Text)) continue;
                if (paragraph.Length > 0) paragraph.Append(' ');
                paragraph.Append(sentence.Text).Append(" [").Append(sentence.Passage.Number).Append(']');
            }

            if (paragraph.Length > 0) paragraphs.Add(paragraph.ToString());
        }

        return answered;
    }
}
