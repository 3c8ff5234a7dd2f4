using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;

namespace Steward.Platform.Outbound;

/// <summary>Checks addresses, follows redirects by hand, and holds one deadline over the whole exchange.</summary>
internal sealed class GuardHandler(OutboundSettings settings, TimeProvider time, HttpMessageHandler inner) : DelegatingHandler(inner)
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        RedirectRules.Check(request.RequestUri);
        var max = request.Options.TryGetValue(OutboundRequests.MaxBytes, out var bytes) ? bytes : settings.MaxBytes;
        var limit = request.Options.TryGetValue(OutboundRequests.Timeout, out var asked) ? asked : settings.Timeout;
        var deadline = new CancellationTokenSource(limit, time);
        try
        {
            using var linked = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
            if (request.Content is { } content)
            {
                // A redirect with 307 or 308 sends the body again.
                await content.LoadIntoBufferAsync(linked.Token);
            }
            var response = await FollowAsync(request, linked.Token);
            await LimitAsync(response, max, deadline, linked.Token);
            return response;
        }
        catch (Exception e)
        {
            var timedOut = deadline.IsCancellationRequested && !cancellationToken.IsCancellationRequested;
            deadline.Dispose();
            if (Translate(e, timedOut) is { } known)
            {
                throw known;
            }
            throw;
        }
    }

    protected override HttpResponseMessage Send(HttpRequestMessage request, CancellationToken cancellationToken) =>
        throw new NotSupportedException("Guarded requests are sent asynchronously.");

    private async Task<HttpResponseMessage> FollowAsync(HttpRequestMessage request, CancellationToken ct)
    {
        for (var redirects = 0; ; redirects++)
        {
            // HTTP/3 would open its own connections, past the check.
            request.Version = HttpVersion.Version11;
            request.VersionPolicy = HttpVersionPolicy.RequestVersionOrLower;
            var response = await base.SendAsync(request, ct);
            try
            {
                if (RedirectRules.Target(request.RequestUri!, response) is not { } target)
                {
                    return response;
                }
                if (redirects == settings.MaxRedirects)
                {
                    throw new OutboundException(OutboundCodes.TooManyRedirects, $"The server redirected more than {settings.MaxRedirects} times.");
                }
                request = RedirectRules.Follow(request, target, response.StatusCode);
            }
            catch
            {
                response.Dispose();
                throw;
            }
            response.Dispose();
        }
    }

    private static async Task LimitAsync(HttpResponseMessage response, long max, CancellationTokenSource deadline, CancellationToken ct)
    {
        try
        {
            var content = response.Content;
            if (content.Headers.ContentLength > max)
            {
                throw LimitedStream.TooLarge(max);
            }
            var limited = new StreamContent(new LimitedStream(await content.ReadAsStreamAsync(ct), content, max, deadline));
            foreach (var header in content.Headers.NonValidated)
            {
                limited.Headers.TryAddWithoutValidation(header.Key, header.Value);
            }
            response.Content = limited;
        }
        catch
        {
            response.Dispose();
            throw;
        }
    }

    internal static OutboundException? Translate(Exception exception, bool timedOut)
    {
        for (var e = exception; e is not null; e = e.InnerException)
        {
            if (e is OutboundException known)
            {
                return known;
            }
        }
        if (timedOut)
        {
            return new OutboundException(OutboundCodes.Timeout, "The server did not finish in time.", exception);
        }
        return exception switch
        {
            // The connect timeout of the handler shows itself as a cancellation that nobody asked for.
            TaskCanceledException { InnerException: TimeoutException } => new OutboundException(OutboundCodes.Timeout, "The server did not accept a connection in time.", exception),
            HttpRequestException { HttpRequestError: HttpRequestError.ConfigurationLimitExceeded } =>
                new OutboundException(OutboundCodes.TooLarge, "The headers of the answer are too large.", exception),
            HttpRequestException or SocketException or IOException or AuthenticationException =>
                new OutboundException(OutboundCodes.Unreachable, "The server could not be reached or broke the connection.", exception),
            _ => null,
        };
    }
}
