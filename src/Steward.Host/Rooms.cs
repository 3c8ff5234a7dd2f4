using Steward.Assistants;
using Steward.Channels;
using Steward.Channels.Widget;
using Steward.Conversations;
using Steward.Host.Demo;
using Steward.Knowledge;
using Steward.Models;
using Steward.Packs;
using Steward.Platform.Access;

namespace Steward.Host;

/// <summary>The rooms of the house, lower ones first: the order in which their migrations run.</summary>
internal static class Rooms
{
    public static void AddRooms(this WebApplicationBuilder builder)
    {
        var web = WebFolder.Find(builder.Configuration);
        builder.Services
            .AddModels(builder.Configuration)
            .AddConversations()
            .AddKnowledge(builder.Configuration)
            .AddAssistants()
            .AddChannels(new WidgetBundle(Path.Combine(web, "widget", "dist")))
            .AddPacks()
            .AddOpenApi();
        if (builder.Environment.IsDevelopment())
        {
            builder.Services.AddDemo(web);
        }
    }

    public static void MapRooms(this WebApplication app)
    {
        app.MapModels();
        app.MapConversations();
        app.MapGroup("/api").MapKnowledge();
        app.MapAssistants();
        app.MapChannels();
        app.MapOpenApi("/openapi.json").OpenToAnyone("The description of the API tells nothing about tenants.")
            .WithName("GetOpenApi").WithSummary("The description of the API.").WithTags("Operation");
        if (app.Environment.IsDevelopment())
        {
            app.MapDemo();
        }
    }
}
