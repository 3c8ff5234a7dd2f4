using System.Runtime.InteropServices;
using System.Text.Json;

namespace Steward.Simulators.Serving;

/// <summary>One endpoint's wire format: requests in, replies and errors out.</summary>
internal interface IWire
{
    /// <exception cref="BadModelRequestException">The body is JSON, but not a request of this wire.</exception>
    ModelRequest Read(JsonElement root);

    /// <summary>The prompt as the service's prompt cache sees it; null where it has none.</summary>
    /// <exception cref="BadModelRequestException">The caller asks of the cache what it does not do.</exception>
    PromptShape? Shape(ModelRequest request, JsonElement root) => null;

    Rendered Render(Reply reply, ModelRequest request, JsonElement root);

    Rendered Error(in Refusal refusal);
}

/// <summary>An error as a wire is asked to say it; with a reason the wire chooses the status its service uses for it.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct Refusal(int Status, string Message, string? RetryAfter = null, RefusalReason Reason = RefusalReason.None);
