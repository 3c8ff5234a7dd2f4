using Steward.Platform.Access;
using Steward.Platform.Access.Accounts;
using Steward.Platform.Administration;

namespace Steward.Platform.Operators;

/// <summary>Makes operators and checks their passwords, with the rules and the hashing of accounts.</summary>
internal sealed class OperatorPeople(OperatorStore store, Passwords passwords, TimeProvider time)
{
    /// <summary>The operator when e-mail and password are right and it does not rest; else null, whatever the reason.</summary>
    public async Task<OperatorRow?> CheckAsync(string email, string password, CancellationToken ct)
    {
        if (password.Length > Passwords.MostCharacters)
        {
            return null;
        }

        var row = await store.ChargeAttemptAsync(passwords.KeyOf(email), ct);
        if (!passwords.Fits(row?.PasswordHash, password))
        {
            return null;
        }

        await store.ForgiveAsync(row!.Id, ct);
        return row;
    }

    /// <summary>Makes an operator. Throws <see cref="RefusedException"/> when an input is not acceptable or the address is taken.</summary>
    public async Task<OperatorRow> AddAsync(string email, string name, string password, CancellationToken ct)
    {
        if (!Inputs.IsEmail(email))
        {
            throw new RefusedException("input.email", "An operator needs an e-mail address such as name@example.com.");
        }

        if (!Inputs.IsName(name))
        {
            throw new RefusedException("input.name", "An operator needs a name of 1 to 100 characters on one line.");
        }

        await DemandAsync(password);
        var made = passwords.Make(email, password);
        var row = new OperatorRow(Guid.CreateVersion7(), email, name.Trim(), made.PasswordHash, made.SecurityStamp, time.GetUtcNow());
        return await store.AddAsync(row, made.EmailKey, ct) ? row : throw new RefusedException("operator.exists", $"{email} is an operator already.");
    }

    /// <summary>Sets a password and ends every session. Throws <see cref="RefusedException"/> when it is not acceptable.</summary>
    public async Task<OperatorRow> SetPasswordAsync(OperatorRow row, string password, CancellationToken ct)
    {
        await DemandAsync(password);
        var made = passwords.Make(row.Email, password);
        await store.SetPasswordAsync(row.Id, made.PasswordHash, made.SecurityStamp, ct);
        return row with { PasswordHash = made.PasswordHash, SecurityStamp = made.SecurityStamp };
    }

    public Task<OperatorRow?> FindAsync(string email, CancellationToken ct) => store.FindAsync(passwords.KeyOf(email), ct);

    private async Task DemandAsync(string password)
    {
        if (await passwords.RefuseAsync(password) is { } reason)
        {
            throw new RefusedException("input.password", reason);
        }
    }
}
