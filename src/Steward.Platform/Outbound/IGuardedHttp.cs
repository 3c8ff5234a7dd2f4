namespace Steward.Platform.Outbound;

/// <summary>
/// The one HTTP client for addresses that a tenant chose (web pages, webhooks, tools). It reaches public http and https
/// addresses only; every resolved address is checked when the connection is made and every redirect is checked again.
/// Failures are <see cref="OutboundException"/> with a stable code. Bodies, header sizes and time are limited; see
/// <see cref="OutboundRequests.WithLimits"/> for other limits on one request.
/// </summary>
public interface IGuardedHttp
{
    /// <summary>Shared by the whole process: never disposed and its default headers never changed by a caller.</summary>
    HttpClient Client { get; }
}

/// <summary>Limits of one guarded request.</summary>
public static class OutboundRequests
{
    internal static readonly HttpRequestOptionsKey<long> MaxBytes = new("steward.outbound.max_bytes");
    internal static readonly HttpRequestOptionsKey<TimeSpan> Timeout = new("steward.outbound.timeout");

    /// <summary>Sets the limits of this request.</summary>
    /// <param name="request">The request, before it is sent.</param>
    /// <param name="maxBytes">Most bytes of body after decompression; null keeps the default (10 MiB).</param>
    /// <param name="timeout">Most time from sending to the last byte of the body; null keeps the default (30 s).</param>
    public static HttpRequestMessage WithLimits(this HttpRequestMessage request, long? maxBytes = null, TimeSpan? timeout = null)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (maxBytes is { } bytes)
        {
            request.Options.Set(MaxBytes, bytes);
        }
        if (timeout is { } time)
        {
            request.Options.Set(Timeout, time);
        }
        return request;
    }
}
