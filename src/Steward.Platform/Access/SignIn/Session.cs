using Microsoft.AspNetCore.Http;
using Steward.Platform.Access.Authentication;
using Steward.Platform.Access.Members;
using Steward.Platform.Events;
using Steward.Platform.Events.Records;
using Steward.Platform.Postgres;
using Steward.Platform.Tenancy;

namespace Steward.Platform.Access.SignIn;

/// <summary>Who the caller is, as <c>GET /api/auth/me</c> answers.</summary>
/// <param name="Kind">member, apiKey or visitor.</param>
/// <param name="Tenants">Members only: the tenants the same account may sign in to.</param>
/// <param name="AntiforgeryToken">Members only: goes back in the header X-Steward-Antiforgery with every change.</param>
internal sealed record Me(
    string Kind, Guid Id, Guid TenantId, string TenantName, string? Name, string? Email, bool? EmailVerified, string? Role,
    IReadOnlyList<string> Permissions, IReadOnlyList<Guid>? Tenants, string? AntiforgeryToken);

/// <summary>Sessions of members and what is told about them.</summary>
internal sealed class Session(Database database, MemberCache members, MemberStore rows, ITenants tenants, AntiforgeryTokens antiforgery)
{
    /// <summary>The active memberships of an account, oldest first.</summary>
    public Task<List<(TenantId Tenant, Guid Member)>> MembershipsAsync(Guid account, CancellationToken ct) => database.DispatchAsync(
        "select tenant_id, member_id from platform.memberships($1)", row => (new TenantId(row.GetGuid(0)), row.GetGuid(1)), ct, Sql.Uuid(account));

    public async Task<Me> BeginAsync(HttpContext http, TenantId tenant, Guid memberId, CancellationToken ct)
    {
        var member = await members.FindAsync(tenant, memberId, ct) ?? throw new InvalidOperationException("A member that was just found is gone.");
        await MemberCookie.SignInAsync(http, member);
        return await DescribeAsync(http, ct);
    }

    /// <summary>As above, for someone who signed in.</summary>
    public async Task<Me> SignInAsync(HttpContext http, TenantId tenant, Guid memberId, CancellationToken ct)
    {
        var session = database.For(tenant);
        session.Record(new MemberSignedIn(memberId), Actor.OrMember(memberId));
        await session.SendAsync(ct);
        return await BeginAsync(http, tenant, memberId, ct);
    }

    public async Task<Me> DescribeAsync(HttpContext http, CancellationToken ct)
    {
        var caller = http.Caller();
        var tenant = await tenants.FindAsync(caller.Tenant, ct);
        var permissions = caller.Permissions.Order(StringComparer.Ordinal).ToArray();
        if (caller.Kind != CallerKind.Member)
        {
            var kind = caller.Kind == CallerKind.ApiKey ? "apiKey" : "visitor";
            return new Me(kind, caller.Id, caller.Tenant.Value, tenant?.Name ?? "", null, null, null, null, permissions, null, null);
        }

        var row = await rows.FindAsync(caller.Tenant, caller.Id, ct);
        var account = await members.FindAsync(caller.Tenant, caller.Id, ct);
        var memberships = account is null ? [] : await MembershipsAsync(account.AccountId, ct);
        return new Me(
            "member", caller.Id, caller.Tenant.Value, tenant?.Name ?? "", row?.Name, row?.Email, row?.EmailVerified, row?.Role.Name(), permissions,
            [.. memberships.Select(membership => membership.Tenant.Value)], antiforgery.TokenFor(http.User));
    }
}
