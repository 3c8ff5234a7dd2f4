using System.Buffers;
using System.Text;
using Steward.Search.Chunking;
using Steward.Search.Tokens;

namespace Steward.Assistants.Checking;

/// <summary>
/// Collects a model's deltas and gives out whole sentences; only the first one is cut early, after 25 tokens, so that a customer
/// waits for a thought and not for a paragraph. A piece never ends inside a citation marker.
/// </summary>
internal sealed class SentenceGate(TokenEstimator estimator)
{
    private const int FirstPieceTokens = 25;
    private static readonly SearchValues<char> InMarker = SearchValues.Create("0123456789,; \t\r\n");
    private readonly StringBuilder _text = new();
    private bool _any;

    /// <summary>Takes a delta and returns the pieces that are complete with it, in order.</summary>
    public IEnumerable<string> Append(string delta)
    {
        _text.Append(delta);
        while (Next() is { } piece)
        {
            yield return piece;
        }
    }

    /// <summary>What is left when the stream has ended.</summary>
    public string? Rest()
    {
        if (_text.Length == 0)
        {
            return null;
        }

        var rest = _text.ToString();
        _text.Clear();
        return rest;
    }

    private string? Next()
    {
        if (_text.Length == 0)
        {
            return null;
        }

        var text = _text.ToString();
        var end = SentenceSplitter.FindEnd(text, 0, complete: false);
        if (end <= 0 && !_any && estimator.Count(text) >= FirstPieceTokens)
        {
            end = EarlyCut(text);
        }

        while (end > 0 && OpensMarker(text.AsSpan(0, end)))
        {
            end = SentenceSplitter.FindEnd(text, end, complete: false);
        }

        if (end <= 0)
        {
            return null;
        }

        _text.Remove(0, end);
        _any = true;
        return text[..end];
    }

    private static int EarlyCut(string text)
    {
        var space = text.LastIndexOf(' ');
        var bracket = text.LastIndexOf('[');
        return bracket >= 0 && bracket < space && text.IndexOf(']', bracket) < 0 ? bracket : space;
    }

    private static bool OpensMarker(ReadOnlySpan<char> piece)
    {
        var open = piece.LastIndexOf('[');
        return open >= 0 && piece[(open + 1)..].IndexOfAnyExcept(InMarker) < 0;
    }
}
