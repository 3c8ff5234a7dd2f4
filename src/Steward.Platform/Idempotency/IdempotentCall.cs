using System.Globalization;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;
using Steward.Platform.Problems;
using Steward.Platform.Sealing;

namespace Steward.Platform.Idempotency;

/// <summary>
/// Runs a write at most once per key: the first use runs and its answer is kept, a repetition gets that answer, another request
/// under the same key is refused. Answers that say "try again" free the key.
/// </summary>
internal sealed class IdempotentCall(AnswerStore store, ISealing sealing)
{
    public const string Header = "Idempotency-Key";
    private const int MaxBody = 1024 * 1024;

    public async Task InvokeAsync(HttpContext http, IdempotencyOwner owner, RequestDelegate next)
    {
        var key = http.Request.Headers[Header].ToString();
        if (key.Length is 0 or > 255 || key.AsSpan().ContainsAnyExceptInRange('!', '~'))
        {
            await Problem.Of(400, "idempotency.key", "Idempotency-Key takes 1 to 255 visible ASCII characters; a UUID is a good one.").ExecuteAsync(http);
            return;
        }
        var ct = http.RequestAborted;
        var sealer = await sealing.ForAsync(owner.Tenant, ct);
        var keyHash = sealer.IndexHash("idempotency.key", $"{owner.Caller}\n{key}");
        var requestHash = sealer.IndexHash("idempotency.request", await DescribeAsync(http.Request, ct));
        var run = Guid.CreateVersion7();
        if (await store.ClaimAsync(owner.Tenant, keyHash, requestHash, run, ct) is { } earlier)
        {
            await ReplayAsync(http, earlier, requestHash);
            return;
        }
        await RunAsync(http, owner, keyHash, requestHash, run, next);
    }

    private async Task RunAsync(HttpContext http, IdempotencyOwner owner, byte[] keyHash, byte[] requestHash, Guid run, RequestDelegate next)
    {
        var original = http.Response.Body;
        using var captured = new MemoryStream();
        http.Response.Body = captured;
        try
        {
            await next(http);
        }
        catch
        {
            http.Response.Body = original;
            await store.FreeAsync(owner.Tenant, keyHash, run, CancellationToken.None);
            throw;
        }
        http.Response.Body = original;
        var body = captured.ToArray();
        // The write has happened whether or not the caller still listens, so its answer is kept regardless.
        if (body.Length <= MaxBody && Keeps(http.Response.StatusCode))
        {
            var location = http.Response.Headers.Location.ToString();
            var answer = new StoredAnswer(run, requestHash, http.Response.StatusCode, http.Response.ContentType, location.Length > 0 ? location : null, body);
            await store.KeepAsync(owner.Tenant, keyHash, answer, CancellationToken.None);
        }
        else
        {
            await store.FreeAsync(owner.Tenant, keyHash, run, CancellationToken.None);
        }
        if (body.Length > 0)
        {
            await original.WriteAsync(body, http.RequestAborted);
        }
    }

    private static async Task ReplayAsync(HttpContext http, StoredAnswer earlier, byte[] requestHash)
    {
        if (!CryptographicOperations.FixedTimeEquals(earlier.RequestHash, requestHash))
        {
            await Problem.Of(422, "idempotency.mismatch", "This Idempotency-Key was used for another request. Use a new key for a new request.").ExecuteAsync(http);
            return;
        }
        if (earlier.Status is not { } status)
        {
            http.Response.Headers.RetryAfter = "1";
            await Problem.Of(409, "idempotency.running", "The first request with this Idempotency-Key still runs. Ask again for its answer.").ExecuteAsync(http);
            return;
        }
        http.Response.StatusCode = status;
        http.Response.Headers["Idempotency-Replayed"] = "true";
        http.Response.ContentType = earlier.ContentType;
        if (earlier.Location is { } location)
        {
            http.Response.Headers.Location = location;
        }
        if (earlier.Body is { Length: > 0 } body)
        {
            http.Response.ContentLength = body.Length;
            await http.Response.Body.WriteAsync(body, http.RequestAborted);
        }
    }

    private static bool Keeps(int status) =>
        status < 500 && status is not (401 or 403 or 408 or 409 or 425 or 429);

    /// <summary>Method, address and body; of an upload, which is not held in memory or written to disk in the clear, only its length.</summary>
    private static async Task<string> DescribeAsync(HttpRequest request, CancellationToken ct)
    {
        var what = string.Create(CultureInfo.InvariantCulture, $"{request.Method}\n{request.Path}{request.QueryString}\n{request.ContentLength}\n");
        var json = MediaTypeHeaderValue.TryParse(request.ContentType, out var type) && type.SubTypeWithoutSuffix.Equals("json", StringComparison.OrdinalIgnoreCase);
        if (!json || request.ContentLength > MaxBody)
        {
            return what;
        }
        var body = new MemoryStream();
        request.HttpContext.Response.RegisterForDispose(body);
        await request.Body.CopyToAsync(body, ct);
        request.Body = body;
        body.Position = 0;
        return what + Convert.ToHexStringLower(SHA256.HashData(body.GetBuffer().AsSpan(0, (int)body.Length)));
    }
}
