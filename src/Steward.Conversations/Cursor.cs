using Steward.Platform.Paging;

namespace Steward.Conversations;

/// <summary>The cursor of the list of turns.</summary>
internal static class Cursor
{
    private const string Turns = "conversations.turns";

    public static string Write(Guid id) => Cursors.Of(Turns, id);

    public static Guid? ReadId(string? cursor) => Cursors.ReadId(Turns, cursor);
}
