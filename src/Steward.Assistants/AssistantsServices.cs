using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Steward.Assistants.Configuration;
using Steward.Assistants.Prompting;
using Steward.Assistants.Reusing;
using Steward.Assistants.Routing;
using Steward.Assistants.Turns;
using Steward.Conversations;
using Steward.Platform;
using Steward.Platform.Erasing;
using Steward.Platform.Retention;
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
            .AddNothingToErase("assistants", "Assistants are the tenant's own; what they said is kept with the conversations. Attempts are figures under the id of a turn, which leads nowhere once the turn is gone.")
            .AddRetention(new("turn_attempts", Days: 400, Least: 30, Most: 3650), "assistants.turn_attempts", "at < $1")
            .AddSingleton<AssistantStore>()
            .AddSingleton<IAssistants, AssistantDirectory>()
            .AddSingleton<IAssistantProfiles, AssistantProfiles>()
            .AddSingleton<IContactTexts, AssistantTexts>()
            .AddSingleton<PromptCache>()
            .AddSingleton(new AnswerCacheSettings())
            .AddSingleton<AnswerCache>()
            .AddSingleton<Recaller>()
            .AddSingleton<Drafter>()
            .AddSingleton<ModelChooser>()
            .AddSingleton<IReplyAuthor, ReplyAuthor>()
            .AddSingleton<ILostAttempts, LostCalls>();

    /// <summary>Maps <c>/api/assistants</c> and the report of attempts.</summary>
    public static IEndpointRouteBuilder MapAssistants(this IEndpointRouteBuilder routes)
    {
        AssistantEndpoints.Map(routes);
        AttemptReport.Map(routes);
        return routes;
    }
}
