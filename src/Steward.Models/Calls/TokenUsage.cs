using System.Runtime.InteropServices;

namespace Steward.Models;

/// <summary>Tokens of one call, split into kinds that do not overlap: their sum is what was processed, and each kind has its own price.</summary>
/// <param name="Input">Prompt tokens that no cache served and that are not audio.</param>
/// <param name="CachedInput">Prompt tokens read from the provider's cache.</param>
/// <param name="CacheWrite5Minutes">Prompt tokens written to a cache that lives five minutes.</param>
/// <param name="CacheWrite1Hour">Prompt tokens written to a cache that lives an hour.</param>
/// <param name="Output">Generated tokens without reasoning and audio.</param>
/// <param name="Reasoning">Generated tokens that are not shown.</param>
/// <param name="AudioInput">Prompt tokens of audio.</param>
/// <param name="AudioOutput">Generated tokens of audio.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct TokenUsage(
    long Input, long CachedInput = 0, long CacheWrite5Minutes = 0, long CacheWrite1Hour = 0,
    long Output = 0, long Reasoning = 0, long AudioInput = 0, long AudioOutput = 0)
{
    public long TotalInput => Input + CachedInput + CacheWrite5Minutes + CacheWrite1Hour + AudioInput;

    public long TotalOutput => Output + Reasoning + AudioOutput;

    public static TokenUsage operator +(TokenUsage a, TokenUsage b) => new(
        a.Input + b.Input, a.CachedInput + b.CachedInput, a.CacheWrite5Minutes + b.CacheWrite5Minutes, a.CacheWrite1Hour + b.CacheWrite1Hour,
        a.Output + b.Output, a.Reasoning + b.Reasoning, a.AudioInput + b.AudioInput, a.AudioOutput + b.AudioOutput);

    /// <summary>Four bytes of UTF-8 to a token: the rule of thumb providers publish for English text. Used only where a provider reported nothing,
    /// and such figures are marked estimated.</summary>
    public static long Estimate(long utf8Bytes) => (utf8Bytes + 3) / 4;
}
