namespace Steward.Models.Routing;

/// <summary>What answers on <c>/v1</c> in place of a model that was named and fails. Pure.</summary>
internal static class Fallbacks
{
    private const int MostNames = 100;

    /// <summary>The models set for a name as it was asked for, else for the name without its provider; none where nothing is set.</summary>
    public static IReadOnlyList<string> Of(RoutingSettings settings, string asked)
    {
        if (settings.Fallbacks.Count == 0) return [];
        if (settings.Fallbacks.TryGetValue(asked, out var models)) return models;
        var slash = asked.IndexOf('/', StringComparison.Ordinal);
        return slash > 0 && settings.Fallbacks.TryGetValue(asked[(slash + 1)..], out models) ? models : [];
    }

    /// <summary>What is wrong with them as a sentence, or null.</summary>
    public static string? Check(IReadOnlyDictionary<string, IReadOnlyList<string>> fallbacks, int mostModels, Predicate<string?> isModel)
    {
        if (fallbacks.Count > MostNames) return $"fallbacks take at most {MostNames} names.";
        foreach (var (name, models) in fallbacks)
            if (!isModel(name) || models is not { Count: >= 1 } || models.Count > mostModels || !models.All(model => isModel(model) && model != name))
                return $"fallbacks give a model's name 1 to {mostModels} other models; {string.Join(", ", VirtualModels.All)} stand for a choice and cannot be among them.";
        return null;
    }
}
