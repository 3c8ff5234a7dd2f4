using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Steward.Channels.Callback;
using Steward.Channels.Widget;
using Steward.Conversations;
using Steward.Platform.Access;

namespace Steward.Channels;

/// <summary>The doors of the channels: the web widget and the tenant's own server.</summary>
public static class ChannelsServices
{
    /// <summary>Registers the carriers.</summary>
    /// <param name="bundle">Where the built widget lies.</param>
    public static IServiceCollection AddChannels(this IServiceCollection services, WidgetBundle bundle)
        => services
            .AddSingleton(bundle)
            .AddSingleton<IMessageCarrier, CallbackCarrier>();

    /// <summary>Maps <c>/widget</c> and <c>/hooks</c>.</summary>
    public static IEndpointRouteBuilder MapChannels(this IEndpointRouteBuilder routes)
    {
        var widget = routes.MapGroup("/widget").WithTags("Widget").OpenToAnyone("A visitor has nothing to show yet; the public key names the channel.");
        widget.MapGet("/loader.js", WidgetFiles.Loader).WithName("GetWidgetLoader").WithSummary("The script a site embeds.");
        widget.MapGet("/assets/{name}", WidgetFiles.Asset).WithName("GetWidgetAsset").WithSummary("A file of the widget's application.");
        widget.MapGet("/{key}/frame", WidgetFiles.FrameAsync).WithName("GetWidgetFrame").WithSummary("The page inside the widget's frame.");
        widget.MapPost("/{key}/session", WidgetSession.OpenAsync).WithName("OpenWidgetSession").WithSummary("Gives a visitor a token, or renews one.");

        routes.MapPost("/hooks/callback/{channelId:guid}", CallbackHook.ReceiveAsync).WithTags("Hooks").OpenToAnyone("The body is signed with the channel's secret.")
            .Accepts<CallbackMessage>("application/json")
            .WithName("ReceiveCallbackMessage").WithSummary("A message from the tenant's own server, signed.");
        return routes;
    }
}
