using System.Text.Json;
using Steward.Simulators.OpenAI;
using Steward.Simulators.Serving;

namespace Steward.Simulators.Azure;

/// <summary>Azure OpenAI's chat completions. The dated form names the deployment in the path and needs an <c>api-version</c>; the versionless form
/// takes the deployment as the model. The key comes in <c>api-key</c>.</summary>
internal sealed class AzureChatWire(string? deployment, string? version, bool hasKey) : IWire
{
    public ModelRequest Read(JsonElement root)
    {
        AzureRules.Check(deployment, version, hasKey);
        var request = ChatRequest.Read(deployment is null ? root : AzureRules.WithModel(root, deployment));
        return request;
    }

    public Rendered Render(Reply reply, ModelRequest request, JsonElement root) => request.Stream ? Filtered(reply, request) : ChatCompletion.Render(reply);

    public Rendered Error(in Refusal refusal) => AzureErrors.Render(refusal);

    // A stream begins with what the filter says of the prompt, in a chunk without choices.
    private static Rendered Filtered(Reply reply, ModelRequest request)
    {
        var stream = Rendered.Stream();
        stream.Raw("""data: {"choices":[],"created":0,"id":"","model":"","object":"","prompt_filter_results":[{"prompt_index":0,"content_filter_results":{"hate":{"filtered":false,"severity":"safe"}}}]}"""u8);
        stream.Raw("\n\n"u8);
        stream.EndFrame(0);
        var start = stream.Body.WrittenCount;
        var rest = ChatStream.Render(reply, request.IncludeUsage);
        stream.Raw(rest.Body.WrittenSpan);
        stream.Frames.AddRange(rest.Frames.Select(frame => frame with { End = frame.End + start }));
        return stream;
    }
}

internal sealed class AzureEmbeddingWire(string? deployment, string? version, bool hasKey) : IWire
{
    public ModelRequest Read(JsonElement root)
    {
        AzureRules.Check(deployment, version, hasKey);
        return Embeddings.Read(deployment is null ? root : AzureRules.WithModel(root, deployment));
    }

    public Rendered Render(Reply reply, ModelRequest request, JsonElement root) => Embeddings.Render(request, root, reply.WithUsage);

    public Rendered Error(in Refusal refusal) => AzureErrors.Render(refusal);
}

internal static class AzureRules
{
    public static void Check(string? deployment, string? version, bool hasKey)
    {
        if (deployment is not null && string.IsNullOrEmpty(version)) throw new BadModelRequestException("Resource not found", 404);
        if (!hasKey) throw new BadModelRequestException("Access denied due to missing api-key.", 401);
    }

    public static JsonElement WithModel(JsonElement root, string deployment)
    {
        var body = root.EnumerateObject().Where(member => member.Name != "model").ToDictionary(member => member.Name, member => member.Value);
        body["model"] = JsonSerializer.SerializeToElement(deployment);
        return JsonSerializer.SerializeToElement(body);
    }
}

internal static class AzureErrors
{
    public static Rendered Render(in Refusal refusal)
    {
        if (refusal.Reason != RefusalReason.ContentFilter)
        {
            return refusal is { Status: 401, Reason: RefusalReason.None }
                ? Rendered.OfText("""{"error":{"code":"401","message":"Access denied due to invalid subscription key or wrong API endpoint."}}""", status: 401)
                : OpenAI.ErrorBody.Render(refusal);
        }

        return Rendered.OfText(
            """{"error":{"message":"The response was filtered due to the prompt triggering Azure OpenAI's content management policy.","type":null,"param":"prompt","code":"content_filter","status":400,"innererror":{"code":"ResponsibleAIPolicyViolation"}}}""",
            status: 400);
    }
}
