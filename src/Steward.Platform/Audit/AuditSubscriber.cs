using Steward.Platform.Events;
using Steward.Platform.Tenancy;

namespace Steward.Platform.Audit;

/// <summary>Brings what people and programs did to the audit, some moments after it happened.</summary>
internal sealed class AuditSubscriber(AuditWriter audit) : IEventSubscriber
{
    public const string StableName = "platform.audit";

    public string Name => StableName;

    public IReadOnlySet<string> Events => AuditRules.Events;

    public Task HandleAsync(TenantId tenant, IReadOnlyList<StoredEvent> events, CancellationToken ct) => audit.WriteAsync(tenant, events, ct);
}
