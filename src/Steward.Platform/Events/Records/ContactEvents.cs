namespace Steward.Platform.Events.Records;

/// <summary>Somebody asked for the erasure of a contact, which was out of use from then on.</summary>
/// <param name="ErasureId">The erasure; the event does not say who was forgotten.</param>
/// <param name="Conversations">How many conversations go with it.</param>
public sealed record ContactErased(Guid ErasureId, int Conversations) : IEvent
{
    /// <inheritdoc />
    public static string Name => EventNames.ContactErased;

    /// <inheritdoc />
    public Guid Subject => ErasureId;
}

/// <summary>Somebody took data out of the product.</summary>
/// <param name="Kind">contact or conversations.</param>
/// <param name="Of">The contact; else the tenant.</param>
public sealed record DataExported(string Kind, Guid Of) : IEvent
{
    /// <inheritdoc />
    public static string Name => EventNames.DataExported;

    /// <inheritdoc />
    public Guid Subject => Of;
}
