using Microsoft.Extensions.AI;
using Steward.Models.Calls;
using Steward.Models.Tests.Gateway;
using Steward.Simulators;

namespace Steward.Models.Tests.Contract;

/// <summary>What every chat provider does, proved against its simulator over real HTTP.</summary>
public abstract partial class ChatProviderContract(SharedDatabase shared) : IClassFixture<SharedDatabase>
{
    private static readonly ChatMessage[] Question = [new(ChatRole.User, "What is it?")];

    /// <summary>The provider's name; its variables are set to the simulator of its service.</summary>
    protected abstract string Provider { get; }

    /// <summary>A model that the provider answers to when it is named with it.</summary>
    protected abstract string Model { get; }

    protected abstract string StreamPath { get; }

    protected virtual string Variables => Provider.ToUpperInvariant();

    protected virtual string Address(ModelSimulator simulator) => simulator.AddressOf(Provider);

    protected virtual IEnumerable<(string Name, string Value)> Settings => [];

    /// <summary>Whether the price list that comes with the product knows the model.</summary>
    protected virtual bool Priced => true;

    /// <summary>Whether the catalogue says that the model reads images.</summary>
    protected virtual bool Sees => true;

    protected virtual bool ReportsCached => true;

    protected virtual bool ReportsReasoning => true;

    /// <summary>Whether tool arguments are JSON inside JSON, so that bad ones spoil the whole event.</summary>
    protected virtual string BadArguments => "truncated";

    [Fact]
    public async Task A_stream_gives_the_text_the_usage_and_the_cost()
    {
        await using var host = await StartAsync();
        host.Simulator.Script = new Script { Default = Answer.OfText("Bikes are rented by the day. Helmets are free.") };
        var updates = await Chat(host).GetStreamingResponseAsync(Question).ToListAsync();
        string.Concat(updates.Select(update => update.Text)).ShouldBe("Bikes are rented by the day. Helmets are free.");
        updates.Count.ShouldBeGreaterThan(3);
        var result = CallResult.Of(updates[^1])!;
        result.Provider.ShouldBe(Provider);
        result.Usage.Input.ShouldBeGreaterThan(0);
        result.Usage.Output.ShouldBeGreaterThan(0);
        result.Estimated.ShouldBeFalse();
        result.Cost.Unpriced.ShouldBe(!Priced);
        (result.Cost.Usd > 0).ShouldBe(Priced);
        result.TimeToFirstToken.ShouldNotBeNull();
        updates[^1].FinishReason.ShouldBe(ChatFinishReason.Stop);
        host.Simulator.Calls[^1].Path.ShouldBe(StreamPath);
    }

    [Fact]
    public async Task A_whole_answer_says_the_same()
    {
        await using var host = await StartAsync();
        host.Simulator.Script = new Script { Default = Answer.OfText("Helmets are free.") };
        var response = await Chat(host).GetResponseAsync(Question);
        response.Text.ShouldBe("Helmets are free.");
        response.FinishReason.ShouldBe(ChatFinishReason.Stop);
        CallResult.Of(response)!.Usage.Output.ShouldBeGreaterThan(0);
    }

    [Fact]
    public async Task System_text_history_and_options_arrive()
    {
        await using var host = await StartAsync();
        host.Simulator.Script = new Script
        {
            Default = Answer.OfText("lost"),
            Rules = [new Rule { When = new Match { System = "instructed.*polite", LastUser = "^And helmets\\?$" }, Answer = Answer.OfText("found") }],
        };
        ChatMessage[] messages =
        [
            new(ChatRole.System, "Be polite."), new(ChatRole.User, "Bikes?"), new(ChatRole.Assistant, "Yes."), new(ChatRole.User, "And helmets?"),
        ];
        var options = new ChatOptions { Instructions = "You are instructed.", Temperature = 0.2f, TopP = 0.9f, MaxOutputTokens = 50, Seed = 7, StopSequences = ["###"] };
        (await Chat(host).GetResponseAsync(messages, options)).Text.ShouldBe("found");
    }

    [Fact]
    public async Task Cached_and_reasoning_tokens_are_told_apart()
    {
        await using var host = await StartAsync();
        host.Simulator.Script = new Script { Default = Answer.OfText("One two.") with { CachedTokens = 3, ReasoningTokens = 7 } };
        var whole = CallResult.Of(await Chat(host).GetResponseAsync(Question))!.Usage;
        var streamed = CallResult.Of((await Chat(host).GetStreamingResponseAsync(Question).ToListAsync())[^1])!.Usage;
        streamed.ShouldBe(whole);
        whole.CachedInput.ShouldBe(ReportsCached ? 3 : 0);
        whole.Reasoning.ShouldBe(ReportsReasoning ? 7 : 0);
        whole.Output.ShouldBe(2);
    }

    [Fact]
    public async Task Usage_that_is_missing_is_estimated_and_marked()
    {
        await using var host = await StartAsync();
        host.Simulator.Script = new Script { Default = Answer.OfLength(30), Rules = [new Rule { Fault = Fault.Of(FaultKind.UsageMissing) }] };
        var result = CallResult.Of(await Chat(host).GetResponseAsync(Question))!;
        result.Estimated.ShouldBeTrue();
        result.Usage.Output.ShouldBeGreaterThan(10);
    }

    [Fact]
    public async Task An_answer_that_was_too_long_says_so()
    {
        await using var host = await StartAsync();
        host.Simulator.Script = new Script { Default = Answer.OfLength(30) };
        var response = await Chat(host).GetStreamingResponseAsync(Question, new ChatOptions { MaxOutputTokens = 5 }).ToChatResponseAsync();
        response.FinishReason.ShouldBe(ChatFinishReason.Length);
        response.Text.Split(' ').Length.ShouldBe(5);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(7)]
    [InlineData(61)]
    public async Task Pieces_of_any_size_are_put_together(int size)
    {
        await using var host = await StartAsync();
        host.Simulator.Script = new Script { Default = Answer.OfText("Grüße aus Köln."), Rules = [new Rule { Fault = Fault.After(size, FaultKind.Dribble) }] };
        (await Chat(host).GetStreamingResponseAsync(Question).ToChatResponseAsync()).Text.ShouldBe("Grüße aus Köln.");
    }

    [Fact]
    public async Task An_image_is_sent_to_a_model_that_reads_images()
    {
        await using var host = await StartAsync();
        host.Simulator.Script = new Script { Default = Answer.OfText("A bike.") };
        byte[] image = [137, 80, 78, 71, 1, 2, 3];
        ChatMessage[] messages = [new(ChatRole.User, [new TextContent("What is it?"), new DataContent(image, "image/png")])];
        if (!Sees)
        {
            (await FailureAsync(() => Chat(host).GetResponseAsync(messages))).Kind.ShouldBe(FailureKind.Unsupported);
            host.Simulator.CallCount.ShouldBe(0);
            return;
        }

        (await Chat(host).GetResponseAsync(messages)).Text.ShouldBe("A bike.");
        host.Simulator.Calls[^1].Body.ShouldContain(Convert.ToBase64String(image));
    }

    private protected IChatClient Chat(GatewayHost host, string suffix = "") =>
        host.Models.Chat(host.Database.Tenant, $"{Provider}/{Model}{suffix}", Calling.Purpose);

    private protected Task<GatewayHost> StartAsync(int attempts = 3, Func<CallLimits, CallLimits>? limits = null) =>
        GatewayHost.StartAsync(shared, (limits ?? (same => same))(new CallLimits { Attempts = attempts }), simulator =>
        [
            .. Settings,
            ($"{Variables}_BASE_URL", Address(simulator)),
            ($"{Variables}_API_KEY", "test-key"),
        ]);
}
