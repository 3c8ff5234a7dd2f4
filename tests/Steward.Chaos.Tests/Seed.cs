using System.Globalization;

namespace Steward.Chaos.Tests;

/// <summary>The seed of a storm: printed, and given again by <c>STEWARD_CHAOS_SEED</c>. It fixes the plan, not the machine's timing.</summary>
internal static class Seed
{
    public static int Next()
        => int.TryParse(Environment.GetEnvironmentVariable("STEWARD_CHAOS_SEED"), NumberStyles.None, CultureInfo.InvariantCulture, out var given)
            ? given
            : Random.Shared.Next();

    /// <summary>Shown whether the test passes or not.</summary>
    public static void Print(FormattableString line) => Print(line.ToString(CultureInfo.InvariantCulture));

    public static void Print(string line) => Console.Out.WriteLine("chaos: " + line);
}
