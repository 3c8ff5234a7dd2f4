using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Steward.Platform.Access.Accounts;
using Steward.Platform.Events;
using Steward.Platform.Events.Records;
using Steward.Platform.Operators;
using Steward.Platform.Postgres;
using Steward.Platform.Tenancy;

namespace Steward.Platform.Access.SignIn;

/// <param name="Tenant">Which of the account's tenants was asked for; null for none in particular.</param>
internal sealed record FailedSignIn(string Email, Guid? Tenant, bool OfOperator, Actor By);

/// <summary>
/// Attempts to sign in that did not fit, recorded after they were answered: how long the answer took does not tell whether there is such an
/// account. For an address that nobody has, nothing is recorded.
/// </summary>
internal sealed class FailedSignIns(IServiceScopeFactory scopes, Database database, ILogger<FailedSignIns> log) : AfterAnswers<FailedSignIn>(log)
{
    protected override async Task HandleAsync(FailedSignIn failed, CancellationToken ct)
    {
        await using var scope = scopes.CreateAsyncScope();
        if (failed.OfOperator)
        {
            if (await scope.ServiceProvider.GetRequiredService<OperatorPeople>().FindAsync(failed.Email, ct) is { } known)
            {
                await RecordAsync(TenantId.Installation, new OperatorChanged(known.Id, "sign_in_failed"), failed.By, ct);
            }

            return;
        }

        if (await scope.ServiceProvider.GetRequiredService<Passwords>().FindAsync(failed.Email) is not { } account)
        {
            return;
        }

        var memberships = await scope.ServiceProvider.GetRequiredService<Session>().MembershipsAsync(account.Id, ct);
        foreach (var (tenant, member) in memberships.Where(membership => failed.Tenant is null || membership.Tenant.Value == failed.Tenant))
        {
            await RecordAsync(tenant, new MemberSignInFailed(member), failed.By, ct);
        }
    }

    private async Task RecordAsync<TEvent>(TenantId tenant, TEvent happened, Actor by, CancellationToken ct)
        where TEvent : IEvent
    {
        var session = database.For(tenant);
        session.Record(happened, by);
        await session.SendAsync(ct);
    }
}
