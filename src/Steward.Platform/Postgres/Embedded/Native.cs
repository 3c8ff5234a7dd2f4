using System.Runtime.InteropServices;

namespace Steward.Platform.Postgres.Embedded;

/// <summary>The few calls of the C library that the runtime does not offer.</summary>
internal static class Native
{
    internal const int Interrupt = 2;
    internal const int Quit = 3;
    internal const int Kill = 9;

    internal static bool IsRoot => !OperatingSystem.IsWindows() && geteuid() == 0;

    /// <summary>Whether the process runs. One that has ended but is not yet collected by its parent does not.</summary>
    internal static bool IsAlive(int pid) => pid > 0 && kill(pid, 0) == 0 && !IsZombie(pid);

    internal static void Signal(int pid, int signal) => _ = kill(pid, signal);

    internal static void ChangeOwner(string path, uint user, uint group)
    {
        if (chown(path, user, group) != 0)
        {
            throw new EmbeddedPostgresException(
                $"Cannot give {path} to the database's account (error {Marshal.GetLastPInvokeError()}).");
        }
    }

    internal static byte[]? ReadAttribute(string path, string name)
    {
        var buffer = new byte[4096];
        var length = getxattr(path, name, buffer, buffer.Length);
        return length < 0 ? null : buffer[..(int)length];
    }

    internal static bool WriteAttribute(string path, string name, byte[] value) =>
        setxattr(path, name, value, value.Length, 0) == 0;

    private static bool IsZombie(int pid)
    {
        if (!OperatingSystem.IsLinux())
        {
            return false;
        }

        try
        {
            var stat = File.ReadAllText($"/proc/{pid}/stat");
            return stat[(stat.LastIndexOf(')') + 1)..].TrimStart().StartsWith('Z');
        }
        catch (IOException)
        {
            return true;
        }
    }

    [DllImport("libc", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int kill(int pid, int signal);

    [DllImport("libc")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern uint geteuid();

    [DllImport("libc", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int chown([MarshalAs(UnmanagedType.LPUTF8Str)] string path, uint user, uint group);

    [DllImport("libc", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern nint getxattr(
        [MarshalAs(UnmanagedType.LPUTF8Str)] string path,
        [MarshalAs(UnmanagedType.LPUTF8Str)] string name,
        byte[] value,
        nint size);

    [DllImport("libc", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int setxattr(
        [MarshalAs(UnmanagedType.LPUTF8Str)] string path,
        [MarshalAs(UnmanagedType.LPUTF8Str)] string name,
        byte[] value,
        nint size,
        int flags);
}
