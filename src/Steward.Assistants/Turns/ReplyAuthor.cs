using Steward.Assistants.Checking;
using Steward.Assistants.Configuration;
using Steward.Assistants.Context;
using Steward.Assistants.Deciding;
using Steward.Assistants.Prompting;
using Steward.Assistants.Reusing;
using Steward.Assistants.Routing;
using Steward.Assistants.Understanding;
using Steward.Conversations;
using Steward.Models;
using Steward.Platform.Masking;
using Steward.Search.Tokens;

namespace Steward.Assistants.Turns;

/// <summary>Writes the reply of a turn: understand, recall, generate, check, decide. Holds no transaction and stores nothing itself.</summary>
internal sealed class ReplyAuthor(
    AssistantStore assistants, Recaller recaller, Drafter drafter, ModelChooser chooser, IModelRouter router, ISpend spend, PromptCache prompts,
    AnswerCache answers, TimeProvider time, IShadow shadow) : IReplyAuthor
{
    public async Task<TurnDecision> WriteAsync(TurnBrief turn, ITurnOutput output, CancellationToken cancelled)
    {
        var assistant = await assistants.ForTurnAsync(turn.Tenant, turn.AssistantId, cancelled);
        var phrases = Phrases.In(assistant.Settings.Language ?? turn.Contact.Language);
        var trace = new TurnTrace { AssistantId = assistant.Id, AssistantVersion = assistant.Version };
        if (Fixed(turn, assistant.Settings, phrases) is { } verdict)
        {
            trace.Decided = verdict.HandoffReason ?? "small_talk";
            await output.ShowAsync(verdict.Text, cancelled);
            return ToDecision(turn, verdict, [], 1, BuiltInModelNames.Extractive, trace, []);
        }

        if (turn.BeyondQuota)
        {
            // Of low confidence, so that a plain yes takes the offer.
            trace.Decided = "quota.turns";
            await output.ShowAsync(phrases.OutOfTurns, cancelled);
            return ToDecision(turn, new(TurnAction.Ask, phrases.OutOfTurns, LowConfidence: true, KeepsDraft: false, null), [], 0, BuiltInModelNames.Extractive, trace, []);
        }

        return await AnswerAsync(turn, assistant, phrases, trace, output, cancelled);
    }

    private async Task<TurnDecision> AnswerAsync(
        TurnBrief turn, Assistant assistant, Phrases phrases, TurnTrace trace, ITurnOutput output, CancellationToken ct)
    {
        var settings = assistant.Settings;
        var language = settings.Language ?? turn.Contact.Language;
        var questions = Questions.Of(turn.Unanswered.Where(m => SmallTalk.Of(m.Text) is SmallTalkKind.None or SmallTalkKind.Yes or SmallTalkKind.No).Select(m => m.Text));
        var recalled = await recaller.RecallAsync(turn.Tenant, questions, turn.History, settings.Passages, settings.ConfidenceThreshold, ct);
        var calls = new List<CallResult>();
        var purpose = new CallPurpose("chat", "turn", assistant.Id == Guid.Empty ? null : assistant.Id, turn.ConversationId, turn.TurnId, turn.Contact.Id)
        {
            SpendId = LostCalls.SpendId(turn.TurnId, turn.Epoch),
            Settlement = Settlement.WithCommit,
            OnResult = calls.Add,
        };
        var choice = await chooser.ChooseAsync(turn, settings, purpose, language, ct);
        var estimator = TokenEstimator.ForModel(choice.First);
        var prompt = prompts.For(turn.Tenant, assistant, choice.First);
        var context = ContextBudget.Assemble(
            turn.Unanswered,
            turn.History,
            recalled.Passages,
            prompt.Tokens + settings.MaxOutputTokens,
            new(settings.ContextTokens, settings.HistoryMessages, settings.HistoryTokens, settings.HistoryNeverCut, Math.Max(settings.Passages, recalled.Passages.Count)),
            estimator);
        trace.Questions = [.. recalled.Questions.Select(q => new TracedQuestion(q.Text, q.Answerability, q.Found.Count))];
        trace.Passages = [.. context.Passages.Select(p => new TracedPassage(p.N, p.PassageId, p.Score))];
        trace.Sections = context.Sections;

        var writer = Writer(turn.Contact);
        var asked = Reusable.Asks(turn, settings, context, writer)
            ? await answers.AskAsync(AnswerKey.Of(turn.Tenant, assistant.Id, assistant.Version, language, turn.Unanswered.Select(message => message.Text), context.Passages), ct)
            : null;
        if (asked?.Answer is { } kept)
        {
            await output.ShowAsync(kept.Text, ct);
            return Reuse.Of(kept, asked.InFlight, trace, purpose.AssistantId, TitleOf(turn), spend, time.GetUtcNow());
        }

        using var lead = asked?.Lead;
        var request = new DraftRequest(
            turn.Tenant,
            choice.Models,
            settings,
            Prompt.Of(prompt.Text, context, settings.PromptCaching),
            Extractive(recalled, context, settings.ConfidenceThreshold),
            new ReplyRules(context.Passages, prompt.Guarded, prompt.Restricted),
            purpose,
            writer)
        {
            Lane = settings.PromptCaching ? prompt.Lane : null,
        };
        var attempts = new Attempts(router, turn, settings, choice, (int)((context.Sections.Sum(section => section.Tokens) - settings.MaxOutputTokens) * (1 + estimator.Margin)));
        var written = new Writing(drafter, attempts, output, request, calls, recalled.Least >= settings.ConfidenceThreshold, recalled.Best);
        var (drafted, judged, verdict) = await written.WriteAsync(Judge, ct);
        var figures = judged.Confidence;
        calls.ForEach(trace.Add);
        trace.Routing = choice.Plan;
        trace.Attempts = choice.Plan is null ? null : attempts.Made;
        trace.Confidence = figures;
        trace.Ensemble = drafted.Vote;
        trace.CutAtLimit = drafted.CutAtLimit;
        trace.RemovedCitations = drafted.Said.Sum(sentence => sentence.RemovedCitations);
        trace.Violation = drafted.Violation == Violation.None ? null : drafted.Violation.ToString();
        trace.Decided = verdict.HandoffReason ?? verdict.Action.ToString();
        if (drafted.Shown && !verdict.KeepsDraft)
        {
            await output.ResetAsync("replaced", ct);
        }

        if (drafted is { Shown: true, OverBudget: true } && verdict.KeepsDraft)
        {
            await output.ShowAsync(verdict.Text[drafted.Text.Length..], ct);
        }

        var citations = verdict.KeepsDraft ? Quotes.For(drafted.Said, context.Passages, language) : [];
        var decision = ToDecision(turn, verdict, citations, figures.Value, drafted.Writer, trace, calls);
        lead?.Complete(
            Reusable.Gives(drafted, verdict, citations, calls) ? new KeptAnswer(turn.TurnId, turn.Contact.Id, verdict.Text, citations, figures, drafted.Writer, decision.CostUsd) : null,
            TimeSpan.FromMinutes(settings.AnswerCacheMinutes));
        var also = decision.AlsoStore.ToList();
        if (choice.Plan is not null)
        {
            also.Add(session => AttemptRows.Append(session, turn.TurnId, purpose.AssistantId, choice, attempts.Made));
        }

        if (verdict.KeepsDraft && drafted.Writer != BuiltInModelNames.Extractive && drafted is { CutAtLimit: false, Open: false })
        {
            // Only what the customer was really given is worth learning.
            var taught = Taught(turn, request, drafted);
            also.Add(session => session.AfterCommit(() => shadow.Offer(taught)));
        }

        return decision with { AlsoStore = also };

        Judged Judge(Drafted said)
        {
            var draft = new Draft(
                said.Text, said.Wish, said.WishText, said.Violation, Figures(said, context, recalled, turn, language, settings), Partial: said.Open || recalled.Least < settings.ConfidenceThreshold);
            var decided = Decision.Of(draft, settings, turn.LowConfidenceStreak, phrases);
            return new(said, draft, said.OverBudget ? Decision.WithOffer(decided, phrases) : decided);
        }
    }

    /// <summary>What needs no search: a wish for a person anywhere in the burst, or nothing but small talk.</summary>
    private static Verdict? Fixed(TurnBrief turn, AssistantSettings settings, Phrases phrases)
    {
        // Every reply of low confidence offered a person: a plain yes takes the offer, a plain no leaves it.
        var offered = turn.LowConfidenceStreak > 0;
        if (turn.Unanswered.Any(message => PersonRequest.In(message.Text) || (offered && SmallTalk.Of(message.Text) == SmallTalkKind.Yes)))
        {
            return new(TurnAction.Handoff, phrases.HandingOver, LowConfidence: false, KeepsDraft: false, "requested");
        }

        var talk = turn.Unanswered.Select(message => SmallTalk.Of(message.Text)).ToList();
        return talk.Exists(kind => kind is SmallTalkKind.None or SmallTalkKind.Yes || (kind == SmallTalkKind.No && !offered)) ? null : new(
            TurnAction.Reply,
            talk[^1] switch
            {
                SmallTalkKind.Thanks or SmallTalkKind.No => phrases.Thanks,
                SmallTalkKind.Farewell => phrases.Farewell,
                _ => phrases.Greeting,
            },
            LowConfidence: false,
            KeepsDraft: false,
            null);
    }

    /// <summary>Intents are not recorded yet.</summary>
    private static TaughtTurn Taught(TurnBrief turn, DraftRequest request, Drafted drafted) => new(
        turn.Tenant, request.Purpose.AssistantId, turn.ConversationId, turn.TurnId, turn.Contact.Id, null, drafted.Writer, request.Messages, drafted.Text, request.Writer,
        (float)request.Settings.Temperature, request.Settings.MaxOutputTokens);

    /// <summary>What the contact's record says of it.</summary>
    private static KnownPerson Writer(ContactBrief contact)
    {
        var values = new List<KeyValuePair<MaskKind, string>>();
        if (contact.Name is { } name)
        {
            values.Add(new(MaskKind.Name, name));
        }

        if (contact.Email is { } email)
        {
            values.Add(new(MaskKind.Email, email));
        }

        return new(values);
    }

    private static ExtractiveOptions Extractive(Recalled recalled, AssembledContext context, double threshold)
        => new(
            [.. recalled.Questions.Select(q => new ExtractiveQuestion(q.Text, q.Answerability >= threshold, q.Answerability))],
            [.. context.Passages.Select(p => new ExtractivePassage(p.N, p.PassageId, p.Title, p.Text, p.Score))]);

    private static ConfidenceFigures Figures(
        Drafted drafted, AssembledContext context, Recalled recalled, TurnBrief turn, string? language, AssistantSettings settings)
    {
        // Of several questions the sure ones are answered and the others said to be open, so the surest decides.
        var answerability = recalled.Best;
        if (drafted.Model == BuiltInModelNames.Extractive)
        {
            // Passages that should answer and no sentence that does: its phrase for that is no answer.
            var spoke = drafted.Said.Any(sentence => sentence.Citations.Count > 0);
            return new(spoke ? answerability : 0, answerability, spoke ? 1 : 0, 0);
        }

        var figures = Confidence.Of(drafted.Said, context.Passages, turn.Unanswered.Concat(turn.History).Select(message => message.Text), answerability, language);
        return drafted.Vote is { Agreement: { } agreement } vote ? Confidence.WithVote(figures, agreement, vote.Divided) : figures;
    }

    private static string? TitleOf(TurnBrief turn)
        => turn.Title is null && turn.Unanswered.FirstOrDefault(message => SmallTalk.Of(message.Text) == SmallTalkKind.None) is { } asked ? Titles.Of(asked.Text) : null;

    private TurnDecision ToDecision(
        TurnBrief turn, Verdict verdict, IReadOnlyList<Citation> citations, double confidence, string model, TurnTrace trace, List<CallResult> calls)
        => new(
            verdict.Action,
            verdict.Text,
            citations,
            confidence,
            verdict.LowConfidence,
            model,
            calls.Sum(call => call.Cost.Usd),
            verdict.HandoffReason,
            TitleOf(turn),
            trace.ToJson(),
            [.. calls.Select(call => (Action<Platform.Postgres.TenantSession>)(session => spend.AppendSettle(session, call)))])
        {
            Tokens = new TurnTokens(calls.Sum(call => call.Usage.TotalInput), calls.Sum(call => call.Usage.TotalOutput)),
        };
}
