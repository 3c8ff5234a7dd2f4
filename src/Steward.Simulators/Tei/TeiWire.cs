using System.Text.Json;
using Steward.Simulators.OpenAI;
using Steward.Simulators.Serving;

namespace Steward.Simulators.Tei;

/// <summary><c>POST /embed</c> of a text-embeddings-inference server with one small model: texts of more than 512 tokens are refused unless they may
/// be cut, and a batch holds at most 32.</summary>
internal sealed class TeiEmbeddingWire : IWire
{
    private const int Dimensions = 384;

    public ModelRequest Read(JsonElement root)
    {
        var request = new ModelRequest { Model = "tei" };
        if (!root.TryGetProperty("inputs", out var inputs)) throw new BadModelRequestException("missing field `inputs`", 422);
        if (inputs.ValueKind == JsonValueKind.String) request.Messages.Add(("user", inputs.GetString()!));
        else foreach (var text in inputs.EnumerateArray()) request.Messages.Add(("user", text.GetString()!));
        if (request.Messages.Count > 32) throw new BadModelRequestException($"batch size {request.Messages.Count} > maximum allowed batch size 32", 413);
        if (!Fields.Flag(root, "truncate") && request.Messages.Exists(message => message.Text.Length > 4 * 512))
            throw new BadModelRequestException("Input validation error: `inputs` must have less than 512 tokens.", 413);
        return request;
    }

    public Rendered Render(Reply reply, ModelRequest request, JsonElement root) => Rendered.OfJson(json =>
    {
        json.WriteStartArray();
        foreach (var (_, text) in request.Messages) HashedVector.WriteJson(json, text, Dimensions);
        json.WriteEndArray();
    });

    public Rendered Error(in Refusal refusal)
    {
        var (message, type) = (refusal.Message, refusal.Status is 429 or 503 ? "overloaded" : refusal.Status is 413 or 422 ? "validation" : "backend");
        return Rendered.OfJson(json =>
        {
            json.WriteStartObject();
            json.WriteString("error"u8, message);
            json.WriteString("error_type"u8, type);
            json.WriteEndObject();
        }, refusal.Status);
    }
}
