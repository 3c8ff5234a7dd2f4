namespace Steward.Platform.Limits.Settings;

/// <summary>Which limits hold, and which a tenant may set. Pure.</summary>
internal static class LimitRules
{
    private const int Raise = 10;
    private const long MostUses = 1_000_000_000;
    private const long Most = 1_000_000_000_000_000;

    /// <summary>What holds: the tenant's own value up to its ceiling, else its operator's, else the installation's.</summary>
    public static LimitValues Effective(LimitValues own, LimitValues granted, LimitValues installation) =>
        own.UpTo(Ceilings(granted, installation)).Over(granted.Over(installation));

    /// <summary>
    /// The most a tenant may set itself: what its operator granted it; without that ten times the installation's rates, and the installation's quotas.
    /// 0 is no ceiling. The weight is not the tenant's to set.
    /// </summary>
    public static LimitValues Ceilings(LimitValues granted, LimitValues installation) => granted.Over(installation with
    {
        ContactPerHour = installation.ContactPerHour * Raise,
        ContactPerMinute = installation.ContactPerMinute * Raise,
        MemberPerHour = installation.MemberPerHour * Raise,
        MemberPerMinute = installation.MemberPerMinute * Raise,
        TenantPerHour = installation.TenantPerHour * Raise,
    });

    /// <summary>What is wrong with what a tenant wants to set, or null.</summary>
    public static string? OwnFault(LimitValues own, LimitValues ceilings)
    {
        if (own.Weight is not null)
        {
            return "'weight' is set by the operator of this installation.";
        }

        foreach (var (name, get) in LimitValues.Fields)
        {
            var ceiling = get(ceilings) is { } most and > 0 ? most : Most;
            if (get(own) is { } value && (value < 1 || value > ceiling))
            {
                return $"'{name}' is a whole number from 1 to {ceiling}.";
            }
        }

        return null;
    }

    /// <summary>What is wrong with what an operator or the installation sets, or null.</summary>
    public static string? GrantedFault(LimitValues granted)
    {
        if (granted.Weight is < 1 or > 100)
        {
            return "'weight' is a whole number from 1 to 100.";
        }

        return LimitValues.Fields.FirstOrDefault(field => field.Get(granted) is < 0 or > Most) is { Name: { } name }
            ? $"'{name}' is a whole number from 0, which is no limit, to {Most}."
            : null;
    }

    /// <summary>The rule of one window.</summary>
    public static RateRule Within(string name, long limit, TimeSpan length) => new(name, [new RateWindow((int)Math.Min(limit, MostUses), length)]);

    /// <summary>The rule of a number an hour and a number a minute; 0 leaves a window out.</summary>
    public static RateRule Rule(string name, long? perHour, long? perMinute)
    {
        var windows = new List<RateWindow>(2);
        Add(perHour, TimeSpan.FromHours(1));
        Add(perMinute, TimeSpan.FromMinutes(1));
        return new RateRule(name, windows);

        void Add(long? limit, TimeSpan length)
        {
            if (limit is > 0)
            {
                windows.AddRange(Within(name, limit.Value, length).Windows);
            }
        }
    }
}
