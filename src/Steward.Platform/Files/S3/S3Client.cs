using System.Net;
using System.Security.Cryptography;

namespace Steward.Platform.Files.S3;

/// <summary>A request to the store, to be sent as often as it takes.</summary>
/// <param name="Method">HTTP method.</param>
/// <param name="Key">The object; empty for the bucket.</param>
/// <param name="Query">Escaped query without its question mark.</param>
/// <param name="Body">The body, held for further attempts.</param>
internal sealed record S3Request(HttpMethod Method, string Key, string Query = "", ReadOnlyMemory<byte> Body = default)
{
    /// <summary>First and last byte asked for.</summary>
    public (long From, long To)? Range { get; init; }

    /// <summary>Statuses that are an answer and not a failure, besides success.</summary>
    public HttpStatusCode[] Accept { get; init; } = [];

    /// <summary>Whether an answer that came through is to be tried again all the same; it is read completely first.</summary>
    public Func<HttpResponseMessage, bool>? IsBroken { get; init; }
}

/// <summary>
/// Signs and sends, and tries again what the store says to try again: 500, 502, 503 (SlowDown), 504, 429, a connection that broke, an
/// answer that did not come in time. Everything else is a <see cref="FileStoreException"/> at once. The address is the operator's, so private ones
/// are reached; redirects are not followed.
/// </summary>
internal sealed class S3Client(S3Settings settings, HttpMessageInvoker http, TimeProvider time)
{
    /// <summary>Connections to a store of the operator's.</summary>
    public static HttpMessageInvoker Connect() => new(
        new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            AutomaticDecompression = DecompressionMethods.None,
            ActivityHeadersPropagator = null,
            ConnectTimeout = TimeSpan.FromSeconds(10),
            PooledConnectionLifetime = TimeSpan.FromMinutes(10),
            MaxConnectionsPerServer = 64,
        },
        disposeHandler: true);

    /// <summary>The answer with its headers read. The caller disposes it.</summary>
    public async Task<HttpResponseMessage> SendAsync(S3Request request, CancellationToken ct)
    {
        for (var attempt = 1; ; attempt++)
        {
            var (response, failure) = await TryAsync(request, ct);
            if (response is not null && (response.IsSuccessStatusCode || request.Accept.Contains(response.StatusCode)) && request.IsBroken?.Invoke(response) != true)
            {
                return response;
            }

            var status = response?.StatusCode;
            response?.Dispose();
            var again = status is null or HttpStatusCode.TooManyRequests || (int)status >= 500 || ((int)status is >= 200 and < 300);
            if (!again || attempt >= settings.Attempts)
            {
                throw new FileStoreException(
                    status is null ? "The S3 store could not be reached or broke the connection." : $"The S3 store answered {(int)status} to {request.Method}.", failure);
            }

            await PauseAsync(attempt, ct);
        }
    }

    /// <summary>A random part of a pause that doubles: nodes that were refused together do not come back together.</summary>
    public Task PauseAsync(int attempt, CancellationToken ct) =>
#pragma warning disable CA5394 // Spreads load; nothing is guessed from it.
        Task.Delay(settings.Pause * Math.Pow(2, attempt - 1) * Random.Shared.NextDouble(), time, ct);
#pragma warning restore CA5394

    /// <summary>MD5 of a body as ETags write it.</summary>
    public static string ETagOf(ReadOnlySpan<byte> body)
    {
        Span<byte> hash = stackalloc byte[16];
#pragma warning disable CA5351, CA1850 // The protocol's checksum against broken transfers; integrity is the seal's.
        MD5.HashData(body, hash);
#pragma warning restore CA5351, CA1850
        return string.Concat("\"", Convert.ToHexStringLower(hash), "\"");
    }

    private async Task<(HttpResponseMessage? Response, Exception? Failure)> TryAsync(S3Request request, CancellationToken ct)
    {
        using var deadline = new CancellationTokenSource(settings.Timeout, time);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, ct);
        using var message = Sign(request, time.GetUtcNow());
        try
        {
            return (await http.SendAsync(message, linked.Token), null);
        }
        catch (Exception failure) when (failure is HttpRequestException or IOException || (failure is OperationCanceledException && !ct.IsCancellationRequested))
        {
            return (null, failure);
        }
    }

    private HttpRequestMessage Sign(S3Request request, DateTimeOffset now)
    {
        var message = new HttpRequestMessage(request.Method, settings.AddressOf(request.Key, request.Query)) { Version = HttpVersion.Version11 };
        var hash = request.Body.IsEmpty ? SignatureV4.EmptyHash : Convert.ToHexStringLower(SHA256.HashData(request.Body.Span));
        var headers = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["host"] = message.RequestUri!.Authority,
            ["x-amz-content-sha256"] = hash,
            ["x-amz-date"] = SignatureV4.Stamp(now),
        };
        if (settings.Credentials.SessionToken is { } token)
        {
            headers["x-amz-security-token"] = token;
        }

        if (request.Range is { } range)
        {
            headers["range"] = $"bytes={range.From}-{range.To}";
        }

        var authorization = SignatureV4.Authorization(request.Method.Method, message.RequestUri, headers, hash, settings.Credentials, settings.Region, now);
        foreach (var (name, value) in headers)
        {
            message.Headers.TryAddWithoutValidation(name, value);
        }

        message.Headers.TryAddWithoutValidation("Authorization", authorization);
        if (request.Method == HttpMethod.Put || request.Method == HttpMethod.Post)
        {
            message.Content = new ReadOnlyMemoryContent(request.Body);
        }

        return message;
    }
}
