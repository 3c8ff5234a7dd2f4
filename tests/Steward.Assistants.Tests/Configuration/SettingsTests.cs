using System.Collections;
using System.Globalization;
using System.Text.Json;
using Steward.Assistants.Configuration;
using Steward.Assistants.Prompting;

namespace Steward.Assistants.Tests.Configuration;

public sealed class SettingsTests
{
    [Fact]
    public void The_defaults_are_valid() => SettingsRules.Check(new()).ShouldBeEmpty();

    public static TheoryData<string, AssistantSettings> Wrong { get; } = new()
    {
        { "name", new() { Name = " " } },
        { "name", new() { Name = new('x', 81) } },
        { "instructions", new() { Instructions = new('x', 8_001) } },
        { "greeting", new() { Greeting = new('x', 501) } },
        { "suggestions", new() { Suggestions = ["a", "b", "c", "d", "e", "f", "g"] } },
        { "suggestions", new() { Suggestions = [null!] } },
        { "temperature", new() { Temperature = 2.1 } },
        { "temperature", new() { Temperature = double.NaN } },
        { "maxOutputTokens", new() { MaxOutputTokens = 15 } },
        { "historyMessages", new() { HistoryMessages = 101 } },
        { "historyTokens", new() { HistoryTokens = -1 } },
        { "historyNeverCut", new() { HistoryMessages = 2, HistoryNeverCut = 3 } },
        { "passages", new() { Passages = 0 } },
        { "contextTokens", new() { ContextTokens = 1_023, MaxOutputTokens = 16 } },
        { "contextTokens", new() { ContextTokens = 2_000, MaxOutputTokens = 1_000 } },
        { "confidenceThreshold", new() { ConfidenceThreshold = 1.01 } },
        { "lowConfidenceAttempts", new() { LowConfidenceAttempts = 0 } },
        { "answerCacheMinutes", new() { AnswerCacheMinutes = -1 } },
        { "answerCacheMinutes", new() { AnswerCacheMinutes = 10_081 } },
        { "model", new() { Model = "" } },
        { "fallbacks", new() { Fallbacks = [null!] } },
        { "fallbacks", new() { Fallbacks = ["a", "b", "c", "d", "e", "f"] } },
        { "restrictedTopics", new() { RestrictedTopics = ["ab"] } },
        { "restrictedTopics", new() { RestrictedTopics = [null!] } },
        { "limitedText", new() { LimitedText = " " } },
        { "language", new() { Language = "english please" } },
    };

    [Theory]
    [MemberData(nameof(Wrong), DisableDiscoveryEnumeration = true)]
    public void What_may_not_be_set_is_named(string setting, AssistantSettings settings)
        => SettingsRules.Check(settings).ShouldContain(said => said.StartsWith(setting, StringComparison.Ordinal));

    [Fact]
    public void The_page_of_defaults_says_what_the_code_does()
    {
        var page = File.ReadLines(Path.Combine(Root(), "docs", "defaults.md"))
            .Where(line => line.StartsWith("| `", StringComparison.Ordinal))
            .Select(line => line.Split('|', StringSplitOptions.TrimEntries))
            .ToDictionary(cells => cells[1].Trim('`'), cells => cells[2]);

        var code = typeof(AssistantSettings).GetProperties().Where(property => property.Name != "EqualityContract").ToDictionary(
            property => JsonNamingPolicy.CamelCase.ConvertName(property.Name),
            property => Written(property.GetValue(new AssistantSettings())));

        page.OrderBy(row => row.Key, StringComparer.Ordinal).ShouldBe(code.OrderBy(row => row.Key, StringComparer.Ordinal));
    }

    [Theory]
    [InlineData(Tone.Friendly, "friendly")]
    [InlineData(Tone.Professional, "professional")]
    [InlineData(Tone.Casual, "casual")]
    [InlineData(Tone.Formal, "formal")]
    public void The_instructions_name_the_assistant_and_its_tone(Tone tone, string word)
    {
        var text = Instructions.Of(new() { Name = "Nora", Tone = tone });

        text.ShouldStartWith("You are Nora,");
        text.ShouldContain($"Your tone is {word}");
        text.ShouldNotContain("Do not speak about");
        text.ShouldNotContain("From the business");
    }

    [Fact]
    public void Restricted_topics_and_the_business_own_words_are_in_the_instructions()
    {
        var text = Instructions.Of(new() { RestrictedTopics = ["politics", "bitcoin"], Instructions = "Use metric units." });

        text.ShouldContain("Do not speak about: politics; bitcoin.");
        text.TrimEnd().ShouldEndWith("Use metric units.");
    }

    [Fact]
    public void A_changed_assistant_gets_a_prompt_of_its_own_and_another_tenant_never_shares_one()
    {
        var cache = new PromptCache();
        var assistant = new Assistant(Guid.NewGuid(), true, new() { Name = "Nora" }, 1, default);
        var tenant = new Platform.Tenancy.TenantId(Guid.NewGuid());
        var first = cache.For(tenant, assistant, "gpt-4o");

        cache.For(tenant, assistant, "gpt-4o").ShouldBeSameAs(first);
        cache.For(tenant, assistant with { Version = 2, Settings = new() { Name = "Nils" } }, "gpt-4o").Text.ShouldStartWith("You are Nils");
        cache.For(new(Guid.NewGuid()), assistant with { Settings = new() { Name = "Else" } }, "gpt-4o").Text.ShouldStartWith("You are Else");
    }

    private static string Written(object? value) => value switch
    {
        null => "",
        string text => text,
        bool on => on ? "true" : "false",
        Enum tone => JsonNamingPolicy.CamelCase.ConvertName(tone.ToString()),
        IEnumerable list => string.Join(", ", list.Cast<object>()),
        _ => Convert.ToString(value, CultureInfo.InvariantCulture)!,
    };

    private static string Root()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Steward.slnx")))
        {
            folder = folder.Parent!;
        }

        return folder.FullName;
    }
}
