using System.Text.Json;
using Steward.Simulators.Serving;

namespace Steward.Simulators.Gemini;

/// <summary>A <c>GenerateContentResponse</c>, whole or as server-sent events that each hold one. Calls of functions come whole, and the stream has
/// no end mark.</summary>
internal static class GeminiAnswer
{
    public static Rendered Whole(Reply reply) => Rendered.OfJson(json =>
        Response(json, reply, parts => { Text(parts, string.Concat(reply.Tokens)); Calls(parts, reply); }, last: true));

    public static Rendered Stream(Reply reply)
    {
        var stream = Rendered.Stream();
        var sent = 0;
        foreach (var token in reply.Tokens)
        {
            if (Breaks(stream, reply, sent)) return stream;
            Event(stream, reply, parts => Text(parts, token), last: false, ++sent);
        }

        if (Breaks(stream, reply, sent)) return stream;
        if (reply.InBody?.Kind is FaultKind.ErrorFrame or FaultKind.MalformedJson or FaultKind.MalformedFrame && Breaks(stream, reply, int.MaxValue)) return stream;
        if (reply.ToolCalls.Count > 0) Event(stream, reply, parts => Calls(parts, reply), last: false, ++sent);
        Event(stream, reply, parts => Text(parts, ""), last: true, sent);
        return stream;
    }

    /// <summary>A prompt that is filtered is no error here: the answer has no candidate, and says why.</summary>
    public static Rendered Blocked(bool stream)
    {
        const string Answer = "{\"promptFeedback\":{\"blockReason\":\"PROHIBITED_CONTENT\"},\"usageMetadata\":{\"promptTokenCount\":9,\"totalTokenCount\":9}}";
        return stream ? Rendered.OfText($"data: {Answer}\r\n\r\n", "text/event-stream") : Rendered.OfText(Answer);
    }

    public static void Error(Utf8JsonWriter json, int status, string code, string message, Action<Utf8JsonWriter>? details = null)
    {
        json.WriteStartObject();
        json.WriteStartObject("error"u8);
        json.WriteNumber("code"u8, status);
        json.WriteString("message"u8, message);
        json.WriteString("status"u8, code);
        if (details is not null)
        {
            json.WriteStartArray("details"u8);
            details(json);
            json.WriteEndArray();
        }

        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static bool Breaks(Rendered stream, Reply reply, int sent)
    {
        if (reply.Strikes(FaultKind.ErrorFrame, sent))
        {
            stream.Raw("data: "u8);
            using (var json = new Utf8JsonWriter(stream.Body, Json.WriterOptions)) Error(json, 503, "UNAVAILABLE", "The model is overloaded. Please try again later.");
            stream.Raw("\r\n\r\n"u8);
        }
        else if (reply.Strikes(FaultKind.MalformedJson, sent)) stream.Raw("data: {\"candidates\": [{\"content\": {\r\n\r\n"u8);
        else if (reply.Strikes(FaultKind.MalformedFrame, sent)) stream.Raw("dat\0a {\"candidates\"\r\r<<<\n\n"u8);
        else return false;
        stream.EndFrame(Math.Min(sent, reply.Tokens.Count));
        return true;
    }

    private static void Event(Rendered stream, Reply reply, Action<Utf8JsonWriter> parts, bool last, int token)
    {
        stream.Raw("data: "u8);
        using (var json = new Utf8JsonWriter(stream.Body, Json.WriterOptions)) Response(json, reply, parts, last);
        stream.Raw("\r\n\r\n"u8);
        stream.EndFrame(token);
    }

    private static void Response(Utf8JsonWriter json, Reply reply, Action<Utf8JsonWriter> parts, bool last)
    {
        json.WriteStartObject();
        json.WriteStartArray("candidates"u8);
        json.WriteStartObject();
        json.WriteStartObject("content"u8);
        json.WriteStartArray("parts"u8);
        parts(json);
        json.WriteEndArray();
        json.WriteString("role"u8, "model"u8);
        json.WriteEndObject();
        if (last && reply.HasFinish) json.WriteString("finishReason"u8, Name(reply.Finish));
        json.WriteNumber("index"u8, 0);
        json.WriteEndObject();
        json.WriteEndArray();
        if (reply.WithUsage) Usage(json, reply, last);
        json.WriteString("modelVersion"u8, reply.Model);
        json.WriteString("responseId"u8, $"resp-{reply.Number}");
        json.WriteEndObject();
    }

    private static void Usage(Utf8JsonWriter json, Reply reply, bool last)
    {
        json.WriteStartObject("usageMetadata"u8);
        json.WriteNumber("promptTokenCount"u8, reply.PromptTokens);
        if (last) json.WriteNumber("candidatesTokenCount"u8, reply.CompletionTokens);
        json.WriteNumber("totalTokenCount"u8, reply.PromptTokens + reply.CompletionTokens + reply.ReasoningTokens);
        if (reply.CachedTokens > 0) json.WriteNumber("cachedContentTokenCount"u8, reply.CachedTokens);
        json.WriteStartArray("promptTokensDetails"u8);
        json.WriteStartObject();
        json.WriteString("modality"u8, "TEXT"u8);
        json.WriteNumber("tokenCount"u8, reply.PromptTokens);
        json.WriteEndObject();
        json.WriteEndArray();
        if (reply.ReasoningTokens > 0) json.WriteNumber("thoughtsTokenCount"u8, reply.ReasoningTokens);
        json.WriteEndObject();
    }

    private static void Text(Utf8JsonWriter json, string text)
    {
        if (text.Length == 0) return;
        json.WriteStartObject();
        json.WriteString("text"u8, text);
        json.WriteEndObject();
    }

    private static void Calls(Utf8JsonWriter json, Reply reply)
    {
        foreach (var call in reply.ToolCalls)
        {
            json.WriteStartObject();
            json.WriteStartObject("functionCall"u8);
            json.WriteString("name"u8, call.Name);
            json.WritePropertyName("args"u8);
            // Arguments are JSON inside JSON, so invalid ones make the whole event invalid.
            json.WriteRawValue(call.Arguments.Length == 0 ? "{}" : call.Arguments, skipInputValidation: true);
            json.WriteEndObject();
            json.WriteString("thoughtSignature"u8, "c2lnbmVk"u8);
            json.WriteEndObject();
        }
    }

    private static ReadOnlySpan<byte> Name(Finish finish) => finish switch
    {
        Finish.Length => "MAX_TOKENS"u8,
        Finish.ContentFilter => "SAFETY"u8,
        _ => "STOP"u8,
    };
}
