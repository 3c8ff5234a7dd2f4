using Microsoft.Extensions.AI;

namespace Steward.Models.Faces;

internal static class Usages
{
    /// <summary>Usage in the shape of the abstractions, where cached and reasoning tokens are inside the totals.</summary>
    public static UsageDetails Details(in TokenUsage usage) => new()
    {
        InputTokenCount = usage.TotalInput,
        OutputTokenCount = usage.TotalOutput,
        TotalTokenCount = usage.TotalInput + usage.TotalOutput,
        CachedInputTokenCount = usage.CachedInput,
        ReasoningTokenCount = usage.Reasoning,
    };
}
