using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Steward.Conversations.Erasing;
using Steward.Conversations.Exporting;
using Steward.Conversations.Http;
using Steward.Conversations.Http.Sockets;
using Steward.Conversations.Words;
using Steward.Platform.Access;
using Steward.Platform.Audit;
using Steward.Platform.Idempotency;
using Steward.Platform.Limits;
using Steward.Platform.Paging;

namespace Steward.Conversations;

/// <summary>This room's second door.</summary>
public static class ConversationEndpoints
{
    /// <summary>Maps <c>/api/conversations</c>, <c>/api/contacts</c>, <c>/api/channels</c> and <c>/api/dead-letters</c>.</summary>
    public static IEndpointRouteBuilder MapConversations(this IEndpointRouteBuilder routes)
    {
        var api = routes.MapGroup("/api").AddEndpointFilter(Callers.AnswerProblems);
        MapContactSide(api.MapGroup("/conversations").WithTags("Conversations"));
        MapPeopleSide(api.MapGroup("/conversations").WithTags("Inbox"));
        api.MapGet("/dead-letters", InboxEndpoints.DeadLettersAsync).RequirePermission(Permissions.ConversationsRead).WithTags("Inbox")
            .WithName("ListDeadLetters").WithSummary("Turns and deliveries that ended without reaching the contact.");
        MapDirectory(api);
        return routes;
    }

    private static void MapContactSide(RouteGroupBuilder group)
    {
        group.MapPost("/", ContactEndpoints.StartAsync).RequirePermission(Permissions.ConversationsConverse).LimitCaller().LimitStarts().Idempotent()
            .NotAudited("The contact's side of a conversation.").WithName("StartConversation").WithSummary("Starts a conversation and gives a token for its contact.");
        // Its own client id makes it idempotent, in the statement that stores the message.
        group.MapPost("/{id:guid}/messages", ContactEndpoints.SayAsync).RequirePermission(Permissions.ConversationsConverse).LimitCaller()
            .NotAudited("The contact's side of a conversation.").WithName("SendMessage").WithSummary("Stores a contact's message; with ?wait answers with the reply.");
        group.MapGet("/{id:guid}/messages", ContactEndpoints.MessagesAsync).RequirePermission(Permissions.ConversationsRead, Permissions.ConversationsConverse)
            .WithName("ListMessages").WithSummary("Stored messages after a number, oldest first.");
        group.MapGet("/{id:guid}/events", EventStream.ReadAsync).RequirePermission(Permissions.ConversationsRead, Permissions.ConversationsConverse)
            .WithName("ReadConversationEvents").WithSummary("What happens in the conversation, as server-sent events that resume.");
        group.MapGet("/{id:guid}/socket", SocketEndpoint.OpenAsync).RequirePermission(Permissions.ConversationsRead, Permissions.ConversationsConverse)
            .Produces(StatusCodes.Status101SwitchingProtocols)
            .WithName("OpenConversationSocket").WithSummary("The events as frames of a WebSocket that also takes messages in.");
        group.MapPost("/{id:guid}/typing", ContactEndpoints.TypingAsync).RequirePermission(Permissions.ConversationsConverse)
            .NotAudited("The contact's side of a conversation.").WithName("SetTyping").WithSummary("Says that the contact types or has stopped.");
        group.MapPost("/{id:guid}/handoff", ContactEndpoints.HandoffAsync).RequirePermission(Permissions.ConversationsConverse)
            .NotAudited("The contact's side of a conversation.").WithName("RequestPerson").WithSummary("The contact asks for a person.");
    }

    private static void MapPeopleSide(RouteGroupBuilder group)
    {
        group.MapGet("/", InboxEndpoints.ListAsync).RequirePermission(Permissions.ConversationsRead)
            .WithName("ListConversations").WithSummary("Conversations by state; those that wait come longest first. With q, those that hold all its words, newest first.");
        group.MapGet("/export", ExportEndpoints.ConversationsAsync).RequirePermission(Permissions.ContactsExport).Produces(StatusCodes.Status200OK, contentType: "application/x-ndjson")
            .WithName("ExportConversations").WithSummary("Conversations that began in a time, with their messages, a line each; masked where the tenant wants it.");
        group.MapGet("/word-search", WordSearchEndpoints.FindAsync).RequirePermission(Permissions.TenantRead)
            .WithName("GetWordSearch").WithSummary("Whether conversations are found by words.");
        group.MapPut("/word-search", WordSearchEndpoints.SwitchAsync).RequirePermission(Permissions.TenantWrite).RequireIfMatch()
            .WithName("SwitchWordSearch").WithSummary("Switches the search by words; switched off, all stored words are removed. Takes If-Match.");
        group.MapGet("/{id:guid}", InboxEndpoints.FindAsync).RequirePermission(Permissions.ConversationsRead)
            .WithName("GetConversation").WithSummary("One conversation.");
        group.MapPatch("/{id:guid}", InboxEndpoints.EditAsync).RequirePermission(Permissions.ConversationsWrite).RequireIfMatch()
            .WithName("EditConversation").WithSummary("Changes title, tags, record or visibility; needs If-Match.");
        group.MapPost("/{id:guid}/assign", InboxEndpoints.AssignAsync).RequirePermission(Permissions.ConversationsWrite)
            .WithName("AssignConversation").WithSummary("Names who is responsible.");
        group.MapPost("/{id:guid}/take-over", InboxEndpoints.TakeOverAsync).RequirePermission(Permissions.ConversationsWrite)
            .WithName("TakeOverConversation").WithSummary("Takes the conversation; the assistant says nothing after this answers.");
        group.MapPost("/{id:guid}/reply", InboxEndpoints.ReplyAsync).RequirePermission(Permissions.ConversationsWrite)
            .NotAudited("A message, which the conversation keeps with its author.").WithName("ReplyToConversation").WithSummary("Writes to the contact as a member.");
        group.MapPost("/{id:guid}/give-back", InboxEndpoints.GiveBackAsync).RequirePermission(Permissions.ConversationsWrite)
            .WithName("GiveConversationBack").WithSummary("Gives the conversation back to the assistant.");
        group.MapPost("/{id:guid}/resolve", InboxEndpoints.ResolveAsync).RequirePermission(Permissions.ConversationsWrite)
            .WithName("ResolveConversation").WithSummary("Marks the conversation as done.");
        group.MapPost("/{id:guid}/reopen", InboxEndpoints.ReopenAsync).RequirePermission(Permissions.ConversationsWrite)
            .WithName("ReopenConversation").WithSummary("Opens a resolved or snoozed conversation.");
        group.MapPost("/{id:guid}/snooze", InboxEndpoints.SnoozeAsync).RequirePermission(Permissions.ConversationsWrite)
            .WithName("SnoozeConversation").WithSummary("Puts the conversation away until a time.");
        group.MapGet("/{id:guid}/turns", InboxEndpoints.TurnsAsync).RequirePermission(Permissions.TracesRead)
            .WithName("ListTurns").WithSummary("Turns with why they came out as they did, newest first.");
        group.MapGet("/{id:guid}/deliveries", InboxEndpoints.DeliveriesAsync).RequirePermission(Permissions.ConversationsRead)
            .WithName("ListDeliveries").WithSummary("How the conversation's messages were carried out.");
        group.MapPost("/{id:guid}/deliveries/{deliveryId:guid}/resend", InboxEndpoints.ResendAsync).RequirePermission(Permissions.ConversationsWrite)
            .WithName("ResendDelivery").WithSummary("Sends a failed or withheld message again.");
    }

    private static void MapDirectory(RouteGroupBuilder api)
    {
        var channels = api.MapGroup("/channels").WithTags("Channels");
        channels.MapGet("/", DirectoryEndpoints.ChannelsAsync).RequirePermission(Permissions.ChannelsRead).WithName("ListChannels").WithSummary("The tenant's channels.");
        channels.MapPost("/", DirectoryEndpoints.CreateChannelAsync).RequirePermission(Permissions.ChannelsWrite).Idempotent()
            .WithName("CreateChannel").WithSummary("Creates a channel.");
        channels.MapGet("/{id:guid}", DirectoryEndpoints.ChannelAsync).RequirePermission(Permissions.ChannelsRead).WithName("GetChannel").WithSummary("One channel.");
        channels.MapPatch("/{id:guid}", DirectoryEndpoints.EditChannelAsync).RequirePermission(Permissions.ChannelsWrite).RequireIfMatch()
            .WithName("EditChannel").WithSummary("Changes a channel; needs If-Match.");
        channels.MapDelete("/{id:guid}", DirectoryEndpoints.DisableChannelAsync).RequirePermission(Permissions.ChannelsWrite)
            .WithName("DisableChannel").WithSummary("Disables a channel; its history stays.");

        var contacts = api.MapGroup("/contacts").WithTags("Contacts");
        contacts.MapGet("/", DirectoryEndpoints.ContactsAsync).RequirePermission(Permissions.ConversationsRead).WithName("ListContacts").WithSummary("Contacts, newest first.");
        contacts.MapGet("/{id:guid}", DirectoryEndpoints.ContactAsync).RequirePermission(Permissions.ConversationsRead).WithName("GetContact").WithSummary("One contact.");
        contacts.MapPatch("/{id:guid}", DirectoryEndpoints.EditContactAsync).RequirePermission(Permissions.ConversationsWrite).RequireIfMatch()
            .WithName("EditContact").WithSummary("Changes a contact's details, and whether it may be written to; needs If-Match.");
        contacts.MapGet("/{id:guid}/export", ExportEndpoints.ContactAsync).RequirePermission(Permissions.ContactsExport).Produces(StatusCodes.Status200OK, contentType: "application/json")
            .WithName("ExportContact").WithSummary("Everything that is held of one contact, streamed; never masked.");
        contacts.MapDelete("/{id:guid}", EraseEndpoints.EraseAsync).RequirePermission(Permissions.ContactsErase).Idempotent()
            .WithName("EraseContact").WithSummary("Erases a contact with everything it said; answers with the erasure, which goes on in the background.");
    }
}
