namespace Steward.Platform.Access;

/// <summary>Roles as rows and wire formats write them: lower case.</summary>
internal static class Roles
{
    public static string Name(this Role role) => role switch
    {
        Role.Owner => "owner",
        Role.Admin => "admin",
        Role.Agent => "agent",
        _ => "viewer",
    };

    public static Role Parse(string name) => TryParse(name) ?? throw new ArgumentException("No such role.", nameof(name));

    public static Role? TryParse(string? name) => name switch
    {
        "owner" => Role.Owner,
        "admin" => Role.Admin,
        "agent" => Role.Agent,
        "viewer" => Role.Viewer,
        _ => null,
    };
}
