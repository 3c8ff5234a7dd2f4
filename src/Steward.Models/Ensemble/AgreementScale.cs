namespace Steward.Models.Ensemble;

/// <summary>
/// Puts the cosines of an embedder on the scale of agreement. Embedders differ in what cosine two answers of one meaning have, so each has an anchor: the cosine that is an
/// agreement of 0.7. Between 0, the anchor and 1 the scale is straight. Pure.
/// </summary>
internal static class AgreementScale
{
    private const double AtAnchor = 0.7;
    private const string Others = "*";

    /// <summary>Measured, see <c>docs/routing.md</c>; an embedder that was not measured is taken at its word.</summary>
    private static readonly Dictionary<string, double> Known = new(StringComparer.Ordinal) { [BuiltInModelNames.Hash] = 0.45, [Others] = AtAnchor };

    public static double Of(double cosine, string embedder, EnsembleSettings settings)
    {
        var anchor = Find(settings.Anchors, embedder) ?? Find(Known, embedder) ?? Find(settings.Anchors, Others) ?? Known[Others];
        var value = cosine <= anchor ? AtAnchor * cosine / anchor : AtAnchor + ((1 - AtAnchor) * (cosine - anchor) / (1 - anchor));
        return Math.Round(Math.Clamp(value, 0, 1), 4);
    }

    private static double? Find(IReadOnlyDictionary<string, double>? anchors, string embedder) => anchors?.TryGetValue(embedder, out var anchor) == true ? anchor : null;
}
