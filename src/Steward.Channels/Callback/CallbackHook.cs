using System.Buffers;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Steward.Conversations;
using Steward.Platform.Outbound;
using Steward.Platform.Problems;
using Steward.Platform.Tenancy;

namespace Steward.Channels.Callback;

/// <summary>A message that a tenant's server posts in.</summary>
/// <param name="MessageId">The sender's own id of the message; a second post with it changes nothing.</param>
/// <param name="From">Who wrote it; the identity names the contact on this channel.</param>
internal sealed record CallbackMessage(string? MessageId, CallbackSender? From, string? Text);

internal sealed record CallbackSender(string? Identity, string? Name, string? Email, string? Language);

internal sealed record CallbackAccepted(Guid ConversationId, Guid MessageId, bool Duplicate);

/// <summary>Receives messages of a callback channel: verifies the signature, stores, and only then answers.</summary>
internal static class CallbackHook
{
    private const int MostBytes = 512 * 1024;
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    public static async Task<Results<Ok<CallbackAccepted>, ProblemHttpResult>> ReceiveAsync(
        Guid channelId, HttpRequest request, IChannelDirectory channels, IConversationIntake intake, ITenantStandings standings, TimeProvider time, CancellationToken ct)
    {
        if (await ReadAsync(request, ct) is not { } body)
        {
            return Problem.Of(StatusCodes.Status413PayloadTooLarge, "request.too_large", "A message may have at most 512 KB.");
        }

        // An unknown channel and a wrong signature answer alike, so that nobody learns which channels exist.
        if (await channels.FindTenantAsync(channelId, ct) is not { } tenant
            || await channels.FindAsync(tenant, channelId, ct) is not { Kind: CallbackCarrier.Kind, Enabled: true } channel
            || CallbackSettings.Parse(channel.SettingsJson).Secret is not { } secret
            || !BodySignature.Holds(request.Headers[BodySignature.Header], secret, body, time.GetUtcNow()))
        {
            return Problem.Of(StatusCodes.Status401Unauthorized, "hook.bad_signature", "The signature does not fit the body, the channel's secret or the time. Sign 't.body' with HMAC-SHA-256.");
        }

        standings.Demand(tenant);
        var message = JsonSerializer.Deserialize<CallbackMessage>(body, Json);
        if (message is not { MessageId.Length: > 0 and <= 200, From.Identity.Length: > 0 and <= 200, Text: not null })
        {
            return Problem.Of(StatusCodes.Status400BadRequest, "hook.incomplete", "A message needs messageId and from.identity (at most 200 characters each) and text.");
        }

        var sender = new ContactDetails(message.From.Name, message.From.Email, Language: message.From.Language, Identity: message.From.Identity, Known: true);
        var stored = await intake.ReceiveAsync(
            tenant,
            new IncomingMessage(message.Text, ChannelId: channelId, Contact: sender, ProviderMessageId: message.MessageId, MustStore: true),
            ct);
        return TypedResults.Ok(new CallbackAccepted(stored.ConversationId, stored.MessageId, stored.Duplicate));
    }

    private static async Task<byte[]?> ReadAsync(HttpRequest request, CancellationToken ct)
    {
        if (request.ContentLength > MostBytes)
        {
            return null;
        }

        var buffer = new ArrayBufferWriter<byte>(4_096);
        while (true)
        {
            var read = await request.Body.ReadAsync(buffer.GetMemory(4_096), ct);
            if (read == 0)
            {
                return buffer.WrittenSpan.ToArray();
            }

            buffer.Advance(read);
            if (buffer.WrittenCount > MostBytes)
            {
                return null;
            }
        }
    }
}
