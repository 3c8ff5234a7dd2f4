using Microsoft.AspNetCore.Http;
using Steward.Models.Routing;
using Steward.Platform.Tenancy;

namespace Steward.Models.Gateway;

/// <summary>The models that may answer a request, best first.</summary>
/// <param name="Models">At least one. A name that stands for no choice is followed by what the tenant set as its fallbacks, else by nothing.</param>
/// <param name="Routed">Why they were chosen, where the name stands for a choice.</param>
/// <param name="AfterFilter">Whether another model may answer what a provider's filter withheld.</param>
internal sealed record ChatPlan(IReadOnlyList<string> Models, RoutePlan? Routed, bool AfterFilter)
{
    private const string ModelHeader = "Steward-Model";

    public static async ValueTask<ChatPlan> OfAsync(ModelRouter router, RoutingStore store, TenantId tenant, string asked, bool tools, ReadOnlyMemory<byte> body, CancellationToken ct)
    {
        var settings = (await store.OfAsync(tenant, ct)).Settings;
        if (!VirtualModels.Contains(asked)) return new ChatPlan([asked, .. Fallbacks.Of(settings, asked)], null, settings.FallbackAfterFilter);
        var plan = await router.RouteAsync(tenant, asked, RoutedRequest.Question(body) with { NeedsTools = tools }, ct);
        return new ChatPlan([.. plan.Models.Select(model => model.Model)], plan, settings.FallbackAfterFilter);
    }

    /// <summary>Whoever wanted a vote hears why there is none.</summary>
    public void TellVotes(HttpContext http, bool tools)
    {
        if (Routed is { Tier: Tier.Ensemble, Members.Count: 0 }) http.Response.Headers["Steward-Votes"] = tools ? "none; reason=tools" : "none; reason=members";
    }

    /// <summary>Names in the headers of the answer who is about to give it, where that is not plain from the request.</summary>
    public void Tell(HttpContext http, int index)
    {
        if (Models.Count == 1 && Routed is null) return;
        http.Response.Headers[ModelHeader] = HeaderText.Of(Models[index]);
        if (Routed is not null) http.Response.Headers["Steward-Tier"] = TierTable.NameOf(Routed.Models[index].Tier);
    }

    /// <summary>Nobody gave an answer.</summary>
    public static void TellNone(HttpContext http) => http.Response.Headers.Remove(ModelHeader);
}
