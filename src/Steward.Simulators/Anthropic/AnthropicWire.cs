using System.Text.Json;
using Steward.Simulators.Serving;

namespace Steward.Simulators.Anthropic;

internal sealed class MessagesWire : IWire
{
    public ModelRequest Read(JsonElement root) => MessagesRequest.Read(root, needsMaxTokens: true);

    public PromptShape? Shape(ModelRequest request, JsonElement root) => MarkedPrompt.Of(root);

    public Rendered Render(Reply reply, ModelRequest request, JsonElement root) =>
        request.Stream ? MessageStream.Render(reply) : MessageBody.Render(reply);

    public Rendered Error(in Refusal refusal) => ErrorBody.Render(refusal);
}

internal sealed class CountTokensWire : IWire
{
    public ModelRequest Read(JsonElement root) => MessagesRequest.Read(root, needsMaxTokens: false);

    public Rendered Render(Reply reply, ModelRequest request, JsonElement root) =>
        Rendered.OfText($"{{\"input_tokens\":{reply.PromptTokens}}}");

    public Rendered Error(in Refusal refusal) => ErrorBody.Render(refusal);
}
