using System.Text.RegularExpressions;

namespace Steward.Architecture.Tests.Surface;

/// <summary>Each port has one abstract suite, and each adapter a class that inherits it.</summary>
public sealed partial class ContractSuiteTests
{
    /// <summary>The port, its suite, and for each adapter the class that runs the suite on it.</summary>
    private static readonly (string Port, string Suite, Dictionary<string, string> Runs)[] Ports =
    [
        ("Steward.Models.Wires.IChatWire", "ChatProviderContract", new()
        {
            ["OpenAiChatWire"] = "OpenAiContract",
            ["AnthropicWire"] = "AnthropicContract",
            ["GeminiWire"] = "GeminiContract",
        }),
        ("Steward.Models.Wires.IEmbeddingWire", "EmbeddingProviderContract", new()
        {
            ["OpenAiEmbeddingWire"] = "OpenAiEmbeddingContract",
            ["GeminiEmbeddingWire"] = "GeminiEmbeddingContract",
            ["CohereEmbeddingWire"] = "CohereEmbeddingContract",
            ["TeiEmbeddingWire"] = "TeiEmbeddingContract",
        }),
        ("Steward.Conversations.IMessageCarrier", "CarrierContract", new()
        {
            ["CallbackCarrier"] = "CallbackCarrierHoldsTheContract",
        }),
        ("Steward.Platform.Mail.Transports.IMailTransport", "MailTransportContract", new()
        {
            ["SmtpTransport"] = "SmtpHoldsTheContract",
            ["FileDrop"] = "FileDropHoldsTheContract",
        }),
        ("Steward.Platform.Files.Stores.IBlobStore", "FileStoreContract", new()
        {
            ["PostgresBlobStore"] = "PostgresStoreHoldsTheContract",
            ["S3BlobStore"] = "S3StoreHoldsTheContract",
        }),
    ];

    public static TheoryData<string> PortNames => [.. Ports.Select(port => port.Port)];

    private static IEnumerable<string> Missing(
        IEnumerable<string> adapters, string suite, Dictionary<string, string> runs, IReadOnlyCollection<(string Class, string Base)> classes) =>
        from adapter in adapters
        let run = runs.GetValueOrDefault(adapter)
        where run is null || !classes.Contains((run, suite))
        select $"{adapter} has no class that inherits {suite}";

    [Theory]
    [MemberData(nameof(PortNames))]
    public void Every_adapter_runs_the_suite_of_its_port(string name)
    {
        var port = Ports.Single(candidate => candidate.Port == name);
        var type = Repository.Assemblies.Select(assembly => assembly.GetType(port.Port)).Single(found => found is not null)!;
        var adapters = Repository.Assemblies.SelectMany(assembly => assembly.GetTypes())
            .Where(candidate => candidate is { IsInterface: false, IsAbstract: false } && type.IsAssignableFrom(candidate)).Select(adapter => adapter.Name).ToList();
        adapters.ShouldNotBeEmpty();
        var classes = Repository.Sources.Where(file => file.IsTest)
            .SelectMany(file => Inheritance().Matches(file.Text)).Select(match => (match.Groups["class"].Value, match.Groups["base"].Value)).ToHashSet();
        Missing(adapters, port.Suite, port.Runs, classes).ShouldBeEmpty();
    }

    [Fact]
    public void An_adapter_without_a_suite_is_found() =>
        Missing(["New", "Old"], "Contract", new() { ["Old"] = "OldContract" }, [("OldContract", "Contract")])
            .ShouldBe(["New has no class that inherits Contract"]);

    [GeneratedRegex(@"\bclass (?<class>\w+)(?:\([^)]*\))?\s*:\s*(?<base>\w+)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Inheritance();
}
