using System.Security.Cryptography;

namespace Steward.Chaos.Tests.Hosting;

/// <summary>A directory of a test's own, gone after it.</summary>
internal sealed class Scratch : IDisposable
{
    public string Path { get; } = System.IO.Path.Combine("/tmp", "steward-chaos-" + RandomNumberGenerator.GetHexString(10, lowercase: true));

    public void Dispose()
    {
        if (Directory.Exists(Path))
        {
            Directory.Delete(Path, recursive: true);
        }
    }
}
