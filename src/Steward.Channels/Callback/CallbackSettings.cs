using System.Text.Json;

namespace Steward.Channels.Callback;

/// <summary>The settings of a channel of kind <c>callback</c>: a tenant's own server that sends and receives messages.</summary>
/// <param name="Url">Where messages are posted to.</param>
/// <param name="StatusUrl">Optional: <c>GET {StatusUrl}/{deliveryId}</c> tells whether a message was taken (200) or not (404).</param>
/// <param name="Secret">Signs both directions. At least 16 characters.</param>
internal sealed record CallbackSettings(string? Url, string? StatusUrl, string? Secret)
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    public static CallbackSettings Parse(string settingsJson)
        => JsonSerializer.Deserialize<CallbackSettings>(settingsJson, Json) ?? new(null, null, null);
}
