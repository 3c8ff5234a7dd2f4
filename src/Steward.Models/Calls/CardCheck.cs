using Microsoft.Extensions.AI;
using Steward.Models.Catalogue;
using Steward.Models.Schemas;
using Steward.Models.Wires;
using Steward.Search.Tokens;

namespace Steward.Models.Calls;

/// <summary>Refuses, before anything is sent or spent, what a model surely cannot take. Where the catalogue does not know the model, or the
/// estimate is not sure, the provider decides.</summary>
internal static class CardCheck
{
    // The estimate has been up to a quarter too high on recorded texts (docs/tokens.md); twice that is kept free.
    private const double SurelyTooLong = 1.5;

    // Text has rarely a token for every second byte; a prompt shorter than that is not worth counting here.
    internal const int LeastBytesPerToken = 2;

    public static void Messages(WireRequest request)
    {
        var card = request.Card;
        if (request.Options?.MaxOutputTokens is <= 0) throw new ModelFailedException(FailureKind.Refused, "The limit on the answer's tokens must be positive.") { Status = 400 };
        if (request.Options?.Tools is { Count: > 0 } tools) Tools(card, request.Model, tools);
        if (!card.Vision && request.Messages.Any(message => message.Contents.Any(IsImage))) throw NoImages(request.Model);
        if (card.Context is not { } window) return;
        var texts = Texts(request);
        if (texts.Sum(text => (long)text.Length) < (long)window * LeastBytesPerToken) return;
        var estimator = TokenEstimator.ForModel(request.Model);
        Length(request.Model, window, texts.Sum(text => (double)estimator.Count(text)));
    }

    public static void Length(string model, int window, double tokens)
    {
        if (tokens <= window * SurelyTooLong) return;
        throw new ModelFailedException(FailureKind.ContextLength,
            $"The prompt is surely longer than the {window} tokens of '{model}'. Shorten it, or choose a model with a larger window.") { Status = 400 };
    }

    public static ModelFailedException NoImages(string model) =>
        new(FailureKind.Unsupported, $"The model '{model}' reads no images. Choose one with vision; GET /api/models says which have it.");

    public static ModelFailedException NoTools(string model) =>
        new(FailureKind.Unsupported, $"The model '{model}' calls no tools. Choose one that does; GET /api/models says which do.");

    private static void Tools(ModelCard card, string model, IEnumerable<AITool> tools)
    {
        if (!card.Tools) throw NoTools(model);
        foreach (var tool in tools.OfType<AIFunctionDeclaration>())
            if (SchemaShape.Fault(tool.JsonSchema) is { } fault)
                throw new ModelFailedException(FailureKind.Refused, $"The parameters of the tool '{tool.Name}' are not a JSON schema. {fault}") { Status = 400 };
    }

    private static List<string> Texts(WireRequest request)
    {
        var texts = new List<string> { request.Options?.Instructions ?? "" };
        foreach (var content in request.Messages.SelectMany(message => message.Contents))
        {
            if (content is TextContent text) texts.Add(text.Text);
            else if (content is FunctionResultContent result) texts.Add(ToolText.Of(result));
        }

        return texts;
    }

    private static bool IsImage(AIContent content) =>
        content is DataContent data ? data.HasTopLevelMediaType("image") : content is UriContent uri && uri.HasTopLevelMediaType("image");
}
