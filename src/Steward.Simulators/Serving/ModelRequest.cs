using System.Text;

namespace Steward.Simulators;

/// <summary>What the simulator understood of a request, the same for every wire.</summary>
internal sealed class ModelRequest
{
    public string Model { get; set; } = "";

    public bool Stream { get; set; }

    public bool IncludeUsage { get; set; }

    public int? MaxTokens { get; set; }

    /// <summary>A tool the caller insists on.</summary>
    public string? ForcedTool { get; set; }

    public List<string> Tools { get; } = [];

    /// <summary>The messages in order; roles are <c>system</c>, <c>user</c>, <c>assistant</c> and <c>tool</c>.</summary>
    public List<(string Role, string Text)> Messages { get; } = [];

    public string LastRole => Messages.Count == 0 ? "" : Messages[^1].Role;

    public string LastText => Messages.Count == 0 ? "" : Messages[^1].Text;

    public string LastUserText
    {
        get
        {
            for (var i = Messages.Count - 1; i >= 0; i--)
            {
                if (Messages[i].Role == "user") return Messages[i].Text;
            }

            return "";
        }
    }

    public string SystemText
    {
        get
        {
            var text = new StringBuilder();
            foreach (var (role, part) in Messages)
            {
                if (role == "system") text.Append(part).Append('\n');
            }

            return text.ToString();
        }
    }

    /// <summary>What the tools cost, where the wire counts them.</summary>
    public int ToolTokens { get; set; }

    public int PromptTokens => ToolTokens + Messages.Sum(m => TokensOf(m.Text));

    /// <summary>Four characters to a token, and four tokens for each message's frame.</summary>
    public static int TokensOf(string message) => ((message.Length + 3) / 4) + 4;
}

/// <summary>The request is not one of this wire; the text says what to change.</summary>
internal sealed class BadModelRequestException(string message, int status = 400) : Exception(message)
{
    public int Status => status;
}
