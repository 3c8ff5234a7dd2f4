using Steward.Models.BuiltIn;
using Steward.Models.Prices;
using Steward.Models.Providers;
using Steward.Platform.Postgres;
using Steward.Platform.Tenancy;

namespace Steward.Models.Routing;

/// <summary>What the expected costs of tiers are computed from.</summary>
/// <param name="Source"><c>recorded</c>: the mean over the tenant's own calls for turns; <c>assumed</c>: it has too few.</param>
/// <param name="Calls">Whole answers of large models within 30 days, the latest 10,000 at most.</param>
internal sealed record CostBasis(string Source, long Calls, long PromptTokens, long AnswerTokens);

/// <summary>What one turn of a tier costs at today's prices: the first model that would answer, or all that vote together.</summary>
internal sealed class TierCosts(Database database, PriceList prices, ModelDirectory directory, TimeProvider time)
{
    // The prompt of five passages and some history that the routing benchmark assumes, and a medium answer.
    private static readonly CostBasis Assumed = new("assumed", 0, 1_400, 150);
    private const int FewestCalls = 20;
    private static readonly TimeSpan Recent = TimeSpan.FromDays(30);

    public async Task<CostBasis> BasisAsync(TenantId tenant, CancellationToken ct)
    {
        var session = database.For(tenant);
        var row = session.One(
            """
            select count(*), coalesce(round(avg(input)), 0)::bigint, coalesce(round(avg(output)), 0)::bigint
            from (select input_tokens + cached_input_tokens + cache_write_5m_tokens + cache_write_1h_tokens + audio_input_tokens as input, output_tokens + reasoning_tokens + audio_output_tokens as output
                  from models.spend
                  where tenant_id = (select current_setting('steward.tenant')::uuid) and opened_at >= $1 and purpose = 'turn' and service = 'chat' and state = 'complete' and not estimated and provider <> $2
                  order by opened_at desc limit 10000) calls
            """,
            row => (Calls: row.GetInt64(0), Prompt: row.GetInt64(1), Answer: row.GetInt64(2)), Sql.Time(time.GetUtcNow() - Recent), Sql.Text(BuiltInModels.Provider));
        await session.SendAsync(ct);
        var (calls, prompt, answer) = row.Value;
        return calls < FewestCalls ? Assumed with { Calls = calls } : new("recorded", calls, prompt, answer);
    }

    /// <summary>US dollars, or null where a model has no price.</summary>
    public async ValueTask<decimal?> OfAsync(TenantId tenant, IEnumerable<string> models, CostBasis basis, CancellationToken ct)
    {
        var sum = 0m;
        var usage = new TokenUsage(basis.PromptTokens, Output: basis.AnswerTokens);
        foreach (var name in models)
        {
            if (await directory.ChatAsync(tenant, name, ct) is not { } model) continue;
            var cost = prices.Cost(model.Route.Provider, model.Name, usage, time.GetUtcNow());
            if (cost.Unpriced) return null;
            sum += cost.Usd;
        }

        return sum;
    }
}
