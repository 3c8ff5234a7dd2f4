namespace Steward.Models.Calls;

/// <summary>How an answer is waited for.</summary>
/// <param name="Holds">A stream gives its updates when all have come, so that an attempt may be repeated until then.</param>
/// <param name="Alone">Whether no other model stands ready to answer instead.</param>
internal sealed record CallManner(CallLimits Limits, bool Holds = false, bool Alone = true);
