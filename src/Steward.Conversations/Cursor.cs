using System.Globalization;

namespace Steward.Conversations;

/// <summary>Cursors of lists: the place of the last row, opaque to callers.</summary>
internal static class Cursor
{
    public static string Write(Guid id) => id.ToString("N");

    public static string Write(DateTimeOffset at, Guid id) => string.Create(CultureInfo.InvariantCulture, $"{at.UtcTicks:x}-{id:N}");

    /// <summary>Throws <see cref="ConversationProblemException"/> for a cursor that none of our lists gave.</summary>
    public static Guid? ReadId(string? cursor)
        => string.IsNullOrEmpty(cursor) ? null : Guid.TryParseExact(cursor, "N", out var id) ? id : throw Bad();

    public static (DateTimeOffset At, Guid Id)? ReadPlace(string? cursor)
    {
        if (string.IsNullOrEmpty(cursor))
        {
            return null;
        }

        var parts = cursor.Split('-');
        return parts.Length == 2 && long.TryParse(parts[0], NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var ticks)
            && ticks >= 0 && ticks <= DateTimeOffset.MaxValue.UtcTicks && Guid.TryParseExact(parts[1], "N", out var id)
            ? (new DateTimeOffset(ticks, TimeSpan.Zero), id)
            : throw Bad();
    }

    private static ConversationProblemException Bad() => new(400, "request.cursor", "The cursor is not one this list gave. Start without one.");
}
