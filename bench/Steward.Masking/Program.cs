using System.Globalization;
using System.Text.Json;
using Steward.Masking;
using Steward.Masking.Set;

// steward-masking                 the table of docs/masking.md, over the published set
// steward-masking --seed 7        another set of the same kind
// steward-masking --misses        what was not hidden, and what was hidden without need
// steward-masking --texts         the set itself, one JSON object per line
var seed = Array.IndexOf(args, "--seed") is var at and >= 0 && at + 1 < args.Length ? int.Parse(args[at + 1], CultureInfo.InvariantCulture) : Generator.PublishedSeed;
var set = Generator.Make(seed: seed);
if (args.Contains("--texts"))
{
    foreach (var text in set)
    {
        Console.WriteLine(JsonSerializer.Serialize(text, JsonSerializerOptions.Web));
    }

    return;
}

Console.WriteLine("| kind | values | recall | hidden | masked | precision |\n|---|---|---|---|---|---|");
foreach (var score in Measure.Run(set))
{
    Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {score.Kind} | {score.Labelled} | {score.Recall:0.000} | {score.HiddenShare:0.000} | {score.Masked} | {score.Precision:0.000} |"));
}

var alarms = Measure.FalseAlarms(set);
Console.WriteLine($"\n{set.Count} texts; {set.Count(text => text.Labels.Count == 0)} with nothing personal, in {alarms.Count} of them something was masked.");
if (args.Contains("--misses"))
{
    foreach (var (text, label) in Measure.Missed(set))
    {
        Console.WriteLine($"missed {label.Kind} '{text.Text.Substring(label.Start, label.Length)}' in: {text.Text.ReplaceLineEndings("\\n")}");
    }

    foreach (var (text, spans) in alarms)
    {
        Console.WriteLine($"alarm {string.Join(", ", spans.Select(span => $"{span.Kind} '{text.Text.Substring(span.Start, span.Length)}'"))} in: {text.Text.ReplaceLineEndings("\\n")}");
    }
}
