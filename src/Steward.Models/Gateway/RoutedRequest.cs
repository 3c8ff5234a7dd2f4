using System.Text;
using System.Text.Json;
using Steward.Models.Routing;
using Steward.Search.Sentiments;

namespace Steward.Models.Gateway;

/// <summary>What the router needs of a request that names a choice of models. A request that names a model is never read here.</summary>
internal static class RoutedRequest
{
    /// <summary>What the last user message says, and how many messages of the two sides stand before it.</summary>
    /// <exception cref="JsonException">The messages are not a list of objects.</exception>
    public static RouteQuestion Question(ReadOnlyMemory<byte> body)
    {
        using var read = JsonDocument.Parse(body);
        if (!read.RootElement.TryGetProperty("messages", out var messages) || messages.ValueKind != JsonValueKind.Array) throw new JsonException("'messages' must be a list.");
        var (text, before, said) = ("", 0, 0);
        foreach (var message in messages.EnumerateArray())
        {
            if (message.ValueKind != JsonValueKind.Object || !message.TryGetProperty("role", out var role)) throw new JsonException("A message has a role.");
            if (role.ValueKind != JsonValueKind.String || role.GetString() is not ("user" or "assistant")) continue;
            if (role.ValueEquals("user"u8)) (text, before) = (Content(message), said);
            said++;
        }

        return new RouteQuestion(text, Sentiment.Of(text), before);
    }

    private static string Content(JsonElement message)
    {
        if (!message.TryGetProperty("content", out var content)) return "";
        if (content.ValueKind == JsonValueKind.String) return content.GetString()!;
        if (content.ValueKind != JsonValueKind.Array) return "";
        var text = new StringBuilder();
        foreach (var part in content.EnumerateArray())
            if (part.ValueKind == JsonValueKind.Object && part.TryGetProperty("text", out var said) && said.ValueKind == JsonValueKind.String) text.Append(said.GetString()).Append(' ');
        return text.ToString();
    }
}
