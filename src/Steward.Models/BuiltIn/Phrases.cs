namespace Steward.Models.BuiltIn;

/// <summary>Everything the extractive model may say that no passage says.</summary>
internal static class Phrases
{
    public const string Greeting = "Hello! How can I help you?";
    public const string Thanks = "You're welcome. Is there anything else I can help you with?";
    public const string Goodbye = "Goodbye, and have a good day.";
    public const string Unknown = "I could not find an answer to this in our knowledge. Would you like me to hand you over to a person?";
    public const string PartlyUnknown =
        "I could not find an answer to the rest of your question in our knowledge. Would you like me to hand you over to a person?";

    public static IReadOnlyList<string> All { get; } = [Greeting, Thanks, Goodbye, Unknown, PartlyUnknown];
}
