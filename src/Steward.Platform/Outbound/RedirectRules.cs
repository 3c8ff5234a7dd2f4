using System.Net;

namespace Steward.Platform.Outbound;

/// <summary>What a request becomes when its answer is a redirect, and which addresses may be requested at all.</summary>
internal static class RedirectRules
{
    // What a server of another origin may see; anything else (credentials, signatures, cookies) was meant for the first one.
    private static readonly HashSet<string> KeptAcrossOrigins =
        new(["Accept", "Accept-Encoding", "Accept-Language", "User-Agent", "If-None-Match", "If-Modified-Since"], StringComparer.OrdinalIgnoreCase);

    public static Uri Check(Uri? address)
    {
        if (address is not { IsAbsoluteUri: true } || (address.Scheme != Uri.UriSchemeHttp && address.Scheme != Uri.UriSchemeHttps))
        {
            throw new OutboundException(OutboundCodes.BadAddress, "Only http and https addresses can be reached.");
        }
        if (address.UserInfo.Length > 0)
        {
            throw new OutboundException(OutboundCodes.BadAddress, "The address must not carry a user name or password.");
        }
        return address.Host.Length > 0
            ? address
            : throw new OutboundException(OutboundCodes.BadAddress, "The address names no host.");
    }

    /// <summary>The address to go to next, or null when the answer is not a redirect.</summary>
    public static Uri? Target(Uri current, HttpResponseMessage response)
    {
        if (response.StatusCode is not (HttpStatusCode.MovedPermanently or HttpStatusCode.Found or HttpStatusCode.SeeOther
            or HttpStatusCode.TemporaryRedirect or HttpStatusCode.PermanentRedirect) || response.Headers.Location is not { } location)
        {
            return null;
        }
        var target = Check(location.IsAbsoluteUri ? location : new Uri(current, location));
        return current.Scheme == Uri.UriSchemeHttps && target.Scheme == Uri.UriSchemeHttp
            ? throw new OutboundException(OutboundCodes.BadAddress, "The server redirects from https to http. Use the final address.")
            : target;
    }

    public static HttpRequestMessage Follow(HttpRequestMessage request, Uri target, HttpStatusCode status)
    {
        // RFC 9110, section 15.4: 303 always becomes GET, 301 and 302 only for POST; 307 and 308 repeat the request.
        var becomesGet = status is HttpStatusCode.SeeOther
            ? request.Method != HttpMethod.Head
            : status is HttpStatusCode.MovedPermanently or HttpStatusCode.Found && request.Method == HttpMethod.Post;
        var next = new HttpRequestMessage(becomesGet ? HttpMethod.Get : request.Method, target)
        {
            Content = becomesGet ? null : request.Content,
            Version = request.Version,
            VersionPolicy = request.VersionPolicy,
        };
        var sameOrigin = Uri.Compare(request.RequestUri, target, UriComponents.SchemeAndServer, UriFormat.Unescaped, StringComparison.OrdinalIgnoreCase) == 0;
        foreach (var header in request.Headers.NonValidated)
        {
            if (!header.Key.Equals("Host", StringComparison.OrdinalIgnoreCase) && (sameOrigin || KeptAcrossOrigins.Contains(header.Key)))
            {
                next.Headers.TryAddWithoutValidation(header.Key, header.Value);
            }
        }
        return next;
    }
}
