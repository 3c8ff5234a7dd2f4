using System.Collections.Concurrent;
using System.Globalization;
using System.Xml.Linq;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;
using Steward.Simulators.Scripting;
using Steward.Simulators.Serving;

namespace Steward.Simulators.S3;

/// <summary>
/// Stands for an S3-compatible store with one bucket: PUT, GET with Range, HEAD, DELETE and multipart uploads, by path or by virtual
/// host. Every request's Signature Version 4 is checked. Faults are planned request by request.
/// </summary>
public sealed class S3Simulator : IAsyncDisposable
{
    private readonly S3Options _options;
    private readonly S3Objects _objects;
    private readonly ConcurrentQueue<S3Fault?> _plan = new();
    private readonly ConcurrentQueue<S3Call> _calls = new();
    private Listener? _listener;

    private S3Simulator(S3Options options) => (_options, _objects) = (options, new S3Objects(options));

    public Uri Address => _listener!.Address;

    public S3Options Options => _options;

    /// <summary>Every request in order of its answer.</summary>
    public IReadOnlyList<S3Call> Calls => [.. _calls];

    /// <summary>Keys of the objects there are.</summary>
    public IReadOnlyCollection<string> Keys => [.. _objects.Keys];

    /// <summary>Uploads that were begun and neither completed nor aborted.</summary>
    public int OpenUploads => _objects.Uploads.Count;

    /// <summary>Decides the fault of each request that no planned fault is left for.</summary>
    public Func<S3Call, S3Fault?>? Faults { get; set; }

    public static async Task<S3Simulator> StartAsync(S3Options? options = null, CancellationToken ct = default)
    {
        var simulator = new S3Simulator(options ?? new S3Options());
        simulator._listener = await Listener.StartAsync(simulator._options.Url, simulator.HandleAsync, ct);
        return simulator;
    }

    /// <summary>Plans the next requests in order; null lets one pass.</summary>
    public void Plan(params S3Fault?[] faults)
    {
        foreach (var fault in faults) _plan.Enqueue(fault);
    }

    /// <summary>The bytes of an object, for a look at what a thief of the bucket would see.</summary>
    public byte[] Read(string key) => _objects.Find(key) ?? throw new KeyNotFoundException(key);

    /// <summary>Changes an object's bytes in place, as someone with access to the bucket could.</summary>
    public void Tamper(string key, Action<byte[]> change) => _objects.Change(key, change);

    /// <summary>Shortens an object.</summary>
    public void Cut(string key, int length) => _objects.Put(key, Read(key)[..length]);

    public ValueTask DisposeAsync() => _listener?.DisposeAsync() ?? ValueTask.CompletedTask;

    private async Task HandleAsync(HttpContext http)
    {
        using var buffer = new MemoryStream();
        await http.Request.Body.CopyToAsync(buffer, http.RequestAborted);
        var body = buffer.ToArray();
        var call = new S3Call(http.Request.Method, KeyOf(http), http.Request.QueryString.Value?.TrimStart('?') ?? "", body.Length, 0);
        try
        {
            await AnswerAsync(http, call, body);
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
        {
            // The client gave up.
        }
    }

    private async Task AnswerAsync(HttpContext http, S3Call call, byte[] body)
    {
        var fault = _plan.TryDequeue(out var planned) ? planned : Faults?.Invoke(call);
        if (S3SignatureCheck.Refusal(http, body, _options) is { } code)
        {
            await RefuseAsync(http, call, 403, code);
            return;
        }

        switch (fault?.Kind)
        {
            case S3FaultKind.SlowDown:
                await RefuseAsync(http, call, 503, "SlowDown");
                return;
            case S3FaultKind.Internal:
                await RefuseAsync(http, call, 500, "InternalError");
                return;
            case S3FaultKind.Denied:
                await RefuseAsync(http, call, 403, "AccessDenied");
                return;
            case S3FaultKind.ErrorInBody:
                await RefuseAsync(http, call, 200, "InternalError");
                return;
            case S3FaultKind.Stall:
                await Task.Delay(fault.StallMs, http.RequestAborted);
                break;
        }

        if (call.Key.Length == 0) await ListUploadsAsync(http, call);
        else if (http.Request.Query.ContainsKey("uploads") || http.Request.Query.ContainsKey("uploadId")) await MultipartAsync(http, call, body, fault);
        else await ObjectAsync(http, call, body, fault);
    }

    private async Task ObjectAsync(HttpContext http, S3Call call, byte[] body, S3Fault? fault)
    {
        switch (call.Method)
        {
            case "PUT":
                var tag = _objects.Put(call.Key, body);
                await TaggedAsync(http, call, tag, fault);
                return;
            case "DELETE":
                _objects.Delete(call.Key);
                await FinishAsync(http, call, 204, fault);
                return;
            case "GET" or "HEAD" when _objects.Find(call.Key) is { } bytes:
                await SendAsync(http, call, bytes, fault);
                return;
            default:
                await RefuseAsync(http, call, 404, "NoSuchKey");
                return;
        }
    }

    private async Task SendAsync(HttpContext http, S3Call call, byte[] bytes, S3Fault? fault)
    {
        var (from, to) = (0L, bytes.Length - 1L);
        if (http.Request.GetTypedHeaders().Range?.Ranges.SingleOrDefault() is { } range)
        {
            (from, to) = (range.From ?? 0, Math.Min(range.To ?? to, to));
            if (from > to)
            {
                await RefuseAsync(http, call, 416, "InvalidRange");
                return;
            }

            http.Response.StatusCode = 206;
            http.Response.GetTypedHeaders().ContentRange = new ContentRangeHeaderValue(from, to, bytes.Length);
        }

        http.Response.Headers.ETag = _objects.ETag(call.Key);
        http.Response.ContentLength = to - from + 1;
        _calls.Enqueue(call with { Status = http.Response.StatusCode });
        if (call.Method == "HEAD") return;
        var length = (int)(to - from + 1);
        if (fault?.Kind == S3FaultKind.Cut)
        {
            await http.Response.Body.WriteAsync(bytes.AsMemory((int)from, length / 2), http.RequestAborted);
            await http.Response.Body.FlushAsync(http.RequestAborted);
            http.Abort();
            return;
        }

        await http.Response.Body.WriteAsync(bytes.AsMemory((int)from, length), http.RequestAborted);
    }

    private async Task MultipartAsync(HttpContext http, S3Call call, byte[] body, S3Fault? fault)
    {
        if (call.Method == "POST" && http.Request.Query.ContainsKey("uploads"))
        {
            var id = _objects.Begin(call.Key);
            await XmlAsync(http, call, 200, new XElement("InitiateMultipartUploadResult", new XElement("Bucket", _options.Bucket), new XElement("Key", call.Key), new XElement("UploadId", id)), fault);
            return;
        }

        var upload = http.Request.Query["uploadId"].ToString();
        if (!_objects.Has(upload)) await RefuseAsync(http, call, 404, "NoSuchUpload");
        else if (call.Method == "PUT") await TaggedAsync(http, call, _objects.AddPart(upload, int.Parse(http.Request.Query["partNumber"].ToString(), CultureInfo.InvariantCulture), body), fault);
        else if (call.Method == "DELETE")
        {
            _objects.Abort(upload);
            await FinishAsync(http, call, 204, fault);
        }
        else
        {
            var named = XDocument.Parse(System.Text.Encoding.UTF8.GetString(body)).Root!.Elements()
                .Select(part => (int.Parse(part.Element("PartNumber")!.Value, CultureInfo.InvariantCulture), part.Element("ETag")!.Value)).ToList();
            if (_objects.Complete(upload, named) is { } wrong) await RefuseAsync(http, call, 400, wrong);
            else await XmlAsync(http, call, 200, new XElement("CompleteMultipartUploadResult", new XElement("Key", call.Key), new XElement("ETag", _objects.ETag(call.Key))), fault);
        }
    }

    private Task ListUploadsAsync(HttpContext http, S3Call call) => XmlAsync(http, call, 200, new XElement(
        "ListMultipartUploadsResult",
        _objects.UploadsUnder(http.Request.Query["prefix"].ToString()).Select(upload => new XElement("Upload", new XElement("Key", upload.Key), new XElement("UploadId", upload.Id)))), null);

    private Task TaggedAsync(HttpContext http, S3Call call, string tag, S3Fault? fault)
    {
        http.Response.Headers.ETag = fault?.Kind == S3FaultKind.WrongETag ? $"\"{new string('0', 32)}\"" : tag;
        return FinishAsync(http, call, 200, fault);
    }

    private Task RefuseAsync(HttpContext http, S3Call call, int status, string code) =>
        XmlAsync(http, call, status, new XElement("Error", new XElement("Code", code), new XElement("Message", "Simulated.")), null);

    private async Task XmlAsync(HttpContext http, S3Call call, int status, XElement xml, S3Fault? fault)
    {
        http.Response.ContentType = "application/xml";
        await FinishAsync(http, call, status, fault, call.Method == "HEAD" ? null : new XDocument(new XElement(XName.Get(xml.Name.LocalName, "http://s3.amazonaws.com/doc/2006-03-01/"), xml.Elements())).ToString());
    }

    private async Task FinishAsync(HttpContext http, S3Call call, int status, S3Fault? fault, string? text = null)
    {
        if (fault?.Kind == S3FaultKind.DoneThenDrop)
        {
            _calls.Enqueue(call);
            BreakingSink.Break(http.Features.Get<IConnectionSocketFeature>()!.Socket, FaultKind.ResetBeforeHeaders);
            http.Abort();
            return;
        }

        _calls.Enqueue(call with { Status = status });
        http.Response.StatusCode = status;
        if (text is not null) await http.Response.WriteAsync(text, http.RequestAborted);
    }

    /// <summary>The bucket is the first label of the host, or the first segment of the path.</summary>
    private string KeyOf(HttpContext http)
    {
        var path = http.Request.Path.Value!.TrimStart('/');
        return http.Request.Host.Host.StartsWith(_options.Bucket + ".", StringComparison.Ordinal) ? path
            : path == _options.Bucket ? ""
            : path.StartsWith(_options.Bucket + "/", StringComparison.Ordinal) ? path[(_options.Bucket.Length + 1)..]
            : "no-such-bucket/" + path;
    }
}
