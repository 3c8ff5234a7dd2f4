using Steward.Platform.Access.Accounts;
using Steward.Platform.Access.Keys;
using Steward.Platform.Access.Members;
using Steward.Platform.Postgres;
using Steward.Platform.Tenancy;
using Microsoft.Extensions.DependencyInjection;

namespace Steward.Platform.Access;

internal sealed class AccessSetup(Database database, ApiKeyStore keys, IServiceScopeFactory scopes) : IAccessSetup
{
    public async Task<Guid> AddMemberAsync(TenantId tenant, string email, string name, string password, Role role, CancellationToken ct)
    {
        if (!Inputs.IsEmail(email))
        {
            throw new ArgumentException("A member needs an e-mail address.", nameof(email));
        }

        if (!Inputs.IsName(name))
        {
            throw new ArgumentException("A member needs a name on one line.", nameof(name));
        }

        await using var scope = scopes.CreateAsyncScope();
        var passwords = scope.ServiceProvider.GetRequiredService<Passwords>();
        var session = database.For(tenant);
        var account = await passwords.FindAsync(email);
        if (account is null)
        {
            if (await passwords.RefuseAsync(password) is { } reason)
            {
                throw new ArgumentException(reason, nameof(password));
            }

            account = passwords.Make(email, password);
            AccountStore.AppendCreate(session, account);
        }

        var member = Guid.CreateVersion7();
        MemberStore.AppendJoin(session, member, account.Id, name, role);
        await session.SendAsync(ct);
        return member;
    }

    public async Task<ApiKey> AddKeyAsync(TenantId tenant, string name, IReadOnlySet<string> permissions, CancellationToken ct)
    {
        if (!permissions.IsSubsetOf(Permissions.All))
        {
            throw new ArgumentException("A key holds permissions of the list in Permissions.", nameof(permissions));
        }

        var (row, secret) = await keys.CreateAsync(tenant, name, permissions, null, Guid.Empty, ct);
        return new ApiKey(row.Id, secret);
    }
}
