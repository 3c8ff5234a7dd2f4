namespace Steward.Platform.Postgres.Embedded;

/// <summary>
/// What a running server writes about itself in <c>postmaster.pid</c>: process id, data directory, start time, port, socket
/// directory, address, shared memory, and its status. Source: PostgreSQL's <c>miscadmin.h</c>.
/// </summary>
internal sealed record PostmasterFile(int ProcessId, string Port, string SocketDirectory, bool Ready)
{
    internal static PostmasterFile? Read(string dataDirectory)
    {
        try
        {
            return Parse(File.ReadAllLines(Path.Combine(dataDirectory, "postmaster.pid")));
        }
        catch (IOException)
        {
            return null;
        }
    }

    internal static PostmasterFile? Parse(string[] lines)
    {
        if (lines.Length == 0 || !int.TryParse(lines[0].Trim(), out var pid))
        {
            return null;
        }

        return new PostmasterFile(Math.Abs(pid), Line(3), Line(4), Line(7) == "ready");

        string Line(int index) => lines.Length > index ? lines[index].Trim() : "";
    }
}
