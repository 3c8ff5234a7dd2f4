using System.Security.Cryptography;

namespace Steward.Platform.Postgres.Embedded;

/// <summary>
/// The private directory of the server's socket. A socket's path may have 107 bytes, which a data directory easily passes,
/// so it lies under <c>/tmp</c> with an unguessable name, and a link beside the data directory remembers it.
/// </summary>
internal static class SocketDirectory
{
    internal static string Make(string dataDirectory, ServerAccount? account)
    {
        Remove(dataDirectory);
        var path = "/tmp/steward-" + RandomNumberGenerator.GetHexString(12, lowercase: true);
        Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        account?.Own(path);
        File.CreateSymbolicLink(Pointer(dataDirectory), path);
        return path;
    }

    internal static void Remove(string dataDirectory)
    {
        var pointer = new FileInfo(Pointer(dataDirectory));
        if (pointer.LinkTarget is not { } path)
        {
            return;
        }

        pointer.Delete();
        if (path.StartsWith("/tmp/steward-", StringComparison.Ordinal) && Directory.Exists(path))
        {
            Directory.Delete(path, recursive: true);
        }
    }

    private static string Pointer(string dataDirectory) => dataDirectory + ".socket";
}
