using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Steward.Platform.Access;
using Steward.Platform.Paging;

namespace Steward.Conversations.Http;

/// <summary>Channels and contacts.</summary>
internal static class DirectoryEndpoints
{
    private const int LongestSettings = 64_000;

    public static async Task<Ok<Page<ChannelWire>>> ChannelsAsync(HttpContext http, IChannelDirectory channels, CancellationToken ct)
        => TypedResults.Ok(new Page<ChannelWire>([.. (await channels.ListAsync(http.Caller().Tenant, ct)).Select(Wire.Of)], null));

    public static async Task<Ok<ChannelWire>> ChannelAsync(Guid id, HttpContext http, IChannelDirectory channels, CancellationToken ct)
    {
        var found = await channels.FindAsync(http.Caller().Tenant, id, ct) ?? throw ConversationProblems.ChannelUnknown();
        http.SetETag(found.Version);
        return TypedResults.Ok(Wire.Of(found));
    }

    public static async Task<Created<ChannelWire>> CreateChannelAsync(ChannelRequest request, HttpContext http, IChannelDirectory channels, CancellationToken ct)
    {
        var made = await channels.CreateAsync(
            http.Caller().Tenant, new NewChannel(request.Kind ?? "", request.Name ?? "", request.AssistantId, Settings(request.Settings)), ct);
        http.SetETag(made.Version);
        return TypedResults.Created($"/api/channels/{made.Id}", Wire.Of(made));
    }

    public static async Task<Ok<ChannelWire>> EditChannelAsync(
        Guid id, ChannelEditRequest request, HttpContext http, IChannelDirectory channels, CancellationToken ct)
    {
        var now = await channels.EditAsync(
            http.Caller().Tenant, id, new ChannelEdit(request.Name, request.AssistantId, Settings(request.Settings), request.Enabled), http.ExpectedVersions(), ct);
        http.SetETag(now.Version);
        return TypedResults.Ok(Wire.Of(now));
    }

    public static async Task<NoContent> DisableChannelAsync(Guid id, HttpContext http, IChannelDirectory channels, CancellationToken ct)
    {
        await channels.DisableAsync(http.Caller().Tenant, id, ct);
        return TypedResults.NoContent();
    }

    public static async Task<Ok<Page<ContactView>>> ContactsAsync(
        HttpContext http, IContacts contacts, CancellationToken ct, string? cursor = null, int limit = 50)
    {
        var page = await contacts.ListAsync(http.Caller().Tenant, cursor, limit, ct);
        return TypedResults.Ok(page);
    }

    public static async Task<Ok<ContactView>> ContactAsync(Guid id, HttpContext http, IContacts contacts, CancellationToken ct)
    {
        var found = await contacts.FindAsync(http.Caller().Tenant, id, ct) ?? throw ConversationProblems.ContactUnknown();
        http.SetETag(found.Version);
        return TypedResults.Ok(found);
    }

    public static async Task<Ok<ContactView>> EditContactAsync(Guid id, ContactEditRequest request, HttpContext http, IContacts contacts, CancellationToken ct)
    {
        var details = new ContactDetails(request.Name, request.Email, request.Phone, request.Language);
        var now = await contacts.EditAsync(http.Caller().Tenant, id, details, http.ExpectedVersions(), ct, request.MayWrite);
        http.SetETag(now.Version);
        return TypedResults.Ok(now);
    }

    private static string? Settings(System.Text.Json.JsonElement? settings)
    {
        if (settings is not { ValueKind: not System.Text.Json.JsonValueKind.Null } given)
        {
            return null;
        }

        return given.ValueKind == System.Text.Json.JsonValueKind.Object && given.GetRawText() is { Length: <= LongestSettings } text
            ? text
            : throw new ConversationProblemException(400, "channel.settings_invalid", "A channel's settings are one JSON object of at most 64,000 characters.");
    }
}
