namespace Steward.Platform.Access.Members;

/// <summary>Who may make whom what. Pure; the rows it decides on are locked while it does.</summary>
internal static class MemberRules
{
    /// <summary>A role may be given by whoever holds everything that is in it.</summary>
    public static bool MayGive(Caller caller, Role role) => Permissions.Of(role).IsSubsetOf(caller.Permissions);

    /// <summary>Decides a change of role or state, or a removal (<paramref name="after"/> null).</summary>
    /// <param name="caller">Who asks.</param>
    /// <param name="before">The member as it is.</param>
    /// <param name="after">The member as it is to be.</param>
    /// <param name="activeOwners">The tenant's active owners now.</param>
    public static MemberRefusal? Decide(Caller caller, MemberStanding before, MemberStanding? after, IReadOnlyCollection<Guid> activeOwners)
    {
        if (!MayGive(caller, before.Role) || (after is not null && !MayGive(caller, after.Role)))
        {
            return MemberRefusal.AboveOwnRole;
        }

        var remainsOwner = after is { Role: Role.Owner, Active: true };
        var isLastOwner = activeOwners.Count == 1 && activeOwners.Contains(before.Id);
        return isLastOwner && !remainsOwner ? MemberRefusal.LastOwner : null;
    }
}

internal sealed record MemberStanding(Guid Id, Role Role, bool Active);

internal enum MemberRefusal
{
    AboveOwnRole,
    LastOwner,

    /// <summary>Someone else changed the member since the caller read it.</summary>
    Stale,
}
