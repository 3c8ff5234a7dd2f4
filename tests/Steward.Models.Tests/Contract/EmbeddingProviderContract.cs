using System.ClientModel;
using Microsoft.Extensions.AI;
using OpenAI;
using Steward.Models.Calls;
using Steward.Models.Tests.Gateway;
using Steward.Simulators;

namespace Steward.Models.Tests.Contract;

/// <summary>What every embedding provider does, proved against its simulator over real HTTP.</summary>
public abstract class EmbeddingProviderContract(SharedDatabase shared) : IClassFixture<SharedDatabase>
{
    protected abstract string Provider { get; }

    protected abstract string Model { get; }

    protected abstract int BatchSize { get; }

    protected virtual string Variables => Provider.ToUpperInvariant();

    protected virtual string Address(ModelSimulator simulator) => simulator.AddressOf(Provider);

    protected virtual bool ReportsUsage => true;

    /// <summary>What the body says of texts that search and of texts that are searched; null where the wire does not tell them apart.</summary>
    protected virtual (string Query, string Document)? Types => null;

    [Fact]
    public async Task Each_text_has_its_vector_in_order()
    {
        await using var host = await StartAsync();
        using var embedder = Embedder(host);
        var vectors = await embedder.GenerateAsync(["a red bike", "terms of insurance", "a red bike"]);
        vectors.Count.ShouldBe(3);
        vectors[0].Vector.ToArray().ShouldBe(vectors[2].Vector.ToArray());
        vectors[0].Vector.ToArray().ShouldNotBe(vectors[1].Vector.ToArray());
        MathF.Sqrt(vectors[0].Vector.ToArray().Sum(value => value * value)).ShouldBe(1, 0.001f);
        var result = CallResult.Of(vectors)!;
        result.Provider.ShouldBe(Provider);
        result.Usage.Input.ShouldBeGreaterThan(0);
        result.Estimated.ShouldBe(!ReportsUsage);
    }

    [Fact]
    public async Task More_texts_than_one_request_takes_are_sent_in_several()
    {
        await using var host = await StartAsync();
        using var embedder = Embedder(host);
        var texts = Enumerable.Range(0, BatchSize + 1).Select(i => $"text {i}").ToArray();
        var vectors = await embedder.GenerateAsync(texts);
        host.Simulator.CallCount.ShouldBe(2);
        vectors.Count.ShouldBe(texts.Length);
        vectors[^1].Vector.ToArray().ShouldBe((await embedder.GenerateAsync([texts[^1]]))[0].Vector.ToArray());
    }

    [Fact]
    public async Task Questions_and_passages_are_told_apart_where_the_wire_can()
    {
        await using var host = await StartAsync();
        using var search = Embedder(host, "search");
        await search.GenerateAsync(["Where?"]);
        var asked = host.Simulator.Calls[^1].Body;
        using var ingestion = Embedder(host, "ingestion");
        await ingestion.GenerateAsync(["Where?"]);
        var stored = host.Simulator.Calls[^1].Body;
        if (Types is not { } types)
        {
            asked.ShouldBe(stored);
            return;
        }

        asked.ShouldContain(types.Query);
        stored.ShouldContain(types.Document);
    }

    [Theory]
    [InlineData(401, "auth")]
    [InlineData(400, "refused")]
    [InlineData(503, "overloaded")]
    public async Task Every_status_is_told_apart(int status, string code) => (await FailureAsync(Fault.OfStatus(status))).Code.ShouldBe(code);

    [Theory]
    [InlineData(FaultKind.HtmlPage, "html")]
    [InlineData(FaultKind.EmptyBody, "truncated")]
    [InlineData(FaultKind.MalformedJson, "truncated")]
    [InlineData(FaultKind.ResetBeforeHeaders, "unreachable")]
    public async Task Every_fault_is_told_apart(FaultKind kind, string code) => (await FailureAsync(Fault.Of(kind))).Code.ShouldBe(code);

    [Fact]
    public async Task An_answer_cut_anywhere_is_no_answer()
    {
        await using var host = await StartAsync(attempts: 1);
        for (var at = 0; at < 1500; at += 73)
        {
            host.Simulator.Use(new Rule { Fault = Fault.After(at, FaultKind.CloseAfterBytes) });
            using var embedder = Embedder(host, "search", $"-{at}");
            await Should.ThrowAsync<ModelFailedException>(() => embedder.GenerateAsync(["a", "b"]), $"cut at {at}");
        }
    }

    [Fact]
    public async Task An_official_client_of_OpenAI_gets_them()
    {
        await using var host = await StartAsync();
        var client = new OpenAIClient(new ApiKeyCredential("any"), new OpenAIClientOptions { Endpoint = new Uri(host.Address, "v1") });
        var vectors = (await client.GetEmbeddingClient($"{Provider}/{Model}").GenerateEmbeddingsAsync(["a bike", "a helmet"])).Value;
        vectors.Count.ShouldBe(2);
        vectors[0].ToFloats().Length.ShouldBeGreaterThan(8);
    }

    private async Task<ModelFailedException> FailureAsync(Fault fault)
    {
        await using var host = await StartAsync(attempts: 1);
        host.Simulator.Use(new Rule { Fault = fault });
        using var embedder = Embedder(host);
        return await Should.ThrowAsync<ModelFailedException>(() => embedder.GenerateAsync(["a"]));
    }

    private IEmbeddingGenerator<string, Embedding<float>> Embedder(GatewayHost host, string purpose = "ingestion", string suffix = "") =>
        host.Models.Embeddings(host.Database.Tenant, $"{Provider}/{Model}{suffix}", new CallPurpose("embedding", purpose));

    private Task<GatewayHost> StartAsync(int attempts = 3) => GatewayHost.StartAsync(shared, new CallLimits { Attempts = attempts }, simulator =>
        [($"{Variables}_BASE_URL", Address(simulator)), ($"{Variables}_API_KEY", "test-key")]);
}

public sealed class OpenAiEmbeddingContract(SharedDatabase shared) : EmbeddingProviderContract(shared)
{
    protected override string Provider => "openai";
    protected override string Model => "text-embedding-3-small";
    protected override int BatchSize => 128;
}

public sealed class AzureEmbeddingContract(SharedDatabase shared) : EmbeddingProviderContract(shared)
{
    protected override string Provider => "azure";
    protected override string Variables => "AZURE_OPENAI";
    protected override string Model => "our-embeddings";
    protected override int BatchSize => 128;
}

public sealed class MistralEmbeddingContract(SharedDatabase shared) : EmbeddingProviderContract(shared)
{
    protected override string Provider => "mistral";
    protected override string Model => "mistral-embed";
    protected override int BatchSize => 128;
}

public sealed class GeminiEmbeddingContract(SharedDatabase shared) : EmbeddingProviderContract(shared)
{
    protected override string Provider => "gemini";
    protected override string Model => "gemini-embedding-001";
    protected override int BatchSize => 100;
    protected override bool ReportsUsage => false;
    protected override (string Query, string Document)? Types => ("RETRIEVAL_QUERY", "RETRIEVAL_DOCUMENT");
}

public sealed class CohereEmbeddingContract(SharedDatabase shared) : EmbeddingProviderContract(shared)
{
    protected override string Provider => "cohere";
    protected override string Model => "embed-v4.0";
    protected override int BatchSize => 96;
    protected override (string Query, string Document)? Types => ("search_query", "search_document");
}

public sealed class VoyageEmbeddingContract(SharedDatabase shared) : EmbeddingProviderContract(shared)
{
    protected override string Provider => "voyage";
    protected override string Model => "voyage-3.5";
    protected override int BatchSize => 128;
    protected override (string Query, string Document)? Types => ("\"query\"", "\"document\"");
}

public sealed class TeiEmbeddingContract(SharedDatabase shared) : EmbeddingProviderContract(shared)
{
    protected override string Provider => "tei";
    protected override string Model => "bge-small";
    protected override int BatchSize => 32;
    protected override bool ReportsUsage => false;
}
