using System.Collections;
using System.Globalization;
using System.Text.Json;
using Steward.Assistants.Configuration;

namespace Steward.Architecture.Tests.Sources;

public sealed class DefaultsTableTests
{
    private static Dictionary<string, string> Documented() => Repository.Read("docs/defaults.md").Split('\n')
        .Where(line => line.StartsWith("| `", StringComparison.Ordinal))
        .Select(line => line.Split('|', StringSplitOptions.TrimEntries))
        .ToDictionary(cells => cells[1].Trim('`'), cells => cells[2].Trim('`'));

    private static Dictionary<string, string> Coded() => typeof(AssistantSettings).GetProperties()
        .Where(property => property.CanWrite)
        .ToDictionary(property => JsonNamingPolicy.CamelCase.ConvertName(property.Name), property => Text(property.GetValue(new AssistantSettings())));

    [Fact]
    public void The_table_of_defaults_says_what_the_code_does()
    {
        var coded = Coded();
        coded.Count.ShouldBeGreaterThan(10);
        Documented().OrderBy(row => row.Key).ShouldBe(coded.OrderBy(row => row.Key));
    }

    private static string Text(object? value) => value switch
    {
        null => "",
        string text => text,
        bool on => on ? "true" : "false",
        Enum name => JsonNamingPolicy.CamelCase.ConvertName(name.ToString()),
        IEnumerable list => string.Join(", ", list.Cast<object>().Select(Text)),
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString()!,
    };
}
