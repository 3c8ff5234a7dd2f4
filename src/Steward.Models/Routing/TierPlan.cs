namespace Steward.Models.Routing;

/// <summary>From a tier to models that can be reached. Pure: what can be reached is a parameter.</summary>
internal static class TierPlan
{
    // A turn tries each in order; with the assistant's own fallbacks after them that is enough.
    private const int Most = 4;

    /// <param name="serves">Whether a provider with a key serves the name.</param>
    /// <param name="last">What answers when no tier has a model that can be reached.</param>
    public static RoutePlan Of(Classification? why, Tier tier, Specialist specialist, RoutingSettings settings, Func<string, bool> serves, string last)
    {
        var models = new List<RoutedModel>();
        var unreachable = new List<string>();
        if (specialist != Specialist.None)
        {
            Add(specialist == Specialist.Tools ? TierTable.Tools : TierTable.Empathy, tier, "specialist", "specialist");
        }

        Add(TierTable.NameOf(tier), tier, specialist == Specialist.None ? "asked" : "alternative", "alternative");
        for (var stronger = tier + 1; stronger <= Tier.Ensemble; stronger++)
        {
            Add(TierTable.NameOf(stronger), stronger, "stronger", "stronger");
        }

        for (var weaker = tier - 1; weaker >= Tier.Simple; weaker--)
        {
            Add(TierTable.NameOf(weaker), weaker, "weaker", "weaker");
        }

        return new(why, tier, specialist, models.Count > 0 ? models : [new(last, tier, "default")], unreachable);

        void Add(string row, Tier from, string first, string later)
        {
            var names = TierTable.Row(settings, row);
            for (var i = 0; i < names.Count; i++)
            {
                if (!serves(names[i]))
                {
                    if (models.Count == 0 && !unreachable.Contains(names[i]))
                    {
                        unreachable.Add(names[i]);
                    }
                }
                else if (models.Count < Most && models.TrueForAll(model => model.Model != names[i]))
                {
                    models.Add(new(names[i], from, i == 0 ? first : later));
                }
            }
        }
    }

    /// <summary>The next stronger tier whose first model was not tried; null when none is left.</summary>
    public static RoutePlan? Upgrade(RoutePlan from, IReadOnlyCollection<string> tried, RoutingSettings settings, Func<string, bool> serves)
    {
        for (var tier = from.Tier + 1; tier <= Tier.Ensemble; tier++)
        {
            var fresh = TierTable.Row(settings, TierTable.NameOf(tier)).Where(name => serves(name) && !tried.Contains(name)).Take(Most).ToList();
            if (fresh.Count > 0)
            {
                var at = tier;
                return new(from.Why, at, Specialist.None, [.. fresh.Select((name, i) => new RoutedModel(name, at, i == 0 ? "asked" : "alternative"))], []);
            }
        }

        return null;
    }
}
