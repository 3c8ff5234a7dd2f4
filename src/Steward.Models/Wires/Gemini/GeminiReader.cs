using System.Text.Json;

namespace Steward.Models.Wires.Gemini;

/// <summary>The answer of <c>generateContent</c>, whole or as events that each hold one such answer. There is no end mark: complete means that
/// a finish reason was read. A prompt that was blocked has no candidate, only a reason.</summary>
internal sealed class GeminiReader(bool collect) : WireReader(collect)
{
    public override bool Complete => FinishReason is not null && ToolCallsParse();

    public override bool Filtered => FinishReason is "SAFETY" or "RECITATION" or "BLOCKLIST" or "PROHIBITED_CONTENT" or "SPII"
        or "IMAGE_SAFETY" or "LANGUAGE" or "BLOCKED";

    public override bool Broken => FinishReason is "MALFORMED_FUNCTION_CALL" or "UNEXPECTED_TOOL_CALL" or "OTHER";

    public override bool Frame(ReadOnlySpan<byte> data)
    {
        if (data.IsEmpty) return false;
        Body(data);
        return true;
    }

    public override void Body(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json);
        using var document = JsonDocument.ParseValue(ref reader);
        if (reader.Read()) throw new JsonException("Bytes follow the object.");
        var root = document.RootElement;
        if (root.ValueKind != JsonValueKind.Object) throw new JsonException("An object was expected.");
        if (root.TryGetProperty("error", out _)) throw Calls.ProviderErrors.FromFrame(Calls.ErrorText.Read(root));
        ModelName ??= Text(root, "modelVersion");
        ResponseId ??= Text(root, "responseId");
        if (root.TryGetProperty("usageMetadata", out var usage)) Usage = GeminiUsage.Read(usage) ?? Usage;
        if (root.TryGetProperty("candidates", out var candidates) && candidates.ValueKind == JsonValueKind.Array)
        {
            foreach (var candidate in candidates.EnumerateArray())
                if (!candidate.TryGetProperty("index", out var index) || index.GetInt32() == 0) Candidate(candidate);
        }

        if (FinishReason is null && root.TryGetProperty("promptFeedback", out var feedback) && Text(feedback, "blockReason") is not null)
            FinishReason = "BLOCKED";
    }

    private void Candidate(JsonElement candidate)
    {
        if (candidate.TryGetProperty("content", out var content) && content.TryGetProperty("parts", out var parts)
            && parts.ValueKind == JsonValueKind.Array)
        {
            foreach (var part in parts.EnumerateArray()) Part(part);
        }

        FinishReason = Text(candidate, "finishReason") ?? FinishReason;
    }

    private void Part(JsonElement part)
    {
        if (part.TryGetProperty("functionCall", out var function))
        {
            var call = ToolCall(0, ToolCalls.Count);
            // The service does not always name a call; ours must have a name to be answered by.
            call.Id = Text(function, "id") ?? $"call_{Guid.CreateVersion7():N}";
            call.Name = Text(function, "name") ?? "";
            call.Signature = Text(part, "thoughtSignature");
            if (function.TryGetProperty("args", out var args) && args.ValueKind == JsonValueKind.Object) Append(call, args.GetRawText());
            return;
        }

        var thought = part.TryGetProperty("thought", out var flag) && flag.ValueKind == JsonValueKind.True;
        if (Text(part, "text") is { } text) Said(thought ? DeltaKind.Reasoning : DeltaKind.Text, text);
    }

    private static string? Text(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : null;
}
