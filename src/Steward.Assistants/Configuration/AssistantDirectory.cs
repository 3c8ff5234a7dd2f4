using Steward.Platform.Tenancy;

namespace Steward.Assistants.Configuration;

internal sealed class AssistantDirectory(AssistantStore store) : IAssistants
{
    public async Task<Guid> CreateAsync(TenantId tenant, AssistantSettings settings, CancellationToken ct)
        => SettingsRules.Check(settings) is { Count: > 0 } wrong
            ? throw new ArgumentException(string.Join(' ', wrong), nameof(settings))
            : (await store.CreateAsync(tenant, settings, ct)).Id;

    public async Task<IReadOnlyList<Guid>> IdsAsync(TenantId tenant, CancellationToken ct)
        => [.. (await store.ListAsync(tenant, ct)).Select(assistant => assistant.Id)];
}
