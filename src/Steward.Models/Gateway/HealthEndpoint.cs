using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Steward.Models.Calls;
using Steward.Models.Providers;
using Steward.Platform.Access;

namespace Steward.Models.Gateway;

/// <param name="Model">The model by its provider's name for it.</param>
/// <param name="OwnKey">Whether it rests for the tenant's own key, or else for the installation's.</param>
/// <param name="Reason">The code of the last failure: <c>quota</c>, <c>auth</c>, <c>rate_limited</c>, <c>overloaded</c>, <c>timeout</c> and the like.</param>
/// <param name="Told">Whether the provider said so; otherwise five failures in a row did.</param>
/// <param name="Until">When a call may be made again; for <c>auth</c> also as soon as the key changes.</param>
internal sealed record ModelHealth(string Provider, string Model, bool OwnKey, string Reason, bool Told, DateTimeOffset Until);

/// <param name="Node">Whose knowledge it is: nodes do not share it.</param>
/// <param name="Items">The models that rest; all others are asked as usual.</param>
internal sealed record ModelsHealth(Guid Node, IReadOnlyList<ModelHealth> Items);

/// <summary><c>GET /api/models/health</c>.</summary>
internal static class HealthEndpoint
{
    public static Ok<ModelsHealth> Get(HttpContext http, CallRuntime runtime)
    {
        var now = runtime.Time.GetUtcNow();
        var own = Resting(http.Caller().Tenant.ToString(), ownKey: true);
        return TypedResults.Ok(new ModelsHealth(runtime.Node, [.. own.Concat(Resting(InstallationProviders.Owner, ownKey: false)).OrderBy(model => model.Provider, StringComparer.Ordinal).ThenBy(model => model.Model, StringComparer.Ordinal)]));

        IEnumerable<ModelHealth> Resting(string owner, bool ownKey) => runtime.Breakers.Resting(owner)
            .Select(model => new ModelHealth(model.Provider, model.Model, ownKey, FailureCodes.Of(model.Rest.Reason), model.Rest.Told, now + model.Rest.Left));
    }
}
