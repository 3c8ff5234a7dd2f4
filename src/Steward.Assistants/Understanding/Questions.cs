using System.Text;
using Steward.Search.Chunking;

namespace Steward.Assistants.Understanding;

/// <summary>Cuts a burst of messages into what was asked, so that each question is searched and answered on its own. Pure.</summary>
internal static class Questions
{
    private const int Most = 8;

    /// <summary>One entry per question mark with the statements before it; a message without one is one entry.</summary>
    public static IReadOnlyList<string> Of(IEnumerable<string> messages)
    {
        var questions = new List<string>();
        foreach (var message in messages)
        {
            Split(message.Trim(), questions);
        }

        return questions.Count <= Most ? questions : [.. questions.Take(Most - 1), string.Join(' ', questions.Skip(Most - 1))];
    }

    private static void Split(string message, List<string> questions)
    {
        var current = new StringBuilder();
        var any = false;
        foreach (var range in SentenceSplitter.Split(message))
        {
            var sentence = message[range];
            if (current.Length > 0)
            {
                current.Append(' ');
            }

            current.Append(sentence);
            if (sentence.EndsWith('?') || sentence.EndsWith('？'))
            {
                questions.Add(current.ToString());
                current.Clear();
                any = true;
            }
        }

        if (current.Length == 0)
        {
            return;
        }

        // "Do you open on Sundays? I am asking for Easter." is one question, not two.
        if (any)
        {
            questions[^1] += $" {current}";
        }
        else
        {
            questions.Add(current.ToString());
        }
    }
}
