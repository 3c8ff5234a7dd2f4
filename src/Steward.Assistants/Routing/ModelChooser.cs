using Steward.Assistants.Configuration;
using Steward.Conversations;
using Steward.Models;
using Steward.Search.Sentiments;

namespace Steward.Assistants.Routing;

/// <summary>Which models write a reply.</summary>
/// <param name="Models">Tried in order.</param>
/// <param name="Plan">Why these; null where the assistant names its model.</param>
/// <param name="Question">What the choice looked at.</param>
internal sealed record ModelChoice(IReadOnlyList<string> Models, RoutePlan? Plan, RouteQuestion Question)
{
    public string First => Models[0];

    /// <summary>The choice after an upgrade: the stronger models, then the assistant's own fallbacks.</summary>
    public ModelChoice Upgraded(RoutePlan plan, AssistantSettings settings) => this with { Models = Of(plan, settings), Plan = plan };

    public static IReadOnlyList<string> Of(RoutePlan plan, AssistantSettings settings) => [.. plan.Models.Select(model => model.Model).Concat(settings.Fallbacks).Distinct()];
}

/// <summary>Takes the model that an assistant names, or lets the router choose where the name stands for a choice.</summary>
internal sealed class ModelChooser(IModels models, IModelRouter router, IBudgets budgets)
{
    public async ValueTask<ModelChoice> ChooseAsync(TurnBrief turn, AssistantSettings settings, CallPurpose purpose, string? language, CancellationToken ct)
    {
        var name = settings.Model ?? (await models.DefaultsAsync(turn.Tenant, ct)).Chat;
        if (!VirtualModels.Contains(name))
        {
            return new([name, .. settings.Fallbacks.Where(fallback => fallback != name)], null, new RouteQuestion(""));
        }

        var text = string.Join('\n', turn.Unanswered.Select(message => message.Text));
        var question = new RouteQuestion(text, Sentiment.Of(text, language), turn.History.Count)
        {
            Cheaper = budgets.VerdictOf(turn.Tenant, purpose) != BudgetVerdict.Free,
        };
        var plan = await router.RouteAsync(turn.Tenant, name, question, ct);
        return new(ModelChoice.Of(plan, settings), plan, question);
    }
}
