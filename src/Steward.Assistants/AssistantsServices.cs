using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Steward.Assistants.Configuration;
using Steward.Assistants.Prompting;
using Steward.Assistants.Turns;
using Steward.Conversations;
using Steward.Platform;
using Steward.Platform.Erasing;
using Steward.Platform.Sealing.Rotation;

namespace Steward.Assistants;

/// <summary>The doors of the assistants: what writes the reply of a turn, and how an assistant is configured.</summary>
public static class AssistantsServices
{
    /// <summary>Registers the author of replies and the store of assistants.</summary>
    public static IServiceCollection AddAssistants(this IServiceCollection services)
        => services
            .AddMigrations("assistants", typeof(AssistantsServices).Assembly)
            .AddSealedTable(new("assistants.assistants", "id", "settings"))
            .AddNothingToErase("assistants", "Assistants are the tenant's own; what they said is kept with the conversations.")
            .AddSingleton<AssistantStore>()
            .AddSingleton<IAssistants, AssistantDirectory>()
            .AddSingleton<IAssistantProfiles, AssistantProfiles>()
            .AddSingleton<IContactTexts, AssistantTexts>()
            .AddSingleton<PromptCache>()
            .AddSingleton<Recaller>()
            .AddSingleton<Drafter>()
            .AddSingleton<IReplyAuthor, ReplyAuthor>()
            .AddSingleton<ILostAttempts, LostCalls>();

    /// <summary>Maps <c>/api/assistants</c>.</summary>
    public static IEndpointRouteBuilder MapAssistants(this IEndpointRouteBuilder routes)
    {
        AssistantEndpoints.Map(routes);
        return routes;
    }
}
