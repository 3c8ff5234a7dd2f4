using System.Diagnostics;

namespace Steward.Testing;

/// <summary>Waits for what other tasks bring about.</summary>
public static class Eventually
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    /// <summary>Looks until the condition holds; fails after twenty seconds, or after <paramref name="within"/>.</summary>
    public static async Task TrueAsync(Func<Task<bool>> holds, TimeSpan? within = null)
    {
        var since = Stopwatch.StartNew();
        while (!await holds())
        {
            if (since.Elapsed > (within ?? Patience))
            {
                throw new TimeoutException("The condition did not come true.");
            }

            await Task.Delay(10);
        }
    }
}
