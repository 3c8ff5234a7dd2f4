using System.Globalization;
using System.Text.Json;
using Steward.Simulators.Serving;

namespace Steward.Simulators.OpenAI;

internal sealed class ChatWire : IWire
{
    public ModelRequest Read(JsonElement root) => ChatRequest.Read(root);

    public PromptShape? Shape(ModelRequest request, JsonElement root) => PrefixedPrompt.Of(root, request);

    public Rendered Render(Reply reply, ModelRequest request, JsonElement root) =>
        request.Stream ? ChatStream.Render(reply, request.IncludeUsage) : ChatCompletion.Render(reply);

    public Rendered Error(in Refusal refusal) => ErrorBody.Render(refusal);
}

internal sealed class EmbeddingWire : IWire
{
    public ModelRequest Read(JsonElement root) => Embeddings.Read(root);

    public Rendered Render(Reply reply, ModelRequest request, JsonElement root) => Embeddings.Render(request, root, reply.WithUsage);

    public Rendered Error(in Refusal refusal) => ErrorBody.Render(refusal);
}

internal static class ModelList
{
    private static readonly string[] Names = ["sim-large", "sim-small", "gpt-4o", "gpt-4o-mini", "text-embedding-3-small", "text-embedding-3-large"];

    public static Rendered Render() => Rendered.OfText(
        "{\"object\":\"list\",\"data\":[" +
        string.Join(',', Names.Select(name => string.Create(CultureInfo.InvariantCulture, $"{{\"id\":\"{name}\",\"object\":\"model\",\"created\":1700000000,\"owned_by\":\"steward-simulators\"}}"))) +
        "]}");
}
