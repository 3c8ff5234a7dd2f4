using Microsoft.Extensions.AI;

namespace Steward.Models;

/// <summary>What <see cref="BuiltInModelNames.Extractive"/> reads, as typed options and never from the prompt. Without them it knows nothing.</summary>
/// <param name="Questions">The unanswered messages, oldest first; each is answered.</param>
/// <param name="Passages">What the search found, best first.</param>
public sealed record ExtractiveOptions(IReadOnlyList<ExtractiveQuestion> Questions, IReadOnlyList<ExtractivePassage> Passages)
{
    private const string Key = "steward.extractive";

    /// <summary>Puts these options into chat options; other models ignore them.</summary>
    public ChatOptions AddTo(ChatOptions options)
    {
        (options.AdditionalProperties ??= [])[Key] = this;
        return options;
    }

    internal static ExtractiveOptions? From(ChatOptions? options) =>
        options?.AdditionalProperties?.TryGetValue(Key, out var value) == true ? value as ExtractiveOptions : null;
}

/// <summary>One message of the contact.</summary>
/// <param name="Answerable">The search's verdict: whether the passages hold an answer.</param>
/// <param name="Answerability">0..1, as the search says it.</param>
public sealed record ExtractiveQuestion(string Text, bool Answerable, double Answerability);

/// <summary>A passage that may be cited.</summary>
/// <param name="Number">The n of its citation marker <c>[n]</c>.</param>
/// <param name="Score">The search's score; only the order of scores matters.</param>
public sealed record ExtractivePassage(int Number, Guid Id, string Title, string Text, double Score);

/// <summary>What the extractive model says about its own answer.</summary>
/// <param name="Confidence">The lowest answerability among the questions, or 1 when nothing was asked; nothing of its own is added.</param>
/// <param name="Answered">Every question got a sentence of a passage (or needed none, such as a greeting).</param>
/// <param name="OffersPerson">The text offers to hand over to a person.</param>
/// <param name="Cited">Numbers of the passages that were quoted, ascending.</param>
public sealed record ExtractiveAnswer(string Text, double Confidence, bool Answered, bool OffersPerson, IReadOnlyList<int> Cited)
{
    internal const string Key = "steward.extractive.answer";

    /// <summary>The answer's own account, when the built-in model gave it.</summary>
    public static ExtractiveAnswer? Of(ChatResponse response) =>
        response.AdditionalProperties?.TryGetValue(Key, out var value) == true ? value as ExtractiveAnswer : null;

    /// <summary>The same, on the last update of a stream.</summary>
    public static ExtractiveAnswer? Of(ChatResponseUpdate update) =>
        update.AdditionalProperties?.TryGetValue(Key, out var value) == true ? value as ExtractiveAnswer : null;
}
