namespace Steward.Platform.Tenancy;

/// <summary>A tenant as the installation knows it.</summary>
/// <param name="State">active, suspended or deleting.</param>
/// <param name="TimeZone">IANA time zone.</param>
/// <param name="Locale">BCP 47 language tag.</param>
public sealed record Tenant(TenantId Id, string Name, string State, string TimeZone, string Locale)
{
    /// <summary>ISO 4217 code of the money its prices are in.</summary>
    public string Currency { get; init; } = "USD";

    /// <summary>When its people are there; null when nothing was said about it.</summary>
    public OpeningHours? OpeningHours { get; init; }

    /// <summary>The file of its logo.</summary>
    public Guid? LogoFile { get; init; }

    /// <summary>Raised by every change; the ETag.</summary>
    public int Version { get; init; } = 1;

    /// <summary>When it was created.</summary>
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>When its state was last changed.</summary>
    public DateTimeOffset StateChangedAt { get; init; }

    /// <summary>While it is being deleted: when it is erased for good.</summary>
    public DateTimeOffset? EraseAt { get; init; }

    /// <summary>Its time zone; UTC where the system does not know the name any more.</summary>
    public TimeZoneInfo Zone => TimeZoneInfo.TryFindSystemTimeZoneById(TimeZone, out var zone) ? zone : TimeZoneInfo.Utc;

    /// <summary>Whether its people are there at the instant; without opening hours always.</summary>
    public bool IsOpen(DateTimeOffset instant) => OpeningHours?.IsOpen(instant, Zone) ?? true;
}
