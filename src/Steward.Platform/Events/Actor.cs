namespace Steward.Platform.Events;

/// <summary>Who did something.</summary>
public enum ActorKind
{
    /// <summary>The program by itself: a turn, a delivery, a schedule.</summary>
    System,

    /// <summary>A person of the tenant.</summary>
    Member,

    /// <summary>A program with an API key.</summary>
    Key,

    /// <summary>A person who runs the installation.</summary>
    Operator,

    /// <summary>Whoever ran a command on the machine.</summary>
    Command,

    /// <summary>The contact's side: a visitor's token, the widget, a channel's server.</summary>
    Visitor,

    /// <summary>Someone who has not shown who it is: signs in, or uses a link from a mail.</summary>
    Anyone,
}

/// <summary>
/// Who acts, and from where. It belongs to the flow of a request or a command and is written beside every event. Work that only begins in a
/// request and outlives it calls <see cref="Leave"/>: what it does is nobody's act.
/// </summary>
/// <param name="Kind">What kind of somebody.</param>
/// <param name="Id">The member, API key, operator, or the visitor's contact; null where there is none.</param>
/// <param name="Door">api, v1, widget, hook or cli; null for the program itself.</param>
/// <param name="Origin">The network address as it is known behind proxies, or user@machine of a command. Not kept of visitors.</param>
public sealed record Actor(ActorKind Kind, Guid? Id = null, string? Door = null, string? Origin = null)
{
    /// <summary>The program by itself.</summary>
    public static readonly Actor System = new(ActorKind.System);

    private static readonly AsyncLocal<Flow?> Flowing = new();

    /// <summary>Who acts in this flow; <see cref="System"/> outside of requests and commands.</summary>
    public static Actor Current => Flowing.Value?.Actor ?? System;

    /// <summary>From here on this flow, and what it starts, is the program's own.</summary>
    public static void Leave() => Flowing.Value = null;

    /// <summary>Acts as the command line until disposed.</summary>
    public static IDisposable EnterCommandLine() => Enter(new Actor(ActorKind.Command, null, "cli", $"{Environment.UserName}@{Environment.MachineName}"));

    /// <summary>Acts as somebody until disposed. What was started meanwhile and goes on is the program's own from then.</summary>
    internal static IDisposable Enter(Actor actor) => Flowing.Value = new Flow { Actor = actor };

    /// <summary>Who acts; someone who just proved to be this member is that member.</summary>
    internal static Actor OrMember(Guid member) => Current is { Kind: ActorKind.Anyone } someone ? someone with { Kind = ActorKind.Member, Id = member } : Current;

    private sealed class Flow : IDisposable
    {
        public volatile Actor? Actor;

        public void Dispose() => Actor = null;
    }
}

/// <summary>Kinds of actors as rows and wire formats write them.</summary>
internal static class ActorKinds
{
    private static readonly string[] Names = [.. Enum.GetNames<ActorKind>().Select(static name => name.ToLowerInvariant())];

    public static string Name(this ActorKind kind) => Names[(int)kind];

    /// <summary>Null when no kind has the name.</summary>
    public static ActorKind? TryParse(string? name) => Array.IndexOf(Names, name) is >= 0 and var index ? (ActorKind)index : null;
}
