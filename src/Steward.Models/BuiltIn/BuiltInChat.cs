using System.Runtime.CompilerServices;
using System.Text;
using Microsoft.Extensions.AI;
using Steward.Models.Calls;
using Steward.Models.Faces;
using Steward.Platform.Tenancy;

namespace Steward.Models.BuiltIn;

/// <summary>The chat face of the extractive model. It has a spend row like every model, of zero dollars.</summary>
internal sealed class BuiltInChat(CallRuntime runtime, TenantId tenant, CallPurpose purpose, Guid spendId)
{
    public Task<ChatResponse> GetResponseAsync(ChatOptions? options, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        var (answer, result) = Answer(options);
        return Task.FromResult(new ChatResponse(new ChatMessage(ChatRole.Assistant, answer.Text))
        {
            ModelId = BuiltInModelNames.Extractive,
            FinishReason = ChatFinishReason.Stop,
            Usage = Usages.Details(result.Usage),
            AdditionalProperties = Properties(answer, result),
        });
    }

    public async IAsyncEnumerable<ChatResponseUpdate> StreamAsync(ChatOptions? options, [EnumeratorCancellation] CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        await Task.CompletedTask;
        var (answer, result) = Answer(options);
        yield return new ChatResponseUpdate(ChatRole.Assistant, answer.Text) { ModelId = BuiltInModelNames.Extractive };
        yield return new ChatResponseUpdate(ChatRole.Assistant, [new UsageContent(Usages.Details(result.Usage))])
        {
            ModelId = BuiltInModelNames.Extractive,
            FinishReason = ChatFinishReason.Stop,
            AdditionalProperties = Properties(answer, result),
        };
    }

    private static AdditionalPropertiesDictionary Properties(ExtractiveAnswer answer, CallResult result) =>
        new() { [CallResult.Key] = result, [ExtractiveAnswer.Key] = answer };

    private (ExtractiveAnswer Answer, CallResult Result) Answer(ChatOptions? options)
    {
        var started = runtime.Time.GetTimestamp();
        var startedAt = runtime.Time.GetUtcNow();
        var typed = ExtractiveOptions.From(options);
        var answer = ExtractiveModel.Answer(typed);
        var read = typed is null ? 0 : typed.Questions.Sum(question => Bytes(question.Text)) + typed.Passages.Sum(passage => Bytes(passage.Text));
        var took = runtime.Time.GetElapsedTime(started);
        var result = new CallResult(spendId, tenant, purpose, BuiltInModels.Provider, BuiltInModelNames.Extractive,
            new TokenUsage(TokenUsage.Estimate(read), Output: TokenUsage.Estimate(Bytes(answer.Text))), CallCost.Nothing, Estimated: false,
            CallOutcome.Complete, null, "stop", 1, took, took, startedAt);
        runtime.Report("chat", result);
        return (answer, result);
    }

    private static long Bytes(string text) => Encoding.UTF8.GetByteCount(text);
}
