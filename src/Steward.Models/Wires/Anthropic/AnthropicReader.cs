using System.Text.Json;

namespace Steward.Models.Wires.Anthropic;

/// <summary>The messages wire: typed events when streamed, one message when whole. Complete means a stop reason was read, every block that
/// began has ended and tool input parses.</summary>
/// <param name="answersByTool">Whether the input of <see cref="AnthropicWire.AnswerTool"/> is the answer's text.</param>
internal sealed class AnthropicReader(bool collect, bool answersByTool = false) : WireReader(collect)
{
    private const string AnswerBlock = "answer";
    private readonly Dictionary<int, string> _open = [];
    private bool _started;
    private bool _answered;

    public override bool Complete => _started && FinishReason is not null && _open.Count == 0 && ToolCallsParse()
        && (FinishReason != "tool_use" || ToolCalls.Count > 0 || _answered);

    public override bool Frame(ReadOnlySpan<byte> data)
    {
        if (data.IsEmpty) return false;
        var reader = new Utf8JsonReader(data);
        using var document = JsonDocument.ParseValue(ref reader);
        var root = document.RootElement;
        switch (Text(root, "type"))
        {
            case "message_start":
                _started = true;
                Message(root.GetProperty("message"));
                return true;
            case "content_block_start":
                StartBlock(Index(root), root.GetProperty("content_block"));
                return true;
            case "content_block_delta":
                Delta(Index(root), root.GetProperty("delta"));
                return true;
            case "content_block_stop":
                _open.Remove(Index(root));
                return true;
            case "message_delta":
                FinishReason = Text(root.GetProperty("delta"), "stop_reason") ?? FinishReason;
                if (root.TryGetProperty("usage", out var usage)) Usage = AnthropicUsage.Merge(Usage, usage);
                return true;
            case "message_stop":
                Ended = true;
                return true;
            case "error":
                throw Calls.ProviderErrors.FromFrame(Calls.ErrorText.Read(root));
            default:
                return false;
        }
    }

    public override void Body(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json);
        using var document = JsonDocument.ParseValue(ref reader);
        if (reader.Read()) throw new JsonException("Bytes follow the object.");
        var root = document.RootElement;
        if (Text(root, "type") == "error") throw Calls.ProviderErrors.FromFrame(Calls.ErrorText.Read(root));
        _started = true;
        Message(root);
        FinishReason = Text(root, "stop_reason");
        if (!root.TryGetProperty("content", out var content) || content.ValueKind != JsonValueKind.Array)
            throw new JsonException("A message has content.");
        var index = 0;
        foreach (var block in content.EnumerateArray()) StartBlock(index++, block);
        _open.Clear();
    }

    public override void Reset()
    {
        base.Reset();
        _open.Clear();
        _started = _answered = false;
    }

    private void Message(JsonElement message)
    {
        ModelName = Text(message, "model");
        ResponseId = Text(message, "id");
        if (message.TryGetProperty("usage", out var usage)) Usage = AnthropicUsage.Merge(Usage, usage);
    }

    private void StartBlock(int index, JsonElement block)
    {
        var type = Text(block, "type") ?? throw new JsonException("A block has a type.");
        _open[index] = type;
        if (answersByTool && type == "tool_use" && Text(block, "name") == AnthropicWire.AnswerTool)
        {
            _open[index] = AnswerBlock;
            _answered = true;
            if (block.TryGetProperty("input", out var answer) && answer.ValueKind == JsonValueKind.Object && answer.EnumerateObject().Any())
                Said(DeltaKind.Text, answer.GetRawText());
            return;
        }

        if (type == "tool_use")
        {
            var call = ToolCall(0, index);
            call.Id = Text(block, "id") ?? "";
            call.Name = Text(block, "name") ?? "";
            if (block.TryGetProperty("input", out var input) && input.ValueKind == JsonValueKind.Object && input.EnumerateObject().Any())
                Append(call, input.GetRawText());
            return;
        }

        if (type == "text") Said(DeltaKind.Text, Text(block, "text"));
        else if (type == "thinking") Said(DeltaKind.Reasoning, Text(block, "thinking"));
        else Began(block.GetRawText().Length);
    }

    private void Delta(int index, JsonElement delta)
    {
        if (!_open.TryGetValue(index, out var kind)) throw new JsonException("A delta names a block that is not open.");
        switch (Text(delta, "type"))
        {
            case "text_delta":
                Said(DeltaKind.Text, Text(delta, "text"));
                break;
            case "thinking_delta":
                Said(DeltaKind.Reasoning, Text(delta, "thinking"));
                break;
            case "input_json_delta":
                if (kind == AnswerBlock) Said(DeltaKind.Text, Text(delta, "partial_json"));
                else if (kind == "tool_use") Append(ToolCall(0, index), Text(delta, "partial_json") ?? "");
                else Began(Text(delta, "partial_json")?.Length ?? 0);
                break;
            default:
                break;
        }
    }

    private static int Index(JsonElement root) =>
        root.TryGetProperty("index", out var index) && index.TryGetInt32(out var value) ? value : throw new JsonException("A block has an index.");

    private static string? Text(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : null;
}

/// <summary>Usage of the messages wire. Counts are cumulative: a later report replaces an earlier one, field by field.</summary>
internal static class AnthropicUsage
{
    public static TokenUsage Merge(TokenUsage? before, JsonElement usage)
    {
        var known = before ?? default;
        if (usage.ValueKind != JsonValueKind.Object) return known;
        var writes = Number(usage, "cache_creation_input_tokens");
        long? short5 = null, long1 = null;
        if (usage.TryGetProperty("cache_creation", out var split) && split.ValueKind == JsonValueKind.Object)
        {
            short5 = Number(split, "ephemeral_5m_input_tokens");
            long1 = Number(split, "ephemeral_1h_input_tokens");
        }

        return known with
        {
            Input = Number(usage, "input_tokens") ?? known.Input,
            CachedInput = Number(usage, "cache_read_input_tokens") ?? known.CachedInput,
            CacheWrite5Minutes = short5 ?? (writes is { } all ? Math.Max(0, all - (long1 ?? known.CacheWrite1Hour)) : known.CacheWrite5Minutes),
            CacheWrite1Hour = long1 ?? known.CacheWrite1Hour,
            Output = Number(usage, "output_tokens") ?? known.Output,
        };
    }

    private static long? Number(JsonElement usage, string name) =>
        usage.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var number) && number >= 0
            ? number
            : null;
}
