using Steward.Platform.Access.Accounts;
using Steward.Platform.Access.Keys;
using Steward.Platform.Access.Members;
using Steward.Platform.Access.Recovery;
using Steward.Platform.Postgres;
using Steward.Platform.Tenancy;
using Microsoft.Extensions.DependencyInjection;

namespace Steward.Platform.Access;

internal sealed class AccessSetup(Database database, ApiKeyStore keys, IServiceScopeFactory scopes) : IAccessSetup
{
    public Task<Guid> AddMemberAsync(TenantId tenant, string email, string name, string password, Role role, CancellationToken ct) =>
        AddAsync(tenant, email, name, password, role, null, ct);

    /// <param name="with">What is appended to the session that makes the member.</param>
    internal async Task<Guid> AddAsync(
        TenantId tenant, string email, string name, string password, Role role, Action<TenantSession, Guid>? with, CancellationToken ct)
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
        if (account is not { Proven: true } && await passwords.RefuseAsync(password) is { } reason)
        {
            throw new ArgumentException(reason, nameof(password));
        }

        if (account is null)
        {
            account = passwords.Make(email, password);
            AccountStore.AppendCreate(session, account);
        }
        else if (!account.Proven)
        {
            await scope.ServiceProvider.GetRequiredService<PasswordChanges>().AppendAsync(session, account, password, ct);
        }

        var member = Guid.CreateVersion7();
        MemberStore.AppendJoin(session, member, account.Id, name, role);
        with?.Invoke(session, member);
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
