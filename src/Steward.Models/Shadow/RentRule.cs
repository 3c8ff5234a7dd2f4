namespace Steward.Models.Shadow;

/// <param name="Name"><c>api_costs</c>, <c>training_hours</c>, <c>production_inference</c> or <c>training_volume</c>.</param>
/// <param name="Value">What it is measured by: dollars of 30 days, hours a week, pairs; null for what a tenant says with yes or no.</param>
/// <param name="Threshold">It is met above this.</param>
internal sealed record Trigger(string Name, bool Met, decimal? Value, decimal? Threshold);

/// <summary>API cost against renting a GPU.</summary>
/// <param name="ApiUsd">What all models but students cost in the last 30 days.</param>
/// <param name="ChatUsd">The part of it that a model of one's own could take over at most: chat.</param>
/// <param name="RentUsd">A GPU for a month.</param>
/// <param name="BreakEvenUsd">Where both cost the same: the rent.</param>
/// <param name="WorthRentingUsd">Where the product's first rule says to rent: a margin above the break-even.</param>
/// <param name="SavingUsd">API cost less rent; below 0 renting costs more.</param>
/// <param name="Advice"><c>api</c>: renting costs more; <c>even</c>: it saves something, less than the margin; <c>rent</c>.</param>
/// <param name="Triggers">The four of the rule; any of them is a reason for a machine of one's own.</param>
internal sealed record RentAnswer(
    decimal ApiUsd, decimal ChatUsd, decimal RentUsd, decimal BreakEvenUsd, decimal WorthRentingUsd, decimal SavingUsd, string Advice, IReadOnlyList<Trigger> Triggers);

/// <summary>When to rent instead of paying by the call. Pure.</summary>
internal static class RentRule
{
    public static RentAnswer Of(decimal apiUsd, decimal chatUsd, long pairs, ShadowSettings settings)
    {
        var rent = settings.GpuRentUsd;
        var advice = apiUsd > ShadowRules.WorthRentingUsd && apiUsd > rent ? "rent" : apiUsd > rent ? "even" : "api";
        return new(apiUsd, chatUsd, rent, rent, ShadowRules.WorthRentingUsd, apiUsd - rent, advice,
        [
            new("api_costs", apiUsd > ShadowRules.WorthRentingUsd, apiUsd, ShadowRules.WorthRentingUsd),
            new("training_hours", settings.TrainingHoursPerWeek > ShadowRules.FreeTrainingHours, settings.TrainingHoursPerWeek, ShadowRules.FreeTrainingHours),
            new("production_inference", settings.NeedsLocalInference, null, null),
            new("training_volume", pairs > ShadowRules.ManyPairs, pairs, ShadowRules.ManyPairs),
        ]);
    }
}
