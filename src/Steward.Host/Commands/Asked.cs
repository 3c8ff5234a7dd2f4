using System.CommandLine;
using System.Security.Cryptography;
using Steward.Platform.Access;
using Steward.Platform.Administration;
using Steward.Platform.Tenancy;

namespace Steward.Host.Commands;

/// <summary>Options that several commands have, and how they are read.</summary>
internal static class Asked
{
    /// <summary>Characters that are not mistaken for each other.</summary>
    private const string Letters = "abcdefghjkmnpqrstuvwxyz23456789";

    public static Option<string> Required(string name, string description) => new(name) { Description = description, Required = true };

    public static Option<string?> Optional(string name, string description) => new(name) { Description = description };

    public static Argument<string> Tenant() => new("tenant") { Description = "The tenant's id, or its name when no other has it." };

    public static Option<string> OfTenant() => Required("--tenant", "The tenant's id, or its name when no other has it.");

    public static Option<Role> Role() => new("--role") { Description = "owner, admin, agent or viewer.", Required = true };

    public static Option<bool> PasswordFromInput() => new("--password-stdin") { Description = "Read the password from standard input instead of making one." };

    public static Task<Tenant> TenantAsync(this IServiceProvider services, string idOrName, CancellationToken ct) =>
        services.GetRequiredService<ITenantAdministration>().FindAsync(idOrName, ct);

    /// <summary>A password from standard input, or a new one that is told once.</summary>
    public static async Task<(string Password, bool Made)> PasswordAsync(bool fromInput, CancellationToken ct)
    {
        if (!fromInput)
        {
            return (RandomNumberGenerator.GetString(Letters, 20), true);
        }

        return (await Console.In.ReadLineAsync(ct) ?? throw new RefusedException("input.password", "Standard input holds no password."), false);
    }

    /// <summary>The address people reach this installation at: <c>STEWARD_PUBLIC_URL</c>, else where it listens.</summary>
    public static string PublicAddress(this IServiceProvider services)
    {
        var configuration = services.GetRequiredService<IConfiguration>();
        return configuration["STEWARD_PUBLIC_URL"] is { Length: > 0 } named ? named : configuration["URLS"]?.Split(';')[0] is { Length: > 0 } listens ? listens : "http://localhost:5000";
    }
}
