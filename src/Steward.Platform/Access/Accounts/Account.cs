namespace Steward.Platform.Access.Accounts;

/// <summary>A person known to the installation. Mutable, as ASP.NET Identity's stores want it.</summary>
internal sealed class Account
{
    public Guid Id { get; init; } = Guid.CreateVersion7();

    public required string Email { get; set; }

    public string EmailKey { get; set; } = "";

    public string PasswordHash { get; set; } = "";

    public string SecurityStamp { get; set; } = "";

    /// <summary>Someone has proven to read mail at the address. Until then whoever made the account may be somebody else.</summary>
    public bool Proven { get; init; }

    public int Version { get; set; } = 1;
}
