using System.Runtime.InteropServices;

namespace Steward.Conversations.Turns;

/// <summary>How long a turn waits for more messages before it writes.</summary>
/// <param name="AfterLast">After the last message.</param>
/// <param name="AtMost">After the first unanswered one, whatever follows.</param>
/// <param name="WhileTyping">While the contact types, after the first unanswered one.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct QuietWindow(TimeSpan AfterLast, TimeSpan AtMost, TimeSpan WhileTyping)
{
    public static QuietWindow None { get; }

    private static readonly QuietWindow Pull = new(TimeSpan.FromMilliseconds(300), TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(2));
    private static readonly QuietWindow WhatsApp = new(TimeSpan.FromSeconds(1.5), TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(5));

    /// <summary>The window of a channel kind.</summary>
    public static QuietWindow For(string kind) => kind == "whatsapp" ? WhatsApp : Pull;

    /// <summary>When the window ends, as far as is known now. Messages slide it, typing holds it, the longest wait bounds it.</summary>
    public DateTimeOffset End(DateTimeOffset first, DateTimeOffset last, bool typing)
    {
        var end = typing ? first + WhileTyping : last + AfterLast;
        var most = first + AtMost;
        return end < most ? end : most;
    }
}
