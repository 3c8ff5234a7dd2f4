using Steward.Platform.Tenancy;

namespace Steward.Platform.Erasing;

/// <summary>
/// What a room does when people are to be forgotten. Every room that owns tables registers one; a test compares the two lists. Rows of a tenant
/// go by the catalog once <see cref="EraseTenantAsync"/> has run for every room, so that method is for what lies outside the database.
/// </summary>
public interface IEraser
{
    /// <summary>The room's schema.</summary>
    string Room { get; }

    /// <summary>
    /// Erases what the room keeps of contacts and conversations, or takes away what links it to them. Nothing can be added to these conversations
    /// any more, but work that was under way may still write once: it is called again some minutes later, and after every crash, so it is idempotent.
    /// An exception keeps the erasure open until the next try.
    /// </summary>
    Task EraseAsync(ErasedSubjects subjects, CancellationToken ct);

    /// <summary>
    /// Erases what the room keeps of a tenant outside its tables: files, objects in a bucket, rows at another service. Runs while the tenant's keys
    /// still open what is sealed, before any row is deleted; runs again after a failure, and an exception keeps the tenant's rows until the next try.
    /// </summary>
    Task EraseTenantAsync(TenantId tenant, CancellationToken ct);
}

/// <summary>Whom and what an eraser forgets in one call: a portion, so that no statement is long.</summary>
/// <param name="Tenant">The tenant they belong to.</param>
/// <param name="Contacts">Contacts that are gone; their conversations come in calls of their own or in the same one.</param>
/// <param name="Conversations">Conversations that are gone.</param>
public sealed record ErasedSubjects(TenantId Tenant, IReadOnlyList<Guid> Contacts, IReadOnlyList<Guid> Conversations)
{
    /// <summary>All ids, for columns that say what a row is about.</summary>
    public Guid[] Ids => [.. Contacts, .. Conversations];
}
