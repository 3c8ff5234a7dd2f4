using System.Text.Json.Serialization;

namespace Steward.Assistants.Configuration;

/// <summary>How an assistant speaks; written in lower case.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<Tone>))]
public enum Tone
{
    /// <summary>Warm and close; the default.</summary>
    [JsonStringEnumMemberName("friendly")]
    Friendly,

    /// <summary>Precise and courteous.</summary>
    [JsonStringEnumMemberName("professional")]
    Professional,

    /// <summary>Relaxed, short sentences.</summary>
    [JsonStringEnumMemberName("casual")]
    Casual,

    /// <summary>Polite distance, no contractions.</summary>
    [JsonStringEnumMemberName("formal")]
    Formal,
}

/// <summary>Everything that can be set on an assistant. Every default is safe; <c>docs/defaults.md</c> lists them and a test holds the two together.</summary>
public sealed record AssistantSettings
{
    /// <summary>The name customers see. 1 to 80 characters.</summary>
    public string Name { get; init; } = "Assistant";

    /// <summary>How it speaks.</summary>
    public Tone Tone { get; init; } = Tone.Friendly;

    /// <summary>The tenant's own instructions, added to the prompt. At most 8,000 characters.</summary>
    public string Instructions { get; init; } = "";

    /// <summary>The first line the widget shows.</summary>
    public string Greeting { get; init; } = "Hello! How can I help you today?";

    /// <summary>Questions the widget offers before the first message. At most 6.</summary>
    public IReadOnlyList<string> Suggestions { get; init; } = [];

    /// <summary>The model, or null for the installation's default. <c>auto</c> has each question routed; <c>simple</c>, <c>standard</c> and <c>complex</c> name a tier.</summary>
    public string? Model { get; init; }

    /// <summary>Models tried, in order, when the first one fails.</summary>
    public IReadOnlyList<string> Fallbacks { get; init; } = ["steward-extractive"];

    /// <summary>Sampling temperature, 0 to 2.</summary>
    public double Temperature { get; init; } = 0.7;

    /// <summary>Most tokens of one reply, 16 to 8,192.</summary>
    public int MaxOutputTokens { get; init; } = 1_000;

    /// <summary>Most messages of history in the context, 0 to 100.</summary>
    public int HistoryMessages { get; init; } = 10;

    /// <summary>Most tokens of history in the context.</summary>
    public int HistoryTokens { get; init; } = 2_048;

    /// <summary>The newest messages of history that are never cut, whatever they cost.</summary>
    public int HistoryNeverCut { get; init; } = 5;

    /// <summary>Passages given to the model, 1 to 20.</summary>
    public int Passages { get; init; } = 5;

    /// <summary>Tokens of the whole context.</summary>
    public int ContextTokens { get; init; } = 8_192;

    /// <summary>A reply below this confidence (0 to 1) is a low-confidence reply.</summary>
    public double ConfidenceThreshold { get; init; } = 0.7;

    /// <summary>Low-confidence replies in a row after which a person is brought in.</summary>
    public int LowConfidenceAttempts { get; init; } = 2;

    /// <summary>
    /// How often a reply of low confidence is tried again on a stronger tier, 0 to 2; only where the model is chosen (see <see cref="Model"/>). A turn that may be tried again shows nothing before it is decided.
    /// </summary>
    public int Escalations { get; init; }

    /// <summary>US dollars that all attempts of a turn may cost: a retry that could pass it is not made. 0 to 100.</summary>
    public decimal EscalationCeilingUsd { get; init; } = 0.54m;

    /// <summary>Whether providers are told what of the prompt comes again, so that they keep it for minutes and charge less for it.</summary>
    public bool PromptCaching { get; init; } = true;

    /// <summary>
    /// Minutes for which a sure answer with sources is given to whoever asks the same as the first thing in a conversation, 0 to 10,080; 0 writes every answer anew.
    /// </summary>
    public int AnswerCacheMinutes { get; init; }

    /// <summary>Words or phrases the assistant must not speak about; a reply that does is replaced by an offer of a person.</summary>
    public IReadOnlyList<string> RestrictedTopics { get; init; } = [];

    /// <summary>
    /// What a customer reads, on channels that cannot be told of an error, who wrote more than a limit allows; null for a fixed phrase. 1 to 500 characters.
    /// </summary>
    public string? LimitedText { get; init; }

    /// <summary>BCP 47 language of fixed phrases; null follows the customer.</summary>
    public string? Language { get; init; }
}
