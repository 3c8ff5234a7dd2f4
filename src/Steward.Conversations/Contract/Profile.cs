using Steward.Platform.Tenancy;

namespace Steward.Conversations;

/// <summary>What customers may see of an assistant before they have written. Implemented by the room that keeps assistants.</summary>
public interface IAssistantProfiles
{
    /// <summary>The profile of an assistant; of the tenant's default one for null or an unknown id.</summary>
    ValueTask<AssistantProfile> ProfileAsync(TenantId tenant, Guid? assistantId, CancellationToken ct);
}

/// <summary>An assistant as customers see it.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Greeting">The first line a channel shows; never stored as a message.</param>
/// <param name="Suggestions">Questions offered before the first message.</param>
/// <param name="Language">A BCP 47 tag, or null to follow the customer.</param>
public sealed record AssistantProfile(string Name, string Greeting, IReadOnlyList<string> Suggestions, string? Language);
