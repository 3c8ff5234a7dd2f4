using System.Buffers;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;

namespace Steward.Simulators.Serving;

/// <summary>The end of a part of a body that may leave once <paramref name="Token"/> tokens have been written by the model.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct Frame(int End, int Token);

/// <summary>A response in the bytes of its wire, and where it may be paced.</summary>
internal sealed class Rendered
{
    public ArrayBufferWriter<byte> Body { get; } = new(2048);

    public List<Frame> Frames { get; } = [];

    public int Status { get; init; } = 200;

    public string ContentType { get; init; } = "application/json";

    public bool IsStream => ContentType == "text/event-stream";

    public string? RetryAfter { get; init; }

    public static Rendered Stream() => new() { ContentType = "text/event-stream" };

    public void Raw(ReadOnlySpan<byte> bytes) => Body.Write(bytes);

    public void Text(string text) => Encoding.UTF8.GetBytes(text, Body);

    /// <summary>A JSON string, with its quotes.</summary>
    public void String(string text)
    {
        Raw("\""u8);
        Raw(JsonEncodedText.Encode(text, Json.Encoder).EncodedUtf8Bytes);
        Raw("\""u8);
    }

    public void EndFrame(int token) => Frames.Add(new Frame(Body.WrittenCount, token));

    public static Rendered OfText(string text, string contentType = "application/json", int status = 200)
    {
        var rendered = new Rendered { ContentType = contentType, Status = status };
        rendered.Text(text);
        return rendered;
    }

    public static Rendered OfJson(Action<Utf8JsonWriter> write, int status = 200, string? retryAfter = null)
    {
        var rendered = new Rendered { Status = status, RetryAfter = retryAfter };
        using var writer = new Utf8JsonWriter(rendered.Body, Json.WriterOptions);
        write(writer);
        writer.Flush();
        return rendered;
    }
}

internal static class Json
{
    // The real services send text as UTF-8, not as \u escapes.
    public static readonly System.Text.Encodings.Web.JavaScriptEncoder Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping;

    public static readonly JsonWriterOptions WriterOptions = new() { Encoder = Encoder, SkipValidation = true };
}
