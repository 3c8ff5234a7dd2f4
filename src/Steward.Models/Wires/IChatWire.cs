using System.Text.Json;
using Microsoft.Extensions.AI;

namespace Steward.Models.Wires;

/// <summary>A wire format for chat: how a request is written and an answer read.</summary>
internal interface IChatWire
{
    /// <summary>The path below the provider's base address.</summary>
    string Path { get; }

    WireReader Reader(bool collect);

    void Write(Utf8JsonWriter json, string model, IEnumerable<ChatMessage> messages, ChatOptions? options, bool stream);

    ChatFinishReason FinishReason(string? word);
}
