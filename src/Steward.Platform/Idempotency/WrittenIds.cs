using System.Buffers.Text;
using System.Text;

namespace Steward.Platform.Idempotency;

/// <summary>Finds ids where they are written in a text. Pure.</summary>
internal static class WrittenIds
{
    private const int Length = 36;

    public static bool Any(string text, HashSet<Guid> ids) => Any(Encoding.UTF8.GetBytes(text), ids);

    /// <summary>Whether one of the ids stands somewhere in the text, written as 8-4-4-4-12 digits.</summary>
    public static bool Any(ReadOnlySpan<byte> text, HashSet<Guid> ids)
    {
        for (var at = 0; at + Length <= text.Length; at++)
        {
            var candidate = text.Slice(at, Length);
            if (candidate[8] == '-' && candidate[13] == '-' && candidate[18] == '-' && candidate[23] == '-'
                && Utf8Parser.TryParse(candidate, out Guid id, out var read, 'D') && read == Length && ids.Contains(id))
            {
                return true;
            }
        }

        return false;
    }
}
