using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Routing;
using Steward.Platform.Access;
using Steward.Platform.Operators;

namespace Steward.Api.Tests.Routes;

/// <summary>One method of one route.</summary>
internal sealed record Route(string Name, string Method, string Pattern, RouteEndpoint Endpoint)
{
    public IReadOnlyList<string>? Permission => Endpoint.Metadata.GetMetadata<RequiredPermission>()?.AnyOf;

    /// <summary>What an operator must hold; null where the route is none of theirs.</summary>
    public string? OperatorPermission => Endpoint.Metadata.GetMetadata<RequiredOperatorPermission>()?.Permission;

    public bool IsOpen => Endpoint.Metadata.GetMetadata<DeliberatelyOpen>() is not null;

    public bool IsWrite => Method is "POST" or "PUT" or "PATCH" or "DELETE";

    public bool HasId => Pattern.Contains(":guid}", StringComparison.Ordinal);

    public override string ToString() => $"{Method} {Pattern} ({Name})";
}

/// <summary>The routes as the running program has them.</summary>
internal static partial class RouteList
{
    /// <summary>Routes that read their body themselves, so that the framework does not know they have one.</summary>
    private static readonly string[] ReadBodyThemselves = ["AddSource", "ReplaceSource", "CreateChatCompletion", "CreateEmbeddings", "ReceiveCallbackMessage"];

    public static IReadOnlyList<Route> Of(ApiHost host) =>
    [
        .. from endpoint in host.Routes
           from method in endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods ?? ["GET"]
           let name = endpoint.Metadata.GetMetadata<IEndpointNameMetadata>()?.EndpointName ?? ""
           orderby endpoint.RoutePattern.RawText, method
           select new Route(name, method, "/" + endpoint.RoutePattern.RawText!.Trim('/'), endpoint),
    ];

    public static IReadOnlyList<Route> Protected(ApiHost host) => [.. Of(host).Where(route => route.Permission is not null)];

    /// <summary>Routes that ask for a permission, a tenant's or an operator's.</summary>
    public static IReadOnlyList<Route> Guarded(ApiHost host) => [.. Of(host).Where(route => route.Permission is not null || route.OperatorPermission is not null)];

    public static bool TakesBody(this Route route) =>
        route.Method is "POST" or "PUT" or "PATCH"
        && (route.Endpoint.Metadata.GetMetadata<IAcceptsMetadata>() is not null || ReadBodyThemselves.Contains(route.Name));

    /// <summary>The address with something in place of its parameters.</summary>
    public static string Address(this Route route, string id) => Parameter().Replace(route.Pattern, id);

    [GeneratedRegex(@"\{[^}]+\}", RegexOptions.None, 1000)]
    private static partial Regex Parameter();
}
