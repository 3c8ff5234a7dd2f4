using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Steward.Simulators.Mail;
using Steward.Simulators.Serving;

namespace Steward.Simulators;

/// <summary>
/// Stands for a mail server: EHLO, STARTTLS with a certificate of its own making, AUTH PLAIN and LOGIN, SIZE, 8BITMIME, SMTPUTF8, pipelining. It
/// keeps what it took and fails on demand. Over HTTP: a page at <c>/</c>, <c>GET /_sim/mails</c>, <c>POST /_sim/faults</c>, <c>DELETE /_sim</c>.
/// </summary>
public sealed class SmtpSimulator : IAsyncDisposable
{
    private readonly SmtpOptions _options;
    private readonly TcpListener _listener;
    private readonly X509Certificate2 _certificate;
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentQueue<SmtpFault?> _plan = new();
    private readonly ConcurrentDictionary<Task, byte> _sessions = new();
    private readonly Lock _gate = new();
    private List<ReceivedMail> _mails = [];
    private Task _accepting = Task.CompletedTask;
    private Listener? _page;
    private long _number;
    private int _connections;

    private SmtpSimulator(SmtpOptions options)
    {
        _options = options;
        _listener = new TcpListener(IPAddress.Loopback, options.Port);
        _certificate = SelfMadeCertificate.Make(options.Time);
    }

    public string Host => "127.0.0.1";

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public Uri PageAddress => _page!.Address;

    /// <summary>Its certificate as PEM, for clients that are to trust it.</summary>
    public string CertificatePem => _certificate.ExportCertificatePem();

    /// <summary>The mails that were taken, in order.</summary>
    public IReadOnlyList<ReceivedMail> Mails
    {
        get
        {
            lock (_gate)
            {
                return [.. _mails];
            }
        }
    }

    /// <summary>How many connections were made.</summary>
    public int Connections => _connections;

    public static async Task<SmtpSimulator> StartAsync(SmtpOptions? options = null, CancellationToken ct = default)
    {
        var simulator = new SmtpSimulator(options ?? new SmtpOptions());
        simulator._listener.Start();
        simulator._page = await Listener.StartAsync(simulator._options.PageUrl, new MailPage(simulator).HandleAsync, ct);
        simulator._accepting = simulator.AcceptAsync();
        return simulator;
    }

    /// <summary>Plans the next connections in order; null lets one pass.</summary>
    public void Plan(params SmtpFault?[] faults)
    {
        foreach (var fault in faults) _plan.Enqueue(fault);
    }

    /// <summary>Forgets mails and faults.</summary>
    public void Reset()
    {
        _plan.Clear();
        lock (_gate)
        {
            _mails = [];
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _accepting;
        await Task.WhenAll(_sessions.Keys);
        if (_page is not null) await _page.DisposeAsync();
        _certificate.Dispose();
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var socket = await _listener.AcceptSocketAsync(_stop.Token);
                Interlocked.Increment(ref _connections);
                var session = ServeAsync(socket, _plan.TryDequeue(out var fault) ? fault : null);
                _sessions.TryAdd(session, 0);
                _ = session.ContinueWith(done => _sessions.TryRemove(done, out _), TaskScheduler.Default);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // Stopped.
        }
    }

    private async Task ServeAsync(Socket socket, SmtpFault? fault)
    {
        await Task.Yield();
        await using var wire = new SmtpWire(socket, _options.Time);
        try
        {
            await new SmtpSession(wire, _options, _certificate, fault, Take).RunAsync(_stop.Token);
        }
        catch (Exception e) when (e is OperationCanceledException or IOException or SocketException or ObjectDisposedException or AuthenticationException)
        {
            // The client left, or this simulator stops.
        }
    }

    private void Take(ReceivedMail mail)
    {
        lock (_gate)
        {
            _mails.Add(mail with { Number = ++_number });
        }
    }
}
