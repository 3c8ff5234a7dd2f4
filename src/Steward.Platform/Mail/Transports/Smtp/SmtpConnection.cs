using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Steward.Platform.Mail.Transports.Smtp;

/// <summary>Lines to and from a mail server, in the clear or encrypted. A step that takes longer than it may ends with <see cref="TimeoutException"/>.</summary>
internal sealed class SmtpConnection : IAsyncDisposable
{
    private const int MostOfLine = 4096;
    private const int MostLines = 200;
    private readonly SmtpServer _server;
    private readonly TimeProvider _time;
    private readonly byte[] _buffer = new byte[8192];
    private Stream _stream;
    private int _from;
    private int _to;

    private SmtpConnection(SmtpServer server, TimeProvider time, Stream stream) => (_server, _time, _stream) = (server, time, stream);

    public bool IsEncrypted => _stream is SslStream;

    public static async Task<SmtpConnection> OpenAsync(SmtpServer server, TimeProvider time, CancellationToken ct)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await TimedAsync(server.ConnectTimeout, time, token => socket.ConnectAsync(server.Host, server.Port, token), ct);
            var connection = new SmtpConnection(server, time, new NetworkStream(socket, ownsSocket: true));
            if (server.Tls == SmtpTls.Implicit)
            {
                await connection.EncryptAsync(ct);
            }

            return connection;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Goes on encrypted, and only with the server that was meant.</summary>
    public async Task EncryptAsync(CancellationToken ct)
    {
        // What came before the handshake was said in the clear by whoever could: a server that waits for it has nothing to say yet (CVE-2011-0411).
        if (_to > _from)
        {
            throw new SmtpProtocolException();
        }

        var options = new SslClientAuthenticationOptions { TargetHost = _server.Host, EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13 };
        if (_server.CertificateFile is { } file)
        {
            var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
            try
            {
                policy.CustomTrustStore.ImportFromPemFile(file);
            }
            catch (Exception unread) when (unread is CryptographicException or IOException or UnauthorizedAccessException)
            {
                // As if the server were not trusted: nothing has left, and once the file is right the mail goes.
                throw new AuthenticationException($"The certificates in {file} cannot be read.", unread);
            }

            options.CertificateChainPolicy = policy;
        }

        var encrypted = new SslStream(_stream);
        _stream = encrypted;
        await TimedAsync(_server.CommandTimeout, _time, token => new ValueTask(encrypted.AuthenticateAsClientAsync(options, token)), ct);
    }

    /// <summary>Sends a command and reads its answer.</summary>
    public async Task<SmtpReply> AskAsync(string command, CancellationToken ct)
    {
        await SendAsync(Encoding.UTF8.GetBytes(command + "\r\n"), ct);
        return await ReadAsync(_server.CommandTimeout, ct);
    }

    public Task SendAsync(ReadOnlyMemory<byte> bytes, CancellationToken ct) => TimedAsync(
        _server.CommandTimeout,
        _time,
        async token =>
        {
            await _stream.WriteAsync(bytes, token);
            await _stream.FlushAsync(token);
        },
        ct);

    /// <summary>Reads one answer of one or more lines.</summary>
    public async Task<SmtpReply> ReadAsync(TimeSpan most, CancellationToken ct)
    {
        SmtpReply? reply = null;
        await TimedAsync(most, _time, async token => reply = await ReadReplyAsync(token), ct);
        return reply!;
    }

    public ValueTask DisposeAsync() => _stream.DisposeAsync();

    private static async Task TimedAsync(TimeSpan most, TimeProvider time, Func<CancellationToken, ValueTask> step, CancellationToken ct)
    {
        using var late = new CancellationTokenSource(most, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, ct);
        try
        {
            await step(either.Token);
        }
        catch (OperationCanceledException cancelled) when (late.IsCancellationRequested && !ct.IsCancellationRequested)
        {
            throw new TimeoutException("The mail server did not answer in time.", cancelled);
        }
    }

    private async Task<SmtpReply> ReadReplyAsync(CancellationToken ct)
    {
        var lines = new List<string>();
        while (lines.Count < MostLines)
        {
            if (SmtpReply.ReadLine(await ReadLineAsync(ct)) is not { } line)
            {
                break;
            }

            lines.Add(line.Text);
            if (!line.More)
            {
                return SmtpReply.Of(line.Code, lines);
            }
        }

        throw new SmtpProtocolException();
    }

    private async Task<string> ReadLineAsync(CancellationToken ct)
    {
        var line = new List<byte>(80);
        while (true)
        {
            if (_from == _to)
            {
                (_from, _to) = (0, await _stream.ReadAsync(_buffer, ct));
                if (_to == 0)
                {
                    throw new IOException("The mail server closed the connection.");
                }
            }

            var next = _buffer[_from++];
            if (next == (byte)'\n')
            {
                return Encoding.Latin1.GetString([.. line]).TrimEnd('\r');
            }

            line.Add(next);
            if (line.Count > MostOfLine)
            {
                throw new SmtpProtocolException();
            }
        }
    }
}

/// <summary>What answered does not speak SMTP.</summary>
internal sealed class SmtpProtocolException() : Exception("The answer is none of a mail server.");
