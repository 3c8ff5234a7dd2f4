using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Steward.Simulators.Mail;

/// <summary>One connection as lines. What a client sent ahead waits its turn (RFC 2920); what it sent ahead of a handshake is thrown away.</summary>
internal sealed class SmtpWire(Socket socket, TimeProvider time) : IAsyncDisposable
{
    private readonly byte[] _buffer = new byte[8192];
    private Stream _stream = new NetworkStream(socket, ownsSocket: true);
    private int _from;
    private int _to;

    public bool Encrypted => _stream is SslStream;

    public async Task EncryptAsync(X509Certificate2 certificate, CancellationToken ct)
    {
        (_from, _to) = (0, 0);
        var encrypted = new SslStream(_stream);
        _stream = encrypted;
        await encrypted.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificate = certificate }, ct);
    }

    /// <summary>The next line without its end, or null when the client has gone.</summary>
    public async Task<byte[]?> ReadLineAsync(CancellationToken ct)
    {
        var line = new List<byte>(80);
        while (true)
        {
            if (_from == _to)
            {
                (_from, _to) = (0, await _stream.ReadAsync(_buffer, ct));
                if (_to == 0)
                {
                    return null;
                }
            }

            line.Add(_buffer[_from++]);
            if (line is [.., (byte)'\r', (byte)'\n'])
            {
                return [.. line[..^2]];
            }
        }
    }

    public async Task SayAsync(string text, int paceMs, CancellationToken ct)
    {
        var bytes = Encoding.UTF8.GetBytes(text.ReplaceLineEndings("\r\n") + "\r\n");
        for (var at = 0; at < bytes.Length; at += paceMs > 0 ? 1 : bytes.Length)
        {
            await _stream.WriteAsync(paceMs > 0 ? bytes.AsMemory(at, 1) : bytes, ct);
            await _stream.FlushAsync(ct);
            if (paceMs > 0)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(paceMs), time, ct);
            }
        }
    }

    /// <summary>Ends the connection without a word.</summary>
    public void Cut()
    {
        socket.LingerState = new LingerOption(true, 0);
        socket.Close();
    }

    public ValueTask DisposeAsync() => _stream.DisposeAsync();
}
