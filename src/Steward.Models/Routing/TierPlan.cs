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
        var members = tier == Tier.Ensemble && specialist != Specialist.Tools && Members(settings, serves) is { Count: > 1 } voting ? voting : [];
        if (specialist != Specialist.None && members.Count == 0)
        {
            Add(specialist == Specialist.Tools ? TierTable.Tools : TierTable.Empathy, tier, "specialist", "specialist");
        }

        if (members.Count > 0)
        {
            // Members that failed together are not asked again one by one; whoever names the ensemble wants it or an honest failure.
            models.Add(new(VirtualModels.Ensemble, tier, "asked"));
            unreachable.AddRange(TierTable.Row(settings, TierTable.NameOf(tier)).Where(name => !serves(name)));
            if (why is null) return new(why, tier, specialist, models, unreachable) { Members = members };
        }
        else
        {
            Add(TierTable.NameOf(tier), tier, specialist == Specialist.None ? "asked" : "alternative", "alternative");
        }

        for (var stronger = tier + 1; stronger <= Tier.Ensemble; stronger++)
        {
            Add(TierTable.NameOf(stronger), stronger, "stronger", "stronger");
        }

        for (var weaker = tier - 1; weaker >= Tier.Simple; weaker--)
        {
            Add(TierTable.NameOf(weaker), weaker, "weaker", "weaker");
        }

        return new(why, tier, specialist, models.Count > 0 ? models : [new(last, tier, "default")], unreachable) { Members = members };

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
                else if (models.Count < Most && models.TrueForAll(model => model.Model != names[i]) && !members.Contains(names[i]))
                {
                    models.Add(new(names[i], from, i == 0 ? first : later));
                }
            }
        }
    }

    /// <summary>The models of the ensemble that can be reached; it takes two for a vote.</summary>
    public static IReadOnlyList<string> Members(RoutingSettings settings, Func<string, bool> serves) =>
        [.. TierTable.Row(settings, TierTable.NameOf(Tier.Ensemble)).Where(name => name != BuiltInModelNames.Extractive && serves(name)).Distinct(StringComparer.Ordinal)];

    /// <summary>The next stronger tier whose first model was not tried; null when none is left.</summary>
    public static RoutePlan? Upgrade(RoutePlan from, IReadOnlyCollection<string> tried, RoutingSettings settings, Func<string, bool> serves)
    {
        for (var tier = from.Tier + 1; tier <= Tier.Ensemble; tier++)
        {
            var fresh = TierTable.Row(settings, TierTable.NameOf(tier)).Where(name => serves(name) && !tried.Contains(name)).Take(Most).ToList();
            if (tier == Tier.Ensemble && fresh.Count > 0 && Members(settings, serves) is { Count: > 1 } members)
            {
                // A member that was tried alone votes too: what it said was not sure enough, and the others weigh it.
                return tried.Contains(VirtualModels.Ensemble) ? null : new(from.Why, tier, Specialist.None, [new(VirtualModels.Ensemble, tier, "asked")], []) { Members = members };
            }

            if (fresh.Count > 0)
            {
                var at = tier;
                return new(from.Why, at, Specialist.None, [.. fresh.Select((name, i) => new RoutedModel(name, at, i == 0 ? "asked" : "alternative"))], []);
            }
        }

        return null;
    }
}
