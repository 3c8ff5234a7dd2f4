namespace Steward.Platform.Limits;

/// <summary>
/// Limits of one tenant. Null: not set here, what stands behind it holds. 0: no limit, which only an installation or its operator may set.
/// </summary>
/// <param name="ContactPerHour">Messages of one contact or visitor in any hour.</param>
/// <param name="ContactPerMinute">The same in any minute.</param>
/// <param name="MemberPerHour">Messages of one member to the assistant in any hour.</param>
/// <param name="MemberPerMinute">The same in any minute.</param>
/// <param name="TenantPerHour">Messages of all contacts and members of the tenant in any hour.</param>
/// <param name="Weight">The tenant's share of a node when many want it, 1 to 100: with 2 it gets twice what a tenant with 1 gets. Set by operators.</param>
/// <param name="StorageBytes">Bytes of files kept.</param>
/// <param name="Passages">Passages of knowledge kept.</param>
/// <param name="UploadBytes">Bytes of one upload.</param>
/// <param name="TurnsPerMonth">Turns in a calendar month of the tenant's time zone; never passed.</param>
public sealed record LimitValues(
    long? ContactPerHour = null,
    long? ContactPerMinute = null,
    long? MemberPerHour = null,
    long? MemberPerMinute = null,
    long? TenantPerHour = null,
    long? Weight = null,
    long? StorageBytes = null,
    long? Passages = null,
    long? UploadBytes = null,
    long? TurnsPerMonth = null)
{
    internal static LimitValues Defaults { get; } = new(100, 10, 100, 10, 1000, 1, 0, 0, 0, 0);

    internal static IReadOnlyList<(string Name, Func<LimitValues, long?> Get)> Fields { get; } =
    [
        ("contactPerHour", static v => v.ContactPerHour),
        ("contactPerMinute", static v => v.ContactPerMinute),
        ("memberPerHour", static v => v.MemberPerHour),
        ("memberPerMinute", static v => v.MemberPerMinute),
        ("tenantPerHour", static v => v.TenantPerHour),
        ("weight", static v => v.Weight),
        ("storageBytes", static v => v.StorageBytes),
        ("passages", static v => v.Passages),
        ("uploadBytes", static v => v.UploadBytes),
        ("turnsPerMonth", static v => v.TurnsPerMonth),
    ];

    /// <summary>These values, none above <paramref name="ceilings"/>; a ceiling of 0 is none.</summary>
    internal LimitValues UpTo(LimitValues ceilings)
    {
        return new(
            Least(ContactPerHour, ceilings.ContactPerHour),
            Least(ContactPerMinute, ceilings.ContactPerMinute),
            Least(MemberPerHour, ceilings.MemberPerHour),
            Least(MemberPerMinute, ceilings.MemberPerMinute),
            Least(TenantPerHour, ceilings.TenantPerHour),
            Least(Weight, ceilings.Weight),
            Least(StorageBytes, ceilings.StorageBytes),
            Least(Passages, ceilings.Passages),
            Least(UploadBytes, ceilings.UploadBytes),
            Least(TurnsPerMonth, ceilings.TurnsPerMonth));

        static long? Least(long? own, long? ceiling) => own is { } value && ceiling is { } most and > 0 ? Math.Min(value, most) : own;
    }

    /// <summary>These values, and where one is not set that of <paramref name="behind"/>.</summary>
    internal LimitValues Over(LimitValues behind) => new(
        ContactPerHour ?? behind.ContactPerHour,
        ContactPerMinute ?? behind.ContactPerMinute,
        MemberPerHour ?? behind.MemberPerHour,
        MemberPerMinute ?? behind.MemberPerMinute,
        TenantPerHour ?? behind.TenantPerHour,
        Weight ?? behind.Weight,
        StorageBytes ?? behind.StorageBytes,
        Passages ?? behind.Passages,
        UploadBytes ?? behind.UploadBytes,
        TurnsPerMonth ?? behind.TurnsPerMonth);
}
