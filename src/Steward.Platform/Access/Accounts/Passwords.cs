using Microsoft.AspNetCore.Identity;

namespace Steward.Platform.Access.Accounts;

/// <summary>Checks passwords and makes accounts; hashing and rules are ASP.NET Identity's.</summary>
internal sealed class Passwords(UserManager<Account> users, AccountStore store, TimeProvider time)
{
    internal const int MostCharacters = 200;

    // What a check against no account is compared with, so that it takes as long as one against an account.
    private static readonly Account Nobody = new() { Email = "nobody" };
    private static string? nobodysHash;

    /// <summary>The account when e-mail and password are right and it does not rest; else null, whatever the reason.</summary>
    public async Task<Account?> CheckAsync(string email, string password, CancellationToken ct)
    {
        if (password.Length > MostCharacters)
        {
            return null;
        }

        var account = await store.ChargeAttemptAsync(users.NormalizeEmail(email)!, time.GetUtcNow(), ct);
        if (account is null)
        {
            Fits(null, password);
            return null;
        }

        if (!await users.CheckPasswordAsync(account, password))
        {
            return null;
        }

        await store.ForgiveAsync(account, ct);
        return account;
    }

    /// <summary>Whether a password fits a hash. Without a hash it does not, and takes as long to say so.</summary>
    public bool Fits(string? hash, string password)
    {
        nobodysHash ??= users.PasswordHasher.HashPassword(Nobody, "no password is this");
        return users.PasswordHasher.VerifyHashedPassword(Nobody, hash ?? nobodysHash, password) != PasswordVerificationResult.Failed && hash is not null;
    }

    /// <summary>An e-mail address as it is compared.</summary>
    public string KeyOf(string email) => users.NormalizeEmail(email)!;

    public Task<Account?> FindAsync(string email) => users.FindByEmailAsync(email);

    /// <summary>What is wrong with a new password, or null.</summary>
    public async Task<string?> RefuseAsync(string password)
    {
        if (password.Length > MostCharacters)
        {
            return $"A password has at most {MostCharacters} characters.";
        }

        foreach (var validator in users.PasswordValidators)
        {
            var result = await validator.ValidateAsync(users, Nobody, password);
            if (!result.Succeeded)
            {
                return string.Join(' ', result.Errors.Select(error => error.Description));
            }
        }

        return null;
    }

    /// <summary>A new account that is not stored yet.</summary>
    public Account Make(string email, string password)
    {
        var account = new Account
        {
            Email = email,
            EmailKey = users.NormalizeEmail(email)!,
            SecurityStamp = users.GenerateNewAuthenticatorKey(),
        };
        account.PasswordHash = users.PasswordHasher.HashPassword(account, password);
        return account;
    }
}
