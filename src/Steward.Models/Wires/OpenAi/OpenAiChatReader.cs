using System.Text.Json;

namespace Steward.Models.Wires.OpenAi;

/// <summary>Chat completions, streamed chunks and whole answers; both carry choices, with <c>delta</c> or <c>message</c> inside.</summary>
internal sealed class OpenAiChatReader(bool collect, int choices = 1) : WireReader(collect)
{
    private readonly List<(int Choice, bool Finished)> _seen = new(1);

    public override bool Complete => Finished && ToolCallsParse() && (ToolCalls.Count > 0 || FinishReason is not ("tool_calls" or "function_call"));

    /// <summary>Every finish reason was read; whether the answer is whole is another question.</summary>
    public bool Finished
    {
        get
        {
            if (_seen.Count < choices) return false;
            foreach (var (_, finished) in _seen)
                if (!finished) return false;
            return true;
        }
    }

    /// <summary>The last frame held usage and no choices: the chunk that <c>stream_options.include_usage</c> adds.</summary>
    public bool UsageOnlyFrame { get; private set; }

    public override bool Frame(ReadOnlySpan<byte> data)
    {
        UsageOnlyFrame = false;
        if (data.IsEmpty) return false;
        if (data.SequenceEqual("[DONE]"u8))
        {
            Ended = true;
            return true;
        }

        Read(data, streamed: true);
        return true;
    }

    public override void Body(ReadOnlySpan<byte> json) => Read(json, streamed: false);

    public override void Reset()
    {
        base.Reset();
        _seen.Clear();
    }

    private void Read(ReadOnlySpan<byte> bytes, bool streamed)
    {
        var json = new Utf8JsonReader(bytes);
        json.Read();
        if (json.TokenType != JsonTokenType.StartObject) throw new JsonException("An object was expected.");
        var choicesInFrame = 0;
        TokenUsage? usage = null;
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            if (json.ValueTextEquals("choices"u8)) choicesInFrame = Choices(ref json);
            else if (json.ValueTextEquals("usage"u8))
            {
                json.Read();
                usage = OpenAiUsage.Read(ref json);
            }
            else if (json.ValueTextEquals("error"u8))
            {
                json.Read();
                if (json.TokenType != JsonTokenType.Null) throw Error(ref json);
            }
            else if (ModelName is null && json.ValueTextEquals("model"u8)) ModelName = NextString(ref json);
            else if (ResponseId is null && json.ValueTextEquals("id"u8)) ResponseId = NextString(ref json);
            else
            {
                json.Read();
                json.Skip();
            }
        }

        if (json.Read()) throw new JsonException("Bytes follow the object.");
        if (usage is not null) Usage = usage;
        UsageOnlyFrame = streamed && choicesInFrame == 0 && usage is not null;
    }

    private int Choices(ref Utf8JsonReader json)
    {
        json.Read();
        if (json.TokenType != JsonTokenType.StartArray) throw new JsonException("Choices are an array.");
        var count = 0;
        while (json.Read() && json.TokenType == JsonTokenType.StartObject)
        {
            Choice(ref json, count);
            count++;
        }

        return count;
    }

    private void Choice(ref Utf8JsonReader json, int position)
    {
        var index = position;
        string? finish = null;
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            if (json.ValueTextEquals("index"u8))
            {
                json.Read();
                index = (int)Math.Min(Number(ref json), 1024);
            }
            else if (json.ValueTextEquals("delta"u8) || json.ValueTextEquals("message"u8)) Message(ref json, index);
            else if (json.ValueTextEquals("finish_reason"u8)) finish = NextString(ref json);
            else
            {
                json.Read();
                json.Skip();
            }
        }

        Seen(index, finish is not null);
        if (finish is not null && index == 0) FinishReason = finish;
    }

    private void Seen(int index, bool finished)
    {
        for (var i = 0; i < _seen.Count; i++)
        {
            if (_seen[i].Choice != index) continue;
            if (finished) _seen[i] = (index, true);
            return;
        }

        _seen.Add((index, finished));
    }

    private void Message(ref Utf8JsonReader json, int choice)
    {
        json.Read();
        if (json.TokenType != JsonTokenType.StartObject)
        {
            json.Skip();
            return;
        }

        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            if (json.ValueTextEquals("content"u8) || json.ValueTextEquals("refusal"u8))
            {
                json.Read();
                if (json.TokenType == JsonTokenType.StartArray) Parts(ref json, choice);
                else Text(ref json, DeltaKind.Text, choice);
            }
            else if (json.ValueTextEquals("reasoning_content"u8) || json.ValueTextEquals("reasoning"u8))
            {
                json.Read();
                if (json.TokenType == JsonTokenType.String) Text(ref json, DeltaKind.Reasoning, choice);
                else json.Skip();
            }
            else if (json.ValueTextEquals("tool_calls"u8)) OpenAiToolCalls(ref json, choice);
            else if (json.ValueTextEquals("function_call"u8)) Function(ref json, choice);
            else if (json.ValueTextEquals("audio"u8)) Audio(ref json);
            else
            {
                json.Read();
                json.Skip();
            }
        }
    }

    // The form of before tools had ids: one call, without an index.
    private void Function(ref Utf8JsonReader json, int choice)
    {
        json.Read();
        using var item = JsonDocument.ParseValue(ref json);
        if (item.RootElement.ValueKind == JsonValueKind.Object) ReadFunction(ToolCall(choice, 0), item.RootElement);
    }

    private void Audio(ref Utf8JsonReader json)
    {
        json.Read();
        if (json.TokenType == JsonTokenType.StartObject) Began(0);
        json.Skip();
    }

    // Mistral's reasoning models send content as parts: [{"type":"text","text":"..."}].
    private void Parts(ref Utf8JsonReader json, int choice)
    {
        while (json.Read() && json.TokenType == JsonTokenType.StartObject)
        {
            while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
            {
                var text = json.ValueTextEquals("text"u8);
                json.Read();
                if (text) Text(ref json, DeltaKind.Text, choice);
                else json.Skip();
            }
        }
    }

    private void OpenAiToolCalls(ref Utf8JsonReader json, int choice)
    {
        json.Read();
        if (json.TokenType != JsonTokenType.StartArray)
        {
            json.Skip();
            return;
        }

        var position = 0;
        while (json.Read() && json.TokenType == JsonTokenType.StartObject)
        {
            using var item = JsonDocument.ParseValue(ref json);
            ReadToolCall(item.RootElement, choice, position);
            position++;
        }
    }

    private void ReadToolCall(JsonElement item, int choice, int position)
    {
        var index = item.TryGetProperty("index", out var number) && number.TryGetInt32(out var given) ? given : position;
        var call = ToolCall(choice, index);
        if (item.TryGetProperty("id", out var id) && id.ValueKind == JsonValueKind.String && call.Id.Length == 0) call.Id = id.GetString()!;
        if (item.TryGetProperty("custom", out var custom) && custom.ValueKind == JsonValueKind.Object) ReadCustom(call, custom);
        if (item.TryGetProperty("function", out var function) && function.ValueKind == JsonValueKind.Object) ReadFunction(call, function);
    }

    // The input of such a tool is text, not JSON.
    private void ReadCustom(WireToolCall call, JsonElement custom)
    {
        if (call.Name.Length == 0 && custom.TryGetProperty("name", out var name) && name.ValueKind == JsonValueKind.String) call.Name = name.GetString()!;
        if (custom.TryGetProperty("input", out var input) && input.ValueKind == JsonValueKind.String) Began(input.GetString()!.Length);
    }

    private void ReadFunction(WireToolCall call, JsonElement function)
    {
        if (call.Name.Length == 0 && function.TryGetProperty("name", out var name) && name.ValueKind == JsonValueKind.String)
            call.Name = name.GetString()!;
        if (!function.TryGetProperty("arguments", out var arguments)) return;
        if (arguments.ValueKind == JsonValueKind.String) Append(call, arguments.GetString()!);
        else if (arguments.ValueKind == JsonValueKind.Object) Append(call, arguments.GetRawText());
    }

    private static string? NextString(ref Utf8JsonReader json)
    {
        json.Read();
        if (json.TokenType == JsonTokenType.String) return json.GetString();
        json.Skip();
        return null;
    }
}
