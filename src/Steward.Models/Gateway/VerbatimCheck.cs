using System.Text.Json;
using Steward.Models.Calls;
using Steward.Models.Catalogue;
using Steward.Search.Tokens;

namespace Steward.Models.Gateway;

/// <summary><see cref="CardCheck"/> for a request that passes as it is. Its messages are looked into only where the card makes that necessary.</summary>
internal static class VerbatimCheck
{
    // Of a part of a message: {"messages":[{"content":[{"image_url"...
    private const int PartDepth = 5;

    public static void Check(ModelCard card, in ChatRequestScan scan, ReadOnlySpan<byte> body)
    {
        if (scan.Tools && !card.Tools) throw CardCheck.NoTools(scan.Model);
        // Inside a JSON string the quotes would be escaped, so these bytes are a name or a value of their own.
        if (!card.Vision && body.IndexOf("\"image_url\""u8) >= 0 && HasImage(body)) throw CardCheck.NoImages(scan.Model);
        Length(card, scan.Model, body);
    }

    /// <summary>Refuses what surely is longer than the model's window.</summary>
    public static void Length(ModelCard card, string model, ReadOnlySpan<byte> body)
    {
        if (card.Context is not { } window || body.Length < (long)window * CardCheck.LeastBytesPerToken) return;
        CardCheck.Length(model, window, Tokens(body, TokenEstimator.ForModel(model)));
    }

    private static bool HasImage(ReadOnlySpan<byte> body)
    {
        var json = new Utf8JsonReader(body);
        var messages = false;
        while (json.Read())
        {
            if (json.TokenType != JsonTokenType.PropertyName) continue;
            if (json.CurrentDepth == 1) messages = json.ValueTextEquals("messages"u8);
            else if (messages && json.CurrentDepth == PartDepth && json.ValueTextEquals("image_url"u8)) return true;
        }

        return false;
    }

    // What is said; images and whatever else has text are not counted.
    private static double Tokens(ReadOnlySpan<byte> body, TokenEstimator estimator)
    {
        var json = new Utf8JsonReader(body);
        var tokens = 0d;
        var counts = false;
        while (json.Read())
        {
            if (json.TokenType == JsonTokenType.PropertyName) counts = json.ValueTextEquals("content"u8) || json.ValueTextEquals("text"u8);
            else if (counts && json.TokenType == JsonTokenType.String) tokens += estimator.Count(json.GetString());
        }

        return tokens;
    }
}
