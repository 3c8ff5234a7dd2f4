using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Steward.Conversations.Intake;
using Steward.Conversations.People;
using Steward.Platform.Access;
using Steward.Platform.Paging;

namespace Steward.Conversations.Http;

/// <summary>The contact's side: start, write, read, type, ask for a person. A visitor reaches only its own conversations.</summary>
internal static class ContactEndpoints
{
    private const int LongestWait = 120;

    public static async Task<Created<StartAnswer>> StartAsync(
        StartRequest? request, HttpContext http, ConversationIntake intake, IVisitorTokens tokens, CancellationToken ct)
    {
        var caller = http.Caller();
        var contact = request?.Contact;
        var start = caller.IsContact()
            ? new StartConversation(caller.ChannelId, caller.ContactId)
            : new StartConversation(
                request?.Channel, null, contact is null ? null : new ContactDetails(contact.Name, contact.Email, contact.Phone, contact.Language, contact.Identity));
        var made = await intake.StartAsync(caller.Tenant, start, ct);
        var token = tokens.Issue(caller.Tenant, made.ChannelId, made.ContactId);
        return TypedResults.Created($"/api/conversations/{made.Id}", new StartAnswer(made.Id, made.Number, token.Value, made.ContactId));
    }

    public static async Task<Results<Ok<MessageAnswer>, Accepted<MessageAnswer>>> SayAsync(
        Guid id, MessageRequest request, HttpContext http, ConversationIntake intake, CancellationToken ct, double? wait = null)
    {
        var caller = http.Caller();
        var key = request.ClientId ?? (http.Request.Headers["Idempotency-Key"] is { Count: > 0 } given ? given.ToString() : null);
        var seconds = Math.Clamp(double.IsFinite(wait ?? 0) ? wait ?? 0 : 0, 0, LongestWait);
        var received = await intake.ReceiveAsync(
            caller.Tenant, new IncomingMessage(request.Text ?? "", id, ClientId: MessageText.CheckedClientId(key), Wait: seconds > 0), caller.ContactId, caller.Sender(), ct);
        var reply = seconds > 0
            ? await intake.WaitAsync(caller.Tenant, id, received.Number, TimeSpan.FromSeconds(seconds), ct)
            : null;
        return reply is null
            ? TypedResults.Accepted((string?)null, new MessageAnswer(received.MessageId, received.Number, null))
            : TypedResults.Ok(new MessageAnswer(received.MessageId, received.Number, Wire.Of(reply, caller.IsContact())));
    }

    public static async Task<Ok<Page<MessageWire>>> MessagesAsync(
        Guid id, HttpContext http, ConversationReader reader, IMemberNames names, CancellationToken ct, long after = 0, int limit = 100)
    {
        var caller = http.Caller();
        var page = await reader.MessagesAsync(caller.Viewer(), id, after, limit, ct);
        var items = new List<MessageWire>(page.Items.Count);
        foreach (var message in page.Items)
        {
            items.Add(Wire.Of(message, await names.AuthorAsync(caller.Tenant, message, ct), caller.IsContact()));
        }

        return TypedResults.Ok(new Page<MessageWire>(items, page.Next));
    }

    public static async Task<NoContent> TypingAsync(
        Guid id, TypingRequest request, HttpContext http, ConversationIntake intake, ConversationReader reader, CancellationToken ct)
    {
        var caller = http.Caller();
        _ = await reader.StandingAsync(caller.Viewer(), id, ct) ?? throw ConversationProblems.Unknown();
        await intake.TypingAsync(caller.Tenant, id, request.Typing, ct);
        return TypedResults.NoContent();
    }

    public static async Task<NoContent> HandoffAsync(
        Guid id, HandoffRequest? request, HttpContext http, ConversationInbox inbox, ConversationReader reader, CancellationToken ct)
    {
        var caller = http.Caller();
        _ = await reader.StandingAsync(caller.Viewer(), id, ct) ?? throw ConversationProblems.Unknown();
        // The reason is a code of ours or the caller's program; what a contact types belongs in a message.
        var reason = request?.Reason is { Length: > 0 and <= 60 } code && code.All(static c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-') ? code : "contact";
        await inbox.RequestPersonAsync(caller.Tenant, id, reason, ct);
        return TypedResults.NoContent();
    }
}
