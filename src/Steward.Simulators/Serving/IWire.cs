using System.Text.Json;

namespace Steward.Simulators.Serving;

/// <summary>One endpoint's wire format: requests in, replies and errors out.</summary>
internal interface IWire
{
    /// <exception cref="BadModelRequestException">The body is JSON, but not a request of this wire.</exception>
    ModelRequest Read(JsonElement root);

    Rendered Render(Reply reply, ModelRequest request, JsonElement root);

    Rendered Error(int status, string message, string? retryAfter);
}
