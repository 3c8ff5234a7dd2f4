using Microsoft.Extensions.AI;
using Steward.Assistants.Checking;
using Steward.Assistants.Prompting;
using Steward.Conversations;
using Steward.Models;
using Steward.Platform.Masking;
using Steward.Search.Tokens;

namespace Steward.Assistants.Turns;

/// <summary>What a model wrote, sentence by sentence after the cheap checks, and what it wished for instead.</summary>
/// <param name="Model">As it was asked for; <c>ensemble</c> where several voted.</param>
/// <param name="Open">The model says itself that it left a question without an answer.</param>
/// <param name="CutAtLimit">The reply hit its length limit; it ends with its last whole sentence and an ellipsis.</param>
internal sealed record Drafted(
    string Model, IReadOnlyList<CheckedSentence> Said, Violation Violation, TurnAction Wish, string? WishText, bool Open, bool Shown, bool CutAtLimit)
{
    /// <summary>A hard budget let no model write but the built-in one.</summary>
    public bool OverBudget { get; init; }

    /// <summary>How the answer was chosen where several models wrote; null where one did.</summary>
    public EnsembleVote? Vote { get; init; }

    /// <summary>The model that wrote the words.</summary>
    public string Writer => Vote?.Winner ?? Model;

    /// <summary>The text as it was shown, without white space around it.</summary>
    public string Text => string.Concat(Said.Select(sentence => sentence.Text)).Trim();
}

/// <summary>
/// Lets models write: streams, checks each sentence before it leaves, and goes to the next model behind a reset when one fails.
/// </summary>
internal sealed class Drafter(IModels models, IMasking masking)
{
    /// <param name="mayShow">Whether sentences leave while the model writes; where the turn may still decide otherwise, they wait.</param>
    public async Task<Drafted> DraftAsync(DraftRequest request, ITurnOutput output, bool mayShow, CancellationToken ct)
    {
        // One for the whole turn: a value keeps its placeholder when another model takes over.
        var masked = await MaskingAsync(request, ct);
        var overBudget = false;
        for (var i = 0; ; i++)
        {
            var model = request.Models[i];
            // The built-in model runs in this process and reads typed options: nothing leaves.
            var attempt = new Attempt(request, output, mayShow, model, model == BuiltInModelNames.Extractive ? null : masked, i == 0);
            try
            {
                return await attempt.RunAsync(models, ct) with { OverBudget = overBudget && model == BuiltInModelNames.Extractive };
            }
            catch (MaskingFailedException failure)
            {
                throw new AuthorFailedException(MaskingFailedException.Code, failure);
            }
            catch (ModelFailedException failure) when (!ct.IsCancellationRequested)
            {
                overBudget |= failure.Kind is FailureKind.SpendLimit or FailureKind.Unpriced;
                if (i + 1 == request.Models.Count)
                {
                    if (overBudget && model != BuiltInModelNames.Extractive)
                    {
                        return await BuiltInAsync(request, output, mayShow, attempt.Shown, ct);
                    }

                    throw new AuthorFailedException(failure.Code, failure);
                }

                if (attempt.Shown)
                {
                    await output.ResetAsync("fallback", ct);
                }
            }
        }
    }

    /// <summary>A customer is never shown that a budget is spent: what costs nothing answers.</summary>
    private async Task<Drafted> BuiltInAsync(DraftRequest request, ITurnOutput output, bool mayShow, bool shown, CancellationToken ct)
    {
        if (shown)
        {
            await output.ResetAsync("fallback", ct);
        }

        var drafted = await new Attempt(request, output, mayShow, BuiltInModelNames.Extractive, null, first: false).RunAsync(models, ct);
        return drafted with { OverBudget = true };
    }

    private async ValueTask<MaskedTurn?> MaskingAsync(DraftRequest request, CancellationToken ct)
    {
        try
        {
            return await masking.ForModelsAsync(request.Tenant, request.Writer, ct);
        }
        catch (MaskingFailedException failure)
        {
            throw new AuthorFailedException(MaskingFailedException.Code, failure);
        }
    }

    /// <param name="first">Only the first call settles the row that its turn may have opened; the others have rows of their own.</param>
    private sealed class Attempt(DraftRequest request, ITurnOutput output, bool mayShow, string model, MaskedTurn? masked, bool first)
    {
        private readonly SentenceGate _gate = new(TokenEstimator.ForModel(model));
        private readonly StreamUnmasker? _unmasker = masked?.Stream();
        private readonly List<CheckedSentence> _said = [];
        private string _before = "";
        private Violation _violation;
        private TurnAction _wish = TurnAction.Reply;
        private string? _wishText;
        private bool _open;
        private bool _cut;
        private EnsembleVote? _vote;

        public bool Shown { get; private set; }

        public async Task<Drafted> RunAsync(IModels models, CancellationToken ct)
        {
            var messages = masked is null ? request.Messages : MaskedMessages.Of(request.Messages, masked);
            using var client = models.Chat(request.Tenant, model, first ? request.Purpose : request.Purpose with { SpendId = null });
            await foreach (var update in client.GetStreamingResponseAsync(messages, request.OptionsFor(model), ct))
            {
                _cut |= update.FinishReason == ChatFinishReason.Length;
                _vote ??= EnsembleVote.Of(update);
                foreach (var content in update.Contents)
                {
                    await TakeAsync(content, ct);
                }

                if (ExtractiveAnswer.Of(update) is { Answered: false } answer)
                {
                    _open = true;
                    _wish = answer.Cited.Count == 0 ? TurnAction.Handoff : _wish;
                }
            }

            if (_unmasker?.Rest() is { Length: > 0 } held)
            {
                await HearAsync(held, ct);
            }

            await FinishAsync(_gate.Rest() ?? "", ct);
            return new(model, _said, _violation, _wish, _wishText, _open, Shown, _cut) { Vote = _vote };
        }

        private async ValueTask FinishAsync(string rest, CancellationToken ct)
        {
            // A reply that hit its limit ends with its last whole sentence, since half a sentence may say the opposite, and shows that
            // it was cut. Markers that follow a sentence are its own.
            if (_cut)
            {
                rest = (_said.Count == 0 ? rest : Citations.Leading(rest)) + " …";
            }

            if (rest.Length > 0)
            {
                await SayAsync(rest, ct);
            }
        }

        private async ValueTask TakeAsync(AIContent content, CancellationToken ct)
        {
            switch (content)
            {
                case TextContent text when text.Text.Length > 0:
                    await HearAsync(_unmasker?.Append(text.Text) ?? text.Text, ct);
                    break;
                case FunctionCallContent { Name: TurnTools.AskCustomer } call:
                    Ask(call.Arguments?.TryGetValue("question", out var question) == true ? question?.ToString() : null);
                    break;
                case FunctionCallContent { Name: TurnTools.BringInPerson }:
                    _wish = TurnAction.Handoff;
                    break;
            }
        }

        private async ValueTask HearAsync(string text, CancellationToken ct)
        {
            foreach (var piece in _gate.Append(text))
            {
                await SayAsync(piece, ct);
            }
        }

        /// <summary>A question back is as much said as a sentence, and has nothing to cite.</summary>
        private void Ask(string? question)
        {
            var asked = request.Rules.Check(masked?.Unmask(question ?? "") ?? question ?? "");
            _wish = TurnAction.Ask;
            _wishText = Citations.Strip(asked.Text).Trim();
            _violation = _violation == Violation.None ? asked.Violation : _violation;
        }

        private async ValueTask SayAsync(string piece, CancellationToken ct)
        {
            if (_violation != Violation.None)
            {
                return;
            }

            var sentence = request.Rules.Check(piece, _before);
            _before = ReplyRules.EndOf(_before, piece);
            if (sentence.Violation != Violation.None)
            {
                _violation = sentence.Violation;
                return;
            }

            _said.Add(sentence);
            if (mayShow && sentence.Text.Length > 0)
            {
                Shown = true;
                await output.ShowAsync(sentence.Text, ct);
            }
        }
    }
}
