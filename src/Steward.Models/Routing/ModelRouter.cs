using Steward.Models.Ensemble;
using Steward.Models.Prices;
using Steward.Models.Providers;
using Steward.Platform.Tenancy;

namespace Steward.Models.Routing;

internal sealed class ModelRouter(ModelDirectory directory, RoutingStore store, PriceList prices, TimeProvider time, IBudgets budgets) : IModelRouter
{
    // Budgets of an assistant are for who knows the assistant; these bind every call.
    private static readonly CallPurpose AnyChat = new("chat", "turn");

    public async ValueTask<RoutePlan> RouteAsync(TenantId tenant, string name, RouteQuestion question, CancellationToken ct) =>
        Plan((await store.OfAsync(tenant, ct)).Settings, await directory.ProvidersAsync(tenant, ct), name,
            question with { Cheaper = question.Cheaper || budgets.VerdictOf(tenant, AnyChat) != BudgetVerdict.Free });

    public async ValueTask<RoutePlan?> UpgradeAsync(TenantId tenant, RoutePlan from, IReadOnlyCollection<string> tried, CancellationToken ct)
    {
        var providers = await directory.ProvidersAsync(tenant, ct);
        return TierPlan.Upgrade(from, tried, (await store.OfAsync(tenant, ct)).Settings, model => ModelDirectory.Serves(providers, model));
    }

    public async ValueTask<decimal?> WorstCaseUsdAsync(TenantId tenant, string model, long promptTokens, long outputTokens, CancellationToken ct)
    {
        if (model == VirtualModels.Ensemble)
        {
            var sum = (decimal?)0;
            foreach (var member in (await EnsembleAsync(tenant, ct)).Members) sum += await WorstCaseUsdAsync(tenant, member, promptTokens, outputTokens, ct);
            return sum;
        }

        var providers = await directory.ProvidersAsync(tenant, ct);
        if (model == BuiltInModelNames.Extractive) return 0;
        if (!ModelDirectory.Serves(providers, model) || await directory.ChatAsync(tenant, model, ct) is not { } found) return null;
        var today = DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime);
        var lines = prices.Find(found.Route.Provider, found.Name, today);
        return (lines[(int)PriceUnit.Input], lines[(int)PriceUnit.Output]) is ({ } input, { } output)
            ? PriceList.Part(promptTokens, input.Price) + PriceList.Part(outputTokens, output.Price)
            : null;
    }

    /// <summary>The models that vote for a tenant today, and how.</summary>
    public async ValueTask<(IReadOnlyList<string> Members, EnsembleSettings Settings)> EnsembleAsync(TenantId tenant, CancellationToken ct)
    {
        var providers = await directory.ProvidersAsync(tenant, ct);
        var settings = (await store.OfAsync(tenant, ct)).Settings;
        return (TierPlan.Members(settings, model => ModelDirectory.Serves(providers, model)), settings.Ensemble);
    }

    /// <summary>The plan under settings that need not be stored: what an editor wants to try.</summary>
    public RoutePlan Plan(RoutingSettings settings, IReadOnlyList<Provider> providers, string name, RouteQuestion question)
    {
        var why = VirtualModels.TierOf(name) is null ? Classifier.Of(question, settings) : null;
        var tier = why?.Tier ?? Named(name, question.Cheaper);
        var specialist = question.NeedsTools && tier == Tier.Ensemble ? Specialist.Tools : why?.Specialist ?? Specialist.None;
        return TierPlan.Of(why, tier, specialist, settings, model => ModelDirectory.Serves(providers, model), directory.LastResort(providers));
    }

    /// <summary>What answers in one row of the table today.</summary>
    public TierState State(RoutingSettings settings, IReadOnlyList<Provider> providers, string row)
    {
        var (tier, specialist) = TierTable.Of(row);
        var plan = TierPlan.Of(null, tier, specialist, settings, model => ModelDirectory.Serves(providers, model), directory.LastResort(providers));
        return new TierState(row, TierTable.Row(settings, row), plan.First.Model, plan.First.Because, plan.Unreachable, plan.Members);
    }

    /// <summary>The model that answers a call to a name: the name itself, or the first of its plan.</summary>
    /// <param name="question">Asked only where the name stands for a choice.</param>
    public ValueTask<string?> ResolveAsync(TenantId tenant, string? name, Func<RouteQuestion> question, CancellationToken ct)
    {
        var asked = name ?? directory.Default;
        return VirtualModels.Contains(asked) ? ChooseAsync(asked!, question()) : new(name);

        async ValueTask<string?> ChooseAsync(string virtualName, RouteQuestion routed) => (await RouteAsync(tenant, virtualName, routed, ct)).First.Model;
    }

    private static Tier Named(string name, bool cheaper)
    {
        var tier = VirtualModels.TierOf(name) ?? Tier.Simple;
        return cheaper ? Classifier.Lower(tier) : tier;
    }
}
