using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Npgsql;
using Steward.Platform.Access.Accounts;
using Steward.Platform.Access.Authentication;
using Steward.Platform.Access.Recovery;
using Steward.Platform.Access.SignIn;
using Steward.Platform.Problems;
using Steward.Platform.Tenancy;

namespace Steward.Platform.Access.Invitations;

internal sealed record AcceptRequest(string? Name, string? Password);

/// <summary>A person uses the link: becomes a member, with a new account or the one they have, and is signed in.</summary>
internal static class AcceptInvitation
{
    public static async Task<Results<Ok<Me>, ProblemHttpResult>> HandleAsync(
        string token, AcceptRequest request, HttpContext http, InvitationStore invitations, Passwords passwords, Session session,
        AccountMail mail, ITenantStandings standings, CancellationToken ct)
    {
        if (http.Request.Headers.Origin.Count > 0 && !AntiforgeryTokens.IsOwnOrigin(http.Request))
        {
            return AccessFailure.Antiforgery.ToProblem();
        }

        if (InvitationToken.TenantOf(token) is not { } tenant || await invitations.FindAsync(tenant, token, ct) is not { } found)
        {
            return InvitationEndpoints.NotFound();
        }

        standings.Demand(tenant);
        if (!Inputs.IsName(request.Name))
        {
            return Inputs.BadName();
        }

        var person = await PersonAsync(passwords, found.Row.Email, request.Password, ct);
        if (person.Account is null)
        {
            return person.Refusal!;
        }

        // Whoever invited someone and used the link that was shown has made this account, and knows its password.
        if (!person.IsNew && !person.Account.Proven && !found.ByMail)
        {
            return Problem.Of(
                StatusCodes.Status409Conflict, "account.unproven",
                "Nobody has proven yet to read mail at this address. Use the link that was mailed to it, or ask for a new password, which proves it too.");
        }

        try
        {
            var (member, refusal) = await invitations.AcceptAsync(tenant, found, person.Account, person.IsNew, mail, request.Name!.Trim(), ct);
            return refusal switch
            {
                AcceptRefusal.None => TypedResults.Ok(await session.BeginAsync(http, tenant, member, ct)),
                AcceptRefusal.Owned => InvitationEndpoints.HasOwner(),
                _ => InvitationEndpoints.NotFound(),
            };
        }
        catch (PostgresException taken) when (taken.SqlState == PostgresErrorCodes.UniqueViolation)
        {
            return Problem.Of(StatusCodes.Status409Conflict, "member.exists", "This person is a member already. Sign in instead.");
        }
    }

    /// <summary>The account of whoever has proven the address: the one it has, by its password, or a new one; else why not.</summary>
    internal static async Task<(Account? Account, bool IsNew, ProblemHttpResult? Refusal)> PersonAsync(Passwords passwords, string email, string? password, CancellationToken ct)
    {
        var isNew = await passwords.FindAsync(email) is null;
        var (account, refusal) = isNew ? await NewAsync(passwords, email, password) : await OwnAsync(passwords, email, password, ct);
        return (account, isNew, refusal);
    }

    private static async Task<(Account?, ProblemHttpResult?)> NewAsync(Passwords passwords, string email, string? password) =>
        await passwords.RefuseAsync(password ?? "") is { } reason
            ? (null, Problem.Of(StatusCodes.Status422UnprocessableEntity, "input.password", reason))
            : (passwords.Make(email, password!), null);

    private static async Task<(Account?, ProblemHttpResult?)> OwnAsync(Passwords passwords, string email, string? password, CancellationToken ct) =>
        await passwords.CheckAsync(email, password ?? "", ct) is { } account ? (account, null) : (null, SignInEndpoints.WrongCredentials());
}
