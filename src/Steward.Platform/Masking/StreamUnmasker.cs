namespace Steward.Platform.Masking;

/// <summary>
/// Unmasks a text that comes in pieces cut anywhere: holds back only what may still become a placeholder, at most 23 characters. All pieces
/// together are what unmasking the whole text gives.
/// </summary>
public sealed class StreamUnmasker
{
    private readonly MaskedTurn _turn;
    private string _held = "";

    internal StreamUnmasker(MaskedTurn turn) => _turn = turn;

    /// <summary>Takes a piece and gives what is certain by now; may be empty.</summary>
    public string Append(string piece)
    {
        var text = _held + piece;
        var cut = text.Length;
        for (var at = Math.Max(0, text.Length - Placeholders.MaxLength + 1); at < text.Length; at++)
        {
            if (text[at] == '[' && Placeholders.MayBecome(text.AsSpan(at)))
            {
                cut = at;
                break;
            }
        }

        _held = text[cut..];
        return _turn.Unmask(text[..cut]);
    }

    /// <summary>What was held back at the end.</summary>
    public string Rest()
    {
        var rest = _turn.Unmask(_held);
        _held = "";
        return rest;
    }
}
