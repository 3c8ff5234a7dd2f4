namespace Steward.Platform.Operators;

/// <summary>A person who runs the installation.</summary>
/// <param name="SecurityStamp">Changes with the password, which ends every session.</param>
internal sealed record OperatorRow(Guid Id, string Email, string Name, string PasswordHash, string SecurityStamp, DateTimeOffset CreatedAt);

/// <summary>Which operator asks. Sees the installation and no tenant's content.</summary>
internal sealed record OperatorCaller(Guid Id, IReadOnlySet<string> Permissions);
