namespace Steward.Simulators;

/// <summary>How the text of an answer is made.</summary>
public enum AnswerMode
{
    /// <summary>
    /// Acts as a good model for a prompt with numbered passages (<c>[1] Title</c>, then text): the first sentence of passage 1 and
    /// the marker <c>[1]</c>. Without passages it calls the tool <c>bring_in_person</c> when that is offered, else it says that it has
    /// no source. After a tool result it repeats the result; a tool the caller insists on it calls with empty arguments.
    /// </summary>
    Passages,

    /// <summary>Repeats the last message.</summary>
    Echo,

    /// <summary><see cref="Answer.Text"/> as it is. Where the caller insists on one tool and the text is a JSON object, the tool is called with it.</summary>
    Text,

    /// <summary>Exactly <see cref="Answer.Tokens"/> words, in sentences of ten.</summary>
    Length,

    /// <summary>
    /// Calls <see cref="Answer.ToolCalls"/>, after <see cref="Answer.Text"/> when there is one. When the last message is already a
    /// tool's result and the rule does not name <see cref="Match.LastRole"/>, the rule is passed over, so a tool loop ends.
    /// </summary>
    Tools,
}

/// <summary>One tool call of an answer.</summary>
/// <param name="Name">The tool's name.</param>
/// <param name="Arguments">The arguments as JSON text; sent as it is, so it may be invalid on purpose.</param>
/// <param name="Id">The call's id; made from the call's number when null.</param>
public sealed record ScriptedToolCall(string Name, string Arguments = "{}", string? Id = null);

/// <summary>What is answered.</summary>
public sealed record Answer
{
    public static Answer Passages { get; } = new();

    public static Answer Echo { get; } = new() { Mode = AnswerMode.Echo };

    public AnswerMode Mode { get; init; }

    public string? Text { get; init; }

    /// <summary>The length of an answer of <see cref="AnswerMode.Length"/>, in words.</summary>
    public int Tokens { get; init; }

    public IReadOnlyList<ScriptedToolCall> ToolCalls { get; init; } = [];

    /// <summary>How many of the prompt's tokens are reported as read from the provider's cache.</summary>
    public int CachedTokens { get; init; }

    /// <summary>How many tokens the model is said to have thought before it answered, where its wire reports them apart.</summary>
    public int ReasoningTokens { get; init; }

    public static Answer OfText(string text) => new() { Mode = AnswerMode.Text, Text = text };

    public static Answer OfLength(int tokens) => new() { Mode = AnswerMode.Length, Tokens = tokens };

    public static Answer OfTools(params ScriptedToolCall[] calls) => new() { Mode = AnswerMode.Tools, ToolCalls = calls };
}
