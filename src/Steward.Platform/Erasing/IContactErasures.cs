using Steward.Platform.Postgres;
using Steward.Platform.Tenancy;

namespace Steward.Platform.Erasing;

/// <summary>
/// The durable work of forgetting. The room that owns contacts takes them out of use and notes here, in the same commit, what is left to erase;
/// every room's <see cref="IEraser"/> is then called until all of it is gone.
/// </summary>
public interface IContactErasures
{
    /// <summary>
    /// Appends an erasure to the session; from its commit on the contact's tokens are refused. Without a contact it is the work of a retention
    /// time and leaves no receipt.
    /// </summary>
    Guid Append(TenantSession session, Guid? contact, IReadOnlyList<Guid> conversations, Guid? askedBy);

    /// <summary>An erasure by its id, or null.</summary>
    Task<ContactErasure?> FindAsync(TenantId tenant, Guid erasureId, CancellationToken ct);

    /// <summary>The erasure of a contact, or null when nobody asked for one.</summary>
    Task<ContactErasure?> OfContactAsync(TenantId tenant, Guid contact, CancellationToken ct);
}

/// <summary>What is known of one erasure: ids and times, nothing of the person.</summary>
/// <param name="Id">The erasure.</param>
/// <param name="ContactId">Who was forgotten: an id that leads nowhere any more.</param>
/// <param name="State">working, settling (all is erased; what was under way may still leave a trace) or done.</param>
/// <param name="AskedBy">The member or API key that asked.</param>
/// <param name="AskedAt">When; the contact was out of use from then on.</param>
/// <param name="DoneAt">When nothing was left, or null.</param>
public sealed record ContactErasure(Guid Id, Guid ContactId, string State, Guid? AskedBy, DateTimeOffset AskedAt, DateTimeOffset? DoneAt);
