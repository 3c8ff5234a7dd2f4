using Microsoft.Extensions.AI;
using Steward.Assistants.Checking;
using Steward.Assistants.Prompting;
using Steward.Conversations;
using Steward.Models;
using Steward.Search.Tokens;

namespace Steward.Assistants.Turns;

/// <summary>What a model wrote, sentence by sentence after the cheap checks, and what it wished for instead.</summary>
internal sealed record Drafted(
    string Model, IReadOnlyList<CheckedSentence> Said, Violation Violation, TurnAction Wish, string? WishText, bool Shown, bool CutAtLimit)
{
    /// <summary>The text as it was shown, without white space around it.</summary>
    public string Text => string.Concat(Said.Select(sentence => sentence.Text)).Trim();
}

/// <summary>
/// Lets models write: streams, checks each sentence before it leaves, and goes to the next model behind a reset when one fails.
/// </summary>
internal sealed class Drafter(IModels models)
{
    /// <param name="mayShow">Whether sentences leave while the model writes; where the turn may still decide otherwise, they wait.</param>
    public async Task<Drafted> DraftAsync(DraftRequest request, ITurnOutput output, bool mayShow, CancellationToken ct)
    {
        for (var i = 0; ; i++)
        {
            var model = request.Models[i];
            var attempt = new Attempt(request, output, mayShow, model);
            try
            {
                return await attempt.RunAsync(models, ct);
            }
            catch (ModelFailedException failure) when (!ct.IsCancellationRequested)
            {
                if (i + 1 == request.Models.Count)
                {
                    throw new AuthorFailedException(failure.Code, failure);
                }

                if (attempt.Shown)
                {
                    await output.ResetAsync("fallback", ct);
                }
            }
        }
    }

    private sealed class Attempt(DraftRequest request, ITurnOutput output, bool mayShow, string model)
    {
        private readonly SentenceGate _gate = new(TokenEstimator.ForModel(model));
        private readonly List<CheckedSentence> _said = [];
        private Violation _violation;
        private TurnAction _wish = TurnAction.Reply;
        private string? _wishText;
        private bool _cut;

        public bool Shown { get; private set; }

        public async Task<Drafted> RunAsync(IModels models, CancellationToken ct)
        {
            using var client = models.Chat(request.Tenant, model, request.Purpose);
            await foreach (var update in client.GetStreamingResponseAsync(request.Messages, request.OptionsFor(model), ct))
            {
                _cut |= update.FinishReason == ChatFinishReason.Length;
                foreach (var content in update.Contents)
                {
                    await TakeAsync(content, ct);
                }
            }

            // A reply that hit its limit ends with its last whole sentence: half a sentence may say the opposite.
            if (_gate.Rest() is { } rest && (!_cut || _said.Count == 0))
            {
                await SayAsync(rest, ct);
            }

            return new(model, _said, _violation, _wish, _wishText, Shown, _cut);
        }

        private async ValueTask TakeAsync(AIContent content, CancellationToken ct)
        {
            switch (content)
            {
                case TextContent text when text.Text.Length > 0:
                    foreach (var piece in _gate.Append(text.Text))
                    {
                        await SayAsync(piece, ct);
                    }

                    break;
                case FunctionCallContent { Name: TurnTools.AskCustomer } call:
                    _wish = TurnAction.Ask;
                    _wishText = call.Arguments?.TryGetValue("question", out var question) == true ? question?.ToString() : null;
                    break;
                case FunctionCallContent { Name: TurnTools.BringInPerson }:
                    _wish = TurnAction.Handoff;
                    break;
            }
        }

        private async ValueTask SayAsync(string piece, CancellationToken ct)
        {
            if (_violation != Violation.None)
            {
                return;
            }

            var sentence = request.Rules.Check(piece);
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
