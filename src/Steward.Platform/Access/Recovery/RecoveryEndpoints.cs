using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Steward.Platform.Access.Accounts;
using Steward.Platform.Access.Members;
using Steward.Platform.Access.SignIn;
using Steward.Platform.Audit;
using Steward.Platform.Limits;
using Steward.Platform.Mail;
using Steward.Platform.Problems;

namespace Steward.Platform.Access.Recovery;

internal sealed record ResetRequest(string? Email);

internal sealed record RedeemRequest(string? Token, string? Password);

internal sealed record VerificationRequest(string? Token);

/// <param name="Current">The password as it is.</param>
/// <param name="Password">The password to be.</param>
internal sealed record PasswordRequest(string? Current, string? Password);

/// <summary>Forgotten and changed passwords, and proof of an address.</summary>
internal static class RecoveryEndpoints
{
    /// <summary>Requests for a new password from one network address.</summary>
    public const string ResetsOfAddress = "password_reset";

    /// <summary>Mails of one kind about one account.</summary>
    public const string MailsOfAccount = "account_mail";

    public static void Map(IEndpointRouteBuilder routes)
    {
        var resets = routes.MapGroup("/api/password-resets").WithTags("Session");
        resets.MapPost("", AskAsync)
            .OpenToAnyone("Whoever forgot a password cannot sign in. The answer is the same whether there is such an account or not.")
            .LimitBy(ResetsOfAddress, http => new RateSubject(default, http.AddressKey()))
            .WithName("AskPasswordReset").WithSummary("Mails a link to choose a new password, if there is such an account.");
        resets.MapPost("/redeem", RedeemAsync)
            .OpenToAnyone("The token from the mail is the proof.")
            .LimitBy(RateRules.SignIn, http => new RateSubject(default, http.AddressKey()))
            .WithName("RedeemPasswordReset").WithSummary("Sets a new password with the token from the mail, and ends all sessions.");
        var auth = routes.MapGroup("/api/auth").WithTags("Session");
        auth.MapPost("/password", ChangeAsync).RequirePermission(Permissions.Self).WithName("ChangePassword").WithSummary("Changes the password and ends all other sessions.");
        auth.MapPost("/verification", VerifyAsync).RequirePermission(Permissions.Self).NotAudited("It mails a link to oneself.").WithName("AskVerification").WithSummary("Mails a link that proves the address.");
        routes.MapPost("/api/address-verifications", ProveAsync).WithTags("Session")
            .OpenToAnyone("The token from the mail is the proof.")
            .LimitBy(RateRules.SignIn, http => new RateSubject(default, http.AddressKey()))
            .WithName("ProveAddress").WithSummary("Proves an address with the token from the mail.");
    }

    private static async Task<IResult> AskAsync(ResetRequest request, HttpContext http, ResetRequests requests, Passwords passwords, IRateLimits limits, CancellationToken ct)
    {
        if (!Inputs.IsEmail(request.Email))
        {
            return Inputs.BadEmail();
        }

        if (await limits.TryTakeAsync(default, MailsOfAccount, $"reset {passwords.KeyOf(request.Email!)}", ct) is { Allowed: false } full)
        {
            return RateLimitEndpoints.Refused(http, full.RetryAfter);
        }

        return requests.TryAdd(request.Email!)
            ? TypedResults.Accepted((string?)null)
            : Problem.Of(StatusCodes.Status503ServiceUnavailable, "unavailable", "Too many ask for a new password at the moment. Try again in a minute.");
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> RedeemAsync(RedeemRequest request, Passwords passwords, PasswordChanges changes, CancellationToken ct)
    {
        if (await passwords.RefuseAsync(request.Password ?? "") is { } reason)
        {
            return BadPassword(reason);
        }

        return await changes.RedeemAsync(request.Token ?? "", request.Password!, ct)
            ? TypedResults.NoContent()
            : Problem.Of(StatusCodes.Status404NotFound, "password_reset.not_found", "The link was used or has expired. Ask for a new one.");
    }

    private static async Task<Results<Ok<Me>, ProblemHttpResult>> ChangeAsync(
        PasswordRequest request, HttpContext http, Passwords passwords, PasswordChanges changes, MemberCache members, Session session, AccountStore accounts, CancellationToken ct)
    {
        if (await AccountAsync(http, members, accounts, ct) is not { } account)
        {
            return MembersOnly();
        }

        if (await passwords.RefuseAsync(request.Password ?? "") is { } reason)
        {
            return BadPassword(reason);
        }

        if (await passwords.CheckAsync(account.Email, request.Current ?? "", ct) is not { } proven)
        {
            return Problem.Of(StatusCodes.Status422UnprocessableEntity, "password.current", "The current password does not fit, or the account rests: after five wrong attempts it does for 15 minutes.");
        }

        var caller = http.Caller();
        await changes.ChangeAsync(proven, request.Password!, ct);
        return TypedResults.Ok(await session.BeginAsync(http, caller.Tenant, caller.Id, ct));
    }

    private static async Task<IResult> VerifyAsync(
        HttpContext http, MemberCache members, AccountStore accounts, AccountMail mail, IMailOutbox outbox, IRateLimits limits, CancellationToken ct)
    {
        if (await AccountAsync(http, members, accounts, ct) is not { } account)
        {
            return MembersOnly();
        }

        if (await limits.TryTakeAsync(default, MailsOfAccount, $"verify {account.Id}", ct) is { Allowed: false } full)
        {
            return RateLimitEndpoints.Refused(http, full.RetryAfter);
        }

        var session = outbox.ForInstallation();
        await mail.AppendVerificationAsync(session, account, ct);
        await session.SendAsync(ct);
        return TypedResults.Accepted((string?)null);
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> ProveAsync(VerificationRequest request, IMailOutbox outbox, TimeProvider time, CancellationToken ct)
    {
        var session = outbox.ForInstallation();
        var used = AccountTokens.AppendUse(session, request.Token ?? "", TokenPurposes.AddressVerification, time.GetUtcNow());
        await session.SendAsync(ct);
        return used.Value is not null
            ? TypedResults.NoContent()
            : Problem.Of(StatusCodes.Status404NotFound, "address_verification.not_found", "The link was used or has expired. Ask for a new one.");
    }

    private static async Task<Account?> AccountAsync(HttpContext http, MemberCache members, AccountStore accounts, CancellationToken ct)
    {
        var caller = http.Caller();
        return caller.MemberId is { } member && await members.FindAsync(caller.Tenant, member, ct) is { } signedIn
            ? await accounts.FindByIdAsync(signedIn.AccountId.ToString("D"), ct)
            : null;
    }

    private static ProblemHttpResult BadPassword(string reason) => Problem.Of(StatusCodes.Status422UnprocessableEntity, "input.password", reason);

    private static ProblemHttpResult MembersOnly() => Problem.Of(StatusCodes.Status422UnprocessableEntity, "auth.members_only", "Only a signed-in member has a password and an address.");
}
