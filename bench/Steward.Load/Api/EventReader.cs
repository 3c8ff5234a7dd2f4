using System.Text;

namespace Steward.Load.Api;

/// <summary>Reads server-sent events by name; data is kept as text.</summary>
internal sealed class EventReader(HttpResponseMessage response, Stream stream) : IDisposable
{
    private readonly StreamReader _lines = new(stream, Encoding.UTF8, detectEncodingFromByteOrderMarks: false, bufferSize: 4096);

    /// <summary>The next event, or null when the stream has ended.</summary>
    public async Task<(string Name, string Data)?> NextAsync(CancellationToken ct)
    {
        var name = "message";
        var data = "";
        while (await _lines.ReadLineAsync(ct) is { } line)
        {
            if (line.Length == 0)
            {
                if (data.Length > 0) return (name, data);
                name = "message";
            }
            else if (line.StartsWith("event:", StringComparison.Ordinal))
            {
                name = line[6..].Trim();
            }
            else if (line.StartsWith("data:", StringComparison.Ordinal))
            {
                data += line[5..].TrimStart();
            }
        }

        return null;
    }

    public void Dispose()
    {
        _lines.Dispose();
        response.Dispose();
    }
}
