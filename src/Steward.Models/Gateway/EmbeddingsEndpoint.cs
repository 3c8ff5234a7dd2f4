using System.Runtime.InteropServices;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.AI;
using Steward.Models.Calls;
using Steward.Models.Faces;
using Steward.Models.Providers;
using Steward.Models.Wires.OpenAi;
using Steward.Platform.Access;

namespace Steward.Models.Gateway;

/// <summary><c>POST /v1/embeddings</c>.</summary>
internal static class EmbeddingsEndpoint
{
    public static Task HandleAsync(HttpContext http, ModelDirectory directory, CallRuntime runtime)
        => GatewayRequest.AnswerAsync(http, OpenAiErrors.Instance, body => AnswerAsync(http, directory, runtime, body));

    private static async Task AnswerAsync(HttpContext http, ModelDirectory directory, CallRuntime runtime, ReadOnlyMemory<byte> body)
    {
        var scan = ChatRequestScan.Read(body.Span);
        var caller = http.Caller();
        var purpose = GatewayRequest.Purpose(caller, "embedding");
        var model = await directory.EmbeddingAsync(caller.Tenant, scan.Model, http.RequestAborted);
        if (model is not { Wire.Verbatim: true })
        {
            await MappedAsync(http, directory, runtime, body, scan.Model, purpose);
            return;
        }

        var rewritten = scan.Rewrite(body, model.Name, askForUsage: false);
        await runtime.AdmitAsync(new SpendRequest(caller.Tenant, purpose, model.Route.Provider, model.Name, rewritten.Length), http.RequestAborted);
        var request = new CallRequest(caller.Tenant, purpose, model.Route, rewritten, Stream: false, new EmbeddingsReader(expected: null))
        {
            Limits = directory.Limits,
            Strict = false,
            Operation = "embeddings",
        };
        await VerbatimCall.WholeAsync(http, runtime, request);
    }

    /// <summary>Embedders behind another wire, and the built-in one.</summary>
    private static async Task MappedAsync(
        HttpContext http, ModelDirectory directory, CallRuntime runtime, ReadOnlyMemory<byte> body, string model, CallPurpose purpose)
    {
        using var document = JsonDocument.Parse(body);
        var root = document.RootElement;
        var inputs = Inputs(root.TryGetProperty("input", out var input) ? input : throw new JsonException("'input' is missing."));
        var base64 = root.TryGetProperty("encoding_format", out var format) && format.ValueKind == JsonValueKind.String && format.ValueEquals("base64"u8);
        var dimensions = root.TryGetProperty("dimensions", out var wanted) && wanted.ValueKind == JsonValueKind.Number
            ? wanted.TryGetInt32(out var number) && number > 0 ? number : throw new JsonException("'dimensions' must be a positive whole number.")
            : default(int?);
        using var embedder = new GatewayEmbeddings(directory, runtime, http.Caller().Tenant, model, purpose);
        var vectors = await embedder.GenerateAsync(inputs, new EmbeddingGenerationOptions { Dimensions = dimensions }, http.RequestAborted);
        http.Response.ContentType = "application/json";
        using (var json = new Utf8JsonWriter(http.Response.BodyWriter))
        {
            json.WriteStartObject();
            json.WriteString("object"u8, "list"u8);
            json.WriteStartArray("data"u8);
            for (var i = 0; i < vectors.Count; i++) Write(json, i, vectors[i].Vector.Span, base64);
            json.WriteEndArray();
            json.WriteString("model"u8, model);
            json.WriteStartObject("usage"u8);
            var tokens = vectors.Usage?.InputTokenCount ?? inputs.Sum(text => TokenUsage.Estimate(text.Length));
            json.WriteNumber("prompt_tokens"u8, tokens);
            json.WriteNumber("total_tokens"u8, tokens);
            json.WriteEndObject();
            json.WriteEndObject();
        }

        await http.Response.BodyWriter.FlushAsync(http.RequestAborted);
    }

    private static List<string> Inputs(JsonElement input) => input.ValueKind switch
    {
        JsonValueKind.String => [input.GetString()!],
        JsonValueKind.Array when input.GetArrayLength() > 0 && input.EnumerateArray().All(item => item.ValueKind == JsonValueKind.String) =>
            [.. input.EnumerateArray().Select(item => item.GetString()!)],
        _ => throw new JsonException("'input' must be a string or an array of strings."),
    };

    private static void Write(Utf8JsonWriter json, int index, ReadOnlySpan<float> vector, bool base64)
    {
        json.WriteStartObject();
        json.WriteString("object"u8, "embedding"u8);
        json.WriteNumber("index"u8, index);
        if (base64) json.WriteBase64String("embedding"u8, MemoryMarshal.AsBytes(vector));
        else
        {
            json.WriteStartArray("embedding"u8);
            foreach (var value in vector) json.WriteNumberValue(value);
            json.WriteEndArray();
        }

        json.WriteEndObject();
    }
}
