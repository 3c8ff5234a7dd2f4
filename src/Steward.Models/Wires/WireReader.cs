using System.Buffers;
using System.Text.Json;
using Steward.Models.Calls;

namespace Steward.Models.Wires;

internal enum DeltaKind
{
    Text,
    Reasoning,
}

internal readonly record struct WireDelta(DeltaKind Kind, string Text, int Choice);

/// <summary>A tool call as it grows; <see cref="Arguments"/> is UTF-8 JSON.</summary>
internal sealed class WireToolCall(int choice, int index)
{
    public int Choice => choice;
    public int Index => index;
    public string Id { get; set; } = "";
    public string Name { get; set; } = "";

    /// <summary>What the provider wants to see again beside the call, unread.</summary>
    public string? Signature { get; set; }

    public ArrayBufferWriter<byte> Arguments { get; } = new(128);

    /// <summary>Whether the arguments are one JSON object. None at all counts as the empty object, as providers send it.</summary>
    public bool Parses()
    {
        if (Name.Length == 0) return false;
        if (Arguments.WrittenCount == 0) return true;
        var reader = new Utf8JsonReader(Arguments.WrittenSpan);
        try
        {
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject) return false;
            reader.Skip();
            return !reader.Read();
        }
        catch (JsonException)
        {
            return false;
        }
    }
}

/// <summary>Reads the answer of one wire, streamed or whole, and knows when it is complete. It throws <see cref="ModelFailedException"/> for an
/// error inside the answer and <see cref="JsonException"/> for bytes that are not its format.</summary>
/// <param name="collect">Whether deltas are kept for a reader; a verbatim pass only needs what billing and completeness need.</param>
internal abstract class WireReader(bool collect)
{
    protected bool Collect => collect;

    /// <summary>Text that the reader of the call has not taken yet; it clears the list.</summary>
    public List<WireDelta> Deltas { get; } = [];

    public List<WireToolCall> ToolCalls { get; } = [];

    public TokenUsage? Usage { get; protected set; }

    /// <summary>The finish reason in the provider's own word, of the first choice.</summary>
    public string? FinishReason { get; protected set; }

    public string? ModelName { get; protected set; }

    public string? ResponseId { get; protected set; }

    /// <summary>Whether text, reasoning or a tool call has begun: the first token.</summary>
    public bool HasContent { get; protected set; }

    /// <summary>Bytes of generated text so far, for an estimate when usage never comes.</summary>
    public long OutputBytes { get; protected set; }

    /// <summary>The finish reason says that a filter withheld the answer or the model declined.</summary>
    public virtual bool Filtered => FinishReason is "content_filter" or "refusal";

    /// <summary>The finish reason says that the provider failed on the way.</summary>
    public virtual bool Broken => FinishReason is "error";

    /// <summary>Every finish reason was read and every tool argument parses.</summary>
    public abstract bool Complete { get; }

    /// <summary>The wire's own end mark was read; nothing follows it.</summary>
    public bool Ended { get; protected set; }

    /// <summary>Reads the data of one event. Returns whether it was progress (a keep-alive is not).</summary>
    public abstract bool Frame(ReadOnlySpan<byte> data);

    /// <summary>Reads a whole answer.</summary>
    public abstract void Body(ReadOnlySpan<byte> json);

    public virtual void Reset()
    {
        Deltas.Clear();
        ToolCalls.Clear();
        Usage = null;
        FinishReason = ModelName = ResponseId = null;
        HasContent = Ended = false;
        OutputBytes = 0;
    }

    protected void Text(ref Utf8JsonReader json, DeltaKind kind, int choice)
    {
        if (json.TokenType != JsonTokenType.String) return;
        var length = json.HasValueSequence ? json.ValueSequence.Length : json.ValueSpan.Length;
        if (length == 0) return;
        HasContent = true;
        OutputBytes += length;
        if (collect) Deltas.Add(new WireDelta(kind, json.GetString()!, choice));
    }

    protected void Said(DeltaKind kind, string? text)
    {
        if (string.IsNullOrEmpty(text)) return;
        HasContent = true;
        OutputBytes += System.Text.Encoding.UTF8.GetByteCount(text);
        if (collect) Deltas.Add(new WireDelta(kind, text, 0));
    }

    /// <summary>Content of another kind, such as the input of a tool that the provider itself runs.</summary>
    protected void Began(long bytes)
    {
        HasContent = true;
        OutputBytes += bytes;
    }

    protected WireToolCall ToolCall(int choice, int index)
    {
        foreach (var call in ToolCalls)
            if (call.Choice == choice && call.Index == index) return call;
        var added = new WireToolCall(choice, index);
        ToolCalls.Add(added);
        HasContent = true;
        return added;
    }

    protected void Append(WireToolCall call, string json)
    {
        var most = System.Text.Encoding.UTF8.GetMaxByteCount(json.Length);
        var written = System.Text.Encoding.UTF8.GetBytes(json, call.Arguments.GetSpan(most));
        call.Arguments.Advance(written);
        OutputBytes += written;
    }

    protected bool ToolCallsParse()
    {
        foreach (var call in ToolCalls)
            if (!call.Parses()) return false;
        return true;
    }

    protected static ModelFailedException Error(ref Utf8JsonReader json)
    {
        using var document = JsonDocument.ParseValue(ref json);
        var root = document.RootElement;
        return ProviderErrors.FromFrame(root.ValueKind == JsonValueKind.String ? new ErrorText(null, null, root.GetString()) : ErrorText.Read(root));
    }

    protected static long Number(ref Utf8JsonReader json) =>
        json.TokenType == JsonTokenType.Number && json.TryGetInt64(out var value) && value > 0 ? value : 0;
}
