using Steward.Testing;

namespace Steward.Models.Tests;

internal static class VirtualTime
{
    /// <summary>Moves time in steps until the work ends, so that each wait on the way gets its turn.</summary>
    public static async Task<T> RunAsync<T>(this ManualTime time, Task<T> work, TimeSpan limit)
    {
        for (var passed = TimeSpan.Zero; !work.IsCompleted && passed < limit; passed += TimeSpan.FromSeconds(1))
        {
            for (var i = 0; i < 20 && !work.IsCompleted; i++) await Task.Yield();
            await Task.WhenAny(work, Task.Delay(1));
            time.Advance(TimeSpan.FromSeconds(1));
        }

        return await work.WaitAsync(TimeSpan.FromSeconds(10));
    }
}
