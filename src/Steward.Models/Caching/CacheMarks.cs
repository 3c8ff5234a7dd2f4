using Microsoft.Extensions.AI;
using Steward.Models.Wires;
using Steward.Search.Tokens;

namespace Steward.Models.Caching;

/// <summary>Which messages of a request carry a provider's cache marker. Pure.</summary>
internal static class CacheMarks
{
    /// <summary>The most markers that the messages wire takes.</summary>
    private const int Most = 4;

    /// <summary>Places, in <see cref="WireRequest.Messages"/>, of the last marked messages whose prefix may reach the model's least length. That is an estimate, and the margin is
    /// taken off: a marker too early costs nothing, since the provider passes over it, and one that is missing costs the whole prefix.</summary>
    public static IReadOnlySet<int> Of(WireRequest request)
    {
        if (request.Card.CacheMinimum is not { } least || !request.Messages.Any(PromptCaching.IsPrefixEnd)) return new HashSet<int>();
        var estimator = TokenEstimator.ForModel(request.Model);
        // System text stands before every message, wherever it was said.
        var tokens = estimator.Count(request.SystemText()) + (request.Options?.Tools?.OfType<AIFunctionDeclaration>().Sum(Count) ?? 0);
        var reached = new List<int>();
        for (var i = 0; i < request.Messages.Count; i++)
        {
            var message = request.Messages[i];
            if (message.Role != ChatRole.System) tokens += message.Contents.Sum(CountContent);
            if (tokens * (1 + estimator.Margin) >= least && PromptCaching.IsPrefixEnd(message)) reached.Add(i);
        }

        return reached.TakeLast(Most).ToHashSet();

        int Count(AIFunctionDeclaration tool) => estimator.Count(tool.Name) + estimator.Count(tool.Description) + estimator.Count(tool.JsonSchema.GetRawText());

        int CountContent(AIContent content) => content switch
        {
            TextContent text => estimator.Count(text.Text),
            FunctionResultContent result => estimator.Count(ToolText.Of(result)),
            FunctionCallContent call => estimator.Count(ToolText.Arguments(call)),
            _ => 0,
        };
    }
}
