using System.Net;
using Microsoft.AspNetCore.Http;
using Steward.Platform.Events;
using Steward.Platform.Operators;

namespace Steward.Platform.Access.Authorization;

/// <summary>Says of a request who acts in it. After authorization, which finds out.</summary>
internal static class RequestActor
{
    public static async Task RunAsync(HttpContext http, RequestDelegate next)
    {
        using var acting = Actor.Enter(Of(http));
        await next(http);
    }

    /// <summary>Who acts, and from which address: that of the peer, or the one a trusted proxy names.</summary>
    internal static Actor Of(HttpContext http)
    {
        var door = DoorOf(http.Request.Path);
        if (http.Features.Get<OperatorCaller>() is { } known)
        {
            return new Actor(ActorKind.Operator, known.Id, door, AddressOf(http.Connection.RemoteIpAddress));
        }

        // An endpoint for anyone does not look at a session that came along.
        var caller = http.GetEndpoint()?.Metadata.GetMetadata<DeliberatelyOpen>() is null ? http.FindCaller() : null;
        return caller?.Kind switch
        {
            CallerKind.Member => new Actor(ActorKind.Member, caller.Id, door, AddressOf(http.Connection.RemoteIpAddress)),
            CallerKind.ApiKey => new Actor(ActorKind.Key, caller.Id, door, AddressOf(http.Connection.RemoteIpAddress)),
            CallerKind.Visitor => new Actor(ActorKind.Visitor, caller.Id, door),
            _ when door is "widget" or "hook" => new Actor(ActorKind.Visitor, null, door),
            _ => new Actor(ActorKind.Anyone, null, door, AddressOf(http.Connection.RemoteIpAddress)),
        };
    }

    private static string DoorOf(PathString path) =>
        path.StartsWithSegments("/widget", StringComparison.OrdinalIgnoreCase) ? "widget"
        : path.StartsWithSegments("/hooks", StringComparison.OrdinalIgnoreCase) ? "hook"
        : path.StartsWithSegments("/v1", StringComparison.OrdinalIgnoreCase) ? "v1"
        : "api";

    private static string? AddressOf(IPAddress? address) => address is { IsIPv4MappedToIPv6: true } ? address.MapToIPv4().ToString() : address?.ToString();
}
