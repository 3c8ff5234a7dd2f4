using System.ClientModel;
using Anthropic;
using Anthropic.Models.Messages;
using OpenAI;
using OpenAI.Chat;

namespace Steward.Simulators.Tests;

/// <summary>The official clients are the judges of the wire formats.</summary>
public sealed class OfficialClientTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task OpenAI_chats_and_reads_usage()
    {
        await using var sim = await ModelSimulator.StartAsync(ct: Ct);
        sim.Use(new Rule { Answer = Answer.OfText("Good morning to you.") with { CachedTokens = 3 } });
        var answer = (await OpenAIClient(sim).GetChatClient("sim-large").CompleteChatAsync([new UserChatMessage("hello there")], cancellationToken: Ct)).Value;
        answer.Content[0].Text.ShouldBe("Good morning to you.");
        answer.FinishReason.ShouldBe(ChatFinishReason.Stop);
        answer.Usage.OutputTokenCount.ShouldBe(4);
        answer.Usage.InputTokenDetails.CachedTokenCount.ShouldBe(3);
    }

    [Fact]
    public async Task OpenAI_streams_tool_calls()
    {
        await using var sim = await ModelSimulator.StartAsync(ct: Ct);
        sim.Use(new Rule { Answer = Answer.OfTools(new ScriptedToolCall("order", """{"number":"A-17"}""")) });
        var options = new ChatCompletionOptions { Tools = { ChatTool.CreateFunctionTool("order") } };
        var arguments = "";
        var name = "";
        ChatFinishReason? finish = null;
        ChatTokenUsage? usage = null;
        await foreach (var update in OpenAIClient(sim).GetChatClient("sim-large").CompleteChatStreamingAsync([new UserChatMessage("where")], options, Ct))
        {
            foreach (var call in update.ToolCallUpdates)
            {
                name += call.FunctionName;
                arguments += call.FunctionArgumentsUpdate?.ToString();
            }

            finish ??= update.FinishReason;
            usage ??= update.Usage;
        }

        name.ShouldBe("order");
        arguments.ShouldBe("""{"number":"A-17"}""");
        finish.ShouldBe(ChatFinishReason.ToolCalls);
        usage.ShouldNotBeNull().OutputTokenCount.ShouldBeGreaterThan(0);
    }

    [Fact]
    public async Task OpenAI_embeds_and_lists_models()
    {
        await using var sim = await ModelSimulator.StartAsync(ct: Ct);
        var vectors = (await OpenAIClient(sim).GetEmbeddingClient("text-embedding-3-small").GenerateEmbeddingsAsync(["a red shoe", "a blue hat"], cancellationToken: Ct)).Value;
        vectors.Count.ShouldBe(2);
        vectors[0].ToFloats().Length.ShouldBe(1536);
        vectors[0].ToFloats().ToArray().ShouldNotBe(vectors[1].ToFloats().ToArray());
        (await OpenAIClient(sim).GetOpenAIModelClient().GetModelsAsync(Ct)).Value.ShouldContain(m => m.Id == "sim-large");
    }

    [Fact]
    public async Task OpenAI_sees_a_rate_limit_as_its_own_error()
    {
        await using var sim = await ModelSimulator.StartAsync(ct: Ct);
        sim.Use(new Rule { Fault = Fault.OfStatus(429) });
        var error = await Should.ThrowAsync<ClientResultException>(
            () => OpenAIClient(sim).GetChatClient("sim-large").CompleteChatAsync([new UserChatMessage("x")], cancellationToken: Ct));
        error.Status.ShouldBe(429);
        error.Message.ShouldContain("rate_limit_exceeded");
    }

    [Fact]
    public async Task Anthropic_answers_a_message()
    {
        await using var sim = await ModelSimulator.StartAsync(ct: Ct);
        sim.Use(new Rule { Answer = Answer.OfText("Good evening.") with { CachedTokens = 2 } });
        var message = await AnthropicClient(sim).Messages.Create(Params("hello"), Ct);
        message.Content[0].TryPickText(out var text).ShouldBeTrue();
        text!.Text.ShouldBe("Good evening.");
        message.StopReason!.Value().ShouldBe(StopReason.EndTurn);
        message.Usage.OutputTokens.ShouldBe(2);
        message.Usage.CacheReadInputTokens.ShouldBe(2);
    }

    [Fact]
    public async Task Anthropic_streams_text_and_a_tool()
    {
        await using var sim = await ModelSimulator.StartAsync(ct: Ct);
        sim.Use(new Rule { Answer = Answer.OfTools(new ScriptedToolCall("order", """{"number":"A-17"}""")) with { Text = "Let me look." } });
        var (text, arguments, stop, ended) = ("", "", (StopReason?)null, false);
        await foreach (var e in AnthropicClient(sim).Messages.CreateStreaming(Params("where"), Ct))
        {
            if (e.TryPickContentBlockDelta(out var delta))
            {
                if (delta.Delta.TryPickText(out var t)) text += t.Text;
                if (delta.Delta.TryPickInputJson(out var json)) arguments += json.PartialJson;
            }

            if (e.TryPickDelta(out var last)) stop = last.Delta.StopReason?.Value();
            ended |= e.TryPickStop(out _);
        }

        text.ShouldBe("Let me look.");
        arguments.ShouldBe("""{"number":"A-17"}""");
        stop.ShouldBe(StopReason.ToolUse);
        ended.ShouldBeTrue();
    }

    [Fact]
    public async Task Anthropic_sees_an_overload_as_its_own_error()
    {
        await using var sim = await ModelSimulator.StartAsync(ct: Ct);
        sim.Use(new Rule { Fault = Fault.OfStatus(529) });
        var error = await Should.ThrowAsync<global::Anthropic.Exceptions.AnthropicApiException>(() => AnthropicClient(sim).Messages.Create(Params("x"), Ct));
        ((int)error.StatusCode).ShouldBe(529);
        error.Message.ShouldContain("overloaded_error");
    }

    private static OpenAIClient OpenAIClient(ModelSimulator sim) => new(new ApiKeyCredential("sk-test"), new OpenAIClientOptions
    {
        Endpoint = sim.OpenAIAddress,
        RetryPolicy = new System.ClientModel.Primitives.ClientRetryPolicy(0),
    });

    private static AnthropicClient AnthropicClient(ModelSimulator sim) =>
        new() { BaseUrl = sim.BaseAddress.ToString().TrimEnd('/'), ApiKey = "sk-test", MaxRetries = 0 };

    private static MessageCreateParams Params(string text) => new()
    {
        Model = "sim-claude",
        MaxTokens = 100,
        Messages = [new UserMessageParam(text)],
    };
}
