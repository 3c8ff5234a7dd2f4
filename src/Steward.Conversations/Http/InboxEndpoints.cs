using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Steward.Conversations.Delivery;
using Steward.Conversations.Intake;
using Steward.Conversations.People;
using Steward.Conversations.Turns;
using Steward.Platform.Access;
using Steward.Platform.Paging;

namespace Steward.Conversations.Http;

/// <summary>What people do with conversations.</summary>
internal static class InboxEndpoints
{
    public static async Task<Ok<Page<ConversationWire>>> ListAsync(
        HttpContext http, ConversationInbox inbox, CancellationToken ct, string? state = null, Guid? assignee = null, Guid? channel = null, Guid? contact = null,
        string? q = null, string? cursor = null, int limit = 50)
    {
        var filter = new ConversationFilter(
            state is null ? null : Callers.Enum<ConversationState>(state, "state"), assignee, channel, contact, cursor, limit, q);
        var page = await inbox.ListAsync(http.Caller().Viewer(), filter, ct);
        return TypedResults.Ok(new Page<ConversationWire>([.. page.Items.Select(Wire.Of)], page.Next));
    }

    public static async Task<Ok<ConversationWire>> FindAsync(Guid id, HttpContext http, ConversationInbox inbox, CancellationToken ct)
    {
        var found = await inbox.FindAsync(http.Caller().Viewer(), id, ct) ?? throw ConversationProblems.Unknown();
        http.SetETag(found.Version);
        return TypedResults.Ok(Wire.Of(found));
    }

    public static async Task<NoContent> AssignAsync(Guid id, AssignRequest request, HttpContext http, ConversationInbox inbox, CancellationToken ct)
    {
        await inbox.AssignAsync(http.Caller().Viewer(), id, request.MemberId, ct);
        return TypedResults.NoContent();
    }

    public static async Task<NoContent> TakeOverAsync(Guid id, HttpContext http, ConversationInbox inbox, CancellationToken ct)
    {
        await inbox.TakeOverAsync(http.Caller().Viewer(), id, ct);
        return TypedResults.NoContent();
    }

    public static async Task<Ok<MessageWire>> ReplyAsync(
        Guid id, MemberReplyRequest request, HttpContext http, ConversationInbox inbox, IMemberNames names, CancellationToken ct)
    {
        var key = request.ClientId ?? (http.Request.Headers["Idempotency-Key"] is { Count: > 0 } given ? given.ToString() : null);
        var message = await inbox.ReplyAsync(http.Caller().Viewer(), id, request.Text ?? "", key, ct);
        return TypedResults.Ok(Wire.Of(message, await names.AuthorAsync(http.Caller().Tenant, message, ct), toContact: false));
    }

    public static async Task<NoContent> GiveBackAsync(Guid id, HttpContext http, ConversationInbox inbox, CancellationToken ct)
    {
        await inbox.GiveBackAsync(http.Caller().Viewer(), id, ct);
        return TypedResults.NoContent();
    }

    public static async Task<NoContent> ResolveAsync(Guid id, HttpContext http, ConversationInbox inbox, CancellationToken ct)
    {
        await inbox.ResolveAsync(http.Caller().Viewer(), id, ct);
        return TypedResults.NoContent();
    }

    public static async Task<NoContent> ReopenAsync(Guid id, HttpContext http, ConversationInbox inbox, CancellationToken ct)
    {
        await inbox.ReopenAsync(http.Caller().Viewer(), id, ct);
        return TypedResults.NoContent();
    }

    public static async Task<NoContent> SnoozeAsync(
        Guid id, SnoozeRequest request, HttpContext http, ConversationInbox inbox, TimeProvider time, CancellationToken ct)
    {
        if (request.Until <= time.GetUtcNow() || request.Until > time.GetUtcNow().AddYears(1))
        {
            throw new ConversationProblemException(400, "conversation.snooze_invalid", "'until' is a time from now on, at most a year ahead.");
        }

        await inbox.SnoozeAsync(http.Caller().Viewer(), id, request.Until, ct);
        return TypedResults.NoContent();
    }

    public static async Task<Ok<ConversationWire>> EditAsync(Guid id, EditRequest request, HttpContext http, ConversationInbox inbox, CancellationToken ct)
    {
        var edit = new ConversationEdit(
            request.Title, request.Tags, request.Record?.Kind, request.Record?.Id,
            request.Visibility is null ? null : Callers.Enum<ConversationVisibility>(request.Visibility, "visibility"));
        var now = await inbox.EditAsync(http.Caller().Viewer(), id, edit, http.ExpectedVersions(), ct);
        http.SetETag(now.Version);
        return TypedResults.Ok(Wire.Of(now));
    }

    public static async Task<Ok<Page<TurnView>>> TurnsAsync(
        Guid id, HttpContext http, TurnReader turns, CancellationToken ct, string? cursor = null, int limit = 20)
    {
        var page = await turns.ListAsync(http.Caller().Viewer(), id, cursor, limit, ct);
        return TypedResults.Ok(page);
    }

    public static async Task<Ok<Page<DeliveryView>>> DeliveriesAsync(Guid id, HttpContext http, DeliveryDesk desk, CancellationToken ct)
        => TypedResults.Ok(new Page<DeliveryView>(await desk.ListAsync(http.Caller().Viewer(), id, ct), null));

    public static async Task<Accepted<DeliveryView>> ResendAsync(Guid id, Guid deliveryId, HttpContext http, DeliveryDesk desk, CancellationToken ct)
        => TypedResults.Accepted((string?)null, await desk.ResendAsync(http.Caller().Viewer(), id, deliveryId, ct));

    public static async Task<Ok<DeadLettersWire>> DeadLettersAsync(HttpContext http, DeliveryDesk desk, CancellationToken ct, int limit = 50)
    {
        var (deliveries, turns) = await desk.DeadAsync(http.Caller().Viewer(), limit, ct);
        return TypedResults.Ok(new DeadLettersWire(deliveries, turns));
    }
}
