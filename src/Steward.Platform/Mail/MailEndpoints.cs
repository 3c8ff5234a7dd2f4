using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Steward.Platform.Access;
using Steward.Platform.Paging;
using Steward.Platform.Problems;
using Steward.Platform.Tenancy;
using Steward.Platform.Wakeups;

namespace Steward.Platform.Mail;

/// <param name="Kind">What it is about: invitation, notice, ...</param>
/// <param name="State">queued, sending, sent or failed.</param>
/// <param name="MayHaveBeenRepeated">An attempt ended without an answer, so it may have arrived twice.</param>
/// <param name="Code">Why the last attempt did not succeed.</param>
internal sealed record MailAnswer(
    Guid Id, string Kind, string To, string State, int Attempts, bool MayHaveBeenRepeated, string? Code, DateTimeOffset CreatedAt, DateTimeOffset ChangedAt);

/// <summary>What became of the tenant's mails.</summary>
internal static class MailEndpoints
{
    private const string List = "mails";

    public static void Map(IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/mails").WithTags("Mail");
        group.MapGet("", ListAsync).RequirePermission(Permissions.MailRead).WithName("ListMails").WithSummary("The tenant's mails, newest first; state=failed are the dead letters.");
        group.MapGet("/{id:guid}", GetAsync).RequirePermission(Permissions.MailRead).WithName("GetMail").WithSummary("What became of one mail.");
        group.MapPost("/{id:guid}/resend", ResendAsync).RequirePermission(Permissions.MailWrite).WithName("ResendMail").WithSummary("Sends a failed mail again.");
    }

    private static async Task<Results<Ok<Page<MailAnswer>>, ProblemHttpResult>> ListAsync(
        string? state, int? limit, string? cursor, HttpContext http, MailStore store, MailSeals seals, CancellationToken ct)
    {
        MailState? wanted = null;
        if (state is not null)
        {
            if (Array.Find(Enum.GetValues<MailState>(), value => Name(value) == state) is var found && Name(found) != state)
            {
                return Problem.Of(StatusCodes.Status400BadRequest, "mail.state_unknown", "The state is queued, sending, sent or failed.");
            }

            wanted = found;
        }

        var (tenant, size) = (http.Caller().Tenant, Page.Size(limit));
        var rows = await store.ListAsync(tenant, wanted, Cursors.ReadTime(List, cursor), size, ct);
        var answers = new List<MailAnswer>(rows.Count);
        foreach (var row in rows)
        {
            answers.Add(await AnswerAsync(tenant, row, seals, ct));
        }

        return TypedResults.Ok(Page.Of(answers, size, last => Cursors.Of(List, last.CreatedAt, last.Id)));
    }

    private static async Task<Results<Ok<MailAnswer>, ProblemHttpResult>> GetAsync(Guid id, HttpContext http, MailStore store, MailSeals seals, CancellationToken ct) =>
        await store.FindAsync(http.Caller().Tenant, id, ct) is { } row ? TypedResults.Ok(await AnswerAsync(http.Caller().Tenant, row, seals, ct)) : NotFound();

    private static async Task<Results<Accepted<MailAnswer>, ProblemHttpResult>> ResendAsync(
        Guid id, HttpContext http, MailStore store, MailSeals seals, IWakeups wakeups, CancellationToken ct)
    {
        var tenant = http.Caller().Tenant;
        var queued = await store.ResendAsync(tenant, id, () => wakeups.Send(MailOutbox.Topic, ""), ct);
        return await store.FindAsync(tenant, id, ct) is not { } row ? NotFound()
            : queued ? TypedResults.Accepted($"/api/mails/{id:D}", await AnswerAsync(tenant, row, seals, ct))
            : Problem.Of(StatusCodes.Status409Conflict, "mail.not_resendable", "Only a failed mail can be sent again. Read it to see its state.");
    }

    private static ProblemHttpResult NotFound() => Problem.Of(StatusCodes.Status404NotFound, "mail.not_found", "There is no such mail.");

    private static async ValueTask<MailAnswer> AnswerAsync(TenantId tenant, MailView row, MailSeals seals, CancellationToken ct) => new(
        row.Id, row.Kind, Encoding.UTF8.GetString(await seals.OpenAsync(tenant, row.Id, "recipient", row.Recipient, ct)), Name(row.State), row.Attempts,
        row.MaybeRepeated, row.Code, row.CreatedAt, row.ChangedAt);

    private static string Name(MailState state) => state.ToString().ToLowerInvariant();
}
