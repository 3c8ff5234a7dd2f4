using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Steward.Conversations;
using Steward.Platform.Outbound;

namespace Steward.Channels.Callback;

/// <summary>
/// Posts replies to a tenant's own server, signed, with the delivery's id as <c>Idempotency-Key</c>. A connection lost or timed out after the
/// request was sent is an unknown outcome, never a refusal.
/// </summary>
internal sealed class CallbackCarrier(IGuardedHttp outbound, TimeProvider time) : IMessageCarrier
{
    public const string Kind = "callback";
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    public string ChannelKind => Kind;

    public async Task<CarrierOutcome> SendAsync(OutgoingMessage message, CancellationToken ct)
    {
        var settings = CallbackSettings.Parse(message.ChannelSettingsJson);
        if (settings.Url is null || settings.Secret is null || !Uri.TryCreate(settings.Url, UriKind.Absolute, out var address))
        {
            return new CarrierOutcome.Refused("callback.not_configured", Permanent: true);
        }

        var body = JsonSerializer.SerializeToUtf8Bytes(
            new
            {
                deliveryId = message.DeliveryId,
                conversationId = message.ConversationId,
                to = message.Identity,
                message = new { message.Message.Id, message.Message.Number, author = Author(message.Message.Author), message.Message.Text, message.Message.CreatedAt },
                citations = message.Citations.Select(c => new { c.N, c.Title, c.Url, c.Quote }),
                message.MayBeRepeat,
            },
            Json);
        using var request = new HttpRequestMessage(HttpMethod.Post, address) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        request.Headers.Add("Idempotency-Key", message.DeliveryId.ToString("D"));
        request.Headers.Add(BodySignature.Header, BodySignature.Sign(settings.Secret, body, time.GetUtcNow()));
        try
        {
            using var response = await outbound.Client.SendAsync(request, ct);
            return Outcome(response, message.DeliveryId);
        }
        catch (OutboundException failed) when (SurelyNotSent(failed))
        {
            return new CarrierOutcome.Refused(failed.Code, Permanent: failed.Code is OutboundCodes.PrivateAddress or OutboundCodes.BadAddress);
        }
        catch (OutboundException lost)
        {
            return new CarrierOutcome.Unknown(lost.Code);
        }
    }

    public async Task<CarrierStatus> QueryAsync(OutgoingMessage message, CancellationToken ct)
    {
        var settings = CallbackSettings.Parse(message.ChannelSettingsJson);
        if (settings.StatusUrl is null || settings.Secret is null)
        {
            return new CarrierStatus.CannotTell();
        }

        using var request = new HttpRequestMessage(HttpMethod.Get, $"{settings.StatusUrl.TrimEnd('/')}/{message.DeliveryId:D}");
        request.Headers.Add(BodySignature.Header, BodySignature.Sign(settings.Secret, [], time.GetUtcNow()));
        using var response = await outbound.Client.SendAsync(request, ct);
        return response.StatusCode switch
        {
            HttpStatusCode.OK => new CarrierStatus.Taken(message.DeliveryId.ToString("D")),
            HttpStatusCode.NotFound => new CarrierStatus.NotTaken(),
            _ => new CarrierStatus.CannotTell(),
        };
    }

    /// <summary>2xx is taken; 408, 429 and 503 ask to come back; other 5xx may have been taken; other 4xx never will be.</summary>
    internal static CarrierOutcome Outcome(HttpResponseMessage response, Guid deliveryId) => (int)response.StatusCode switch
    {
        >= 200 and < 300 => new CarrierOutcome.Accepted(deliveryId.ToString("D")),
        408 or 429 or 503 => new CarrierOutcome.Refused("callback.busy", Permanent: false, response.Headers.RetryAfter?.Delta),
        >= 500 => new CarrierOutcome.Unknown("callback.server_error"),
        _ => new CarrierOutcome.Refused("callback.refused", Permanent: true),
    };

    /// <summary>Refused by the guard, or no connection was made: nothing can have arrived.</summary>
    private static bool SurelyNotSent(OutboundException failed)
        => failed.Code is OutboundCodes.PrivateAddress or OutboundCodes.BadAddress
            || failed.InnerException is HttpRequestException
            {
                HttpRequestError: HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError or HttpRequestError.SecureConnectionError,
            };

    private static string Author(MessageAuthor author) => author switch
    {
        MessageAuthor.Assistant => "assistant",
        MessageAuthor.Member => "member",
        MessageAuthor.System => "system",
        _ => "contact",
    };
}
