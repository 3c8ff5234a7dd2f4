using Steward.Conversations;
using Steward.Platform.Tenancy;

namespace Steward.Assistants.Configuration;

/// <summary>What customers may see of an assistant.</summary>
internal sealed class AssistantProfiles(AssistantStore store) : IAssistantProfiles
{
    public async ValueTask<AssistantProfile> ProfileAsync(TenantId tenant, Guid? assistantId, CancellationToken ct)
    {
        var settings = (await store.ForTurnAsync(tenant, assistantId, ct)).Settings;
        return new(settings.Name, settings.Greeting, settings.Suggestions, settings.Language);
    }
}
