namespace Steward.Simulators.Page;

/// <summary>The page at the simulator's root: calls on the left, the script on the right.</summary>
internal static class HumanPage
{
    public static ReadOnlyMemory<byte> Html { get; } = Load();

    private static byte[] Load()
    {
        using var stream = typeof(HumanPage).Assembly.GetManifestResourceStream("page.html")!;
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }
}
