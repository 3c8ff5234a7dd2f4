using System.Globalization;

namespace Steward.Bench.Routing;

/// <summary>What a question needs, as the person who wrote it saw it.</summary>
internal enum Need
{
    Simple,
    Medium,
    Tool,
    Complex,
}

/// <summary>A question of the published set.</summary>
/// <param name="History">Messages of the conversation before it.</param>
internal sealed record Labelled(Need Need, int History, string Text)
{
    /// <summary>All questions: <c>questions.txt</c>.</summary>
    public static IReadOnlyList<Labelled> All { get; } = Read();

    private static List<Labelled> Read()
    {
        using var reader = new StreamReader(typeof(Labelled).Assembly.GetManifestResourceStream("Routing.questions.txt")!);
        var questions = new List<Labelled>();
        while (reader.ReadLine() is { } line)
        {
            if (line.StartsWith('#') || line.Split('\t') is not [var label, var history, var text])
            {
                continue;
            }

            var need = label switch
            {
                "s" => Need.Simple,
                "m" => Need.Medium,
                "t" => Need.Tool,
                _ => Need.Complex,
            };
            questions.Add(new(need, int.Parse(history, CultureInfo.InvariantCulture), text));
        }

        return questions;
    }
}
