using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Steward.Conversations;
using Steward.Platform.Access;
using Steward.Platform.Limits;
using Steward.Platform.Problems;
using Steward.Platform.Tenancy;

namespace Steward.Channels.Widget;

internal sealed record SessionRequest(string? Token);

internal sealed record SessionAssistant(string Name, string Greeting, IReadOnlyList<string> Suggestions);

/// <param name="MessageLength">Characters in one message.</param>
internal sealed record SessionLimits(int MessageLength);

/// <param name="Locale">A BCP 47 tag, or null to follow the browser.</param>
internal sealed record SessionAnswer(
    string Token, DateTimeOffset ExpiresAt, Guid? ConversationId, Guid ContactId, SessionAssistant Assistant, WidgetTheme Theme, string? Locale, SessionLimits Limits);

/// <summary>Gives a visitor a token: the contact of a token that is good or can be renewed, else a new anonymous one. Nothing typed ever merges contacts.</summary>
internal static class WidgetSession
{
    private static readonly WidgetTheme DefaultTheme = new(null, null, null, null);

    public static async Task<Results<Ok<SessionAnswer>, ProblemHttpResult>> OpenAsync(
        string key,
        SessionRequest? request,
        HttpContext http,
        IChannelDirectory channels,
        IContacts contacts,
        IAssistantProfiles profiles,
        IVisitorTokens tokens,
        IRateLimits limits,
        ITenantStandings standings,
        ConversationSettings conversations,
        CancellationToken ct)
    {
        if (await channels.FindByPublicKeyAsync(key, ct) is not { Channel: { Kind: "widget", Enabled: true } channel } found)
        {
            return Problem.Of(StatusCodes.Status404NotFound, "widget.unknown_key", "No widget has this key. Copy the embed line again.");
        }

        var tenant = found.Tenant;
        standings.Demand(tenant);
        var known = request?.Token is { Length: > 0 } given && tokens.TryRenew(given, out var visitor) && visitor.Tenant == tenant && visitor.ChannelId == channel.Id
            ? visitor.ContactId
            : (Guid?)null;
        if (known is null)
        {
            var verdict = await limits.TryTakeAsync(tenant, RateRules.Address, http.AddressKey(), ct);
            if (!verdict.Allowed)
            {
                http.Response.Headers.RetryAfter = Math.Max(1, (long)Math.Ceiling(verdict.RetryAfter.TotalSeconds)).ToString();
                return Problem.Of(StatusCodes.Status429TooManyRequests, "limit.rate", "Too many new visitors from this address. Try again later.");
            }
        }

        var contact = known ?? (await contacts.EnsureAsync(tenant, channel.Id, new ContactDetails(), ct)).Id;
        var conversation = known is null ? null : await contacts.OpenConversationAsync(tenant, channel.Id, contact, ct);
        var token = tokens.Issue(tenant, channel.Id, contact);
        var profile = await profiles.ProfileAsync(tenant, channel.AssistantId, ct);
        var settings = WidgetSettings.Parse(channel.SettingsJson);
        return TypedResults.Ok(new SessionAnswer(
            token.Value,
            token.ExpiresAt,
            conversation,
            contact,
            new SessionAssistant(profile.Name, profile.Greeting, profile.Suggestions),
            settings.Theme ?? DefaultTheme,
            settings.Locale ?? profile.Language,
            new SessionLimits(conversations.MessageLimit)));
    }
}
