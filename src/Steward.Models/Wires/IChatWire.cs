using System.Text.Json;
using Microsoft.Extensions.AI;

namespace Steward.Models.Wires;

/// <summary>A wire format for chat: how a request is written and an answer read.</summary>
internal interface IChatWire
{
    /// <summary>A reader of the answer to a request with these options.</summary>
    WireReader Reader(bool collect, ChatOptions? options = null);

    /// <summary>Writes the request; what the wire or the model cannot take is left out and noted.</summary>
    void Write(Utf8JsonWriter json, WireRequest request);

    ChatFinishReason FinishReason(string? word);
}
