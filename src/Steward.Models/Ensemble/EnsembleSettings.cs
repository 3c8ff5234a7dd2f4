using System.Text.Json.Serialization;

namespace Steward.Models.Ensemble;

/// <summary>How the members of an ensemble vote.</summary>
/// <param name="DeadlineSeconds">When the vote is held, counted from the start: members that have not answered are cancelled. Where none has, the first that does answers alone.</param>
/// <param name="Agreement">Below it an answer is of low confidence.</param>
/// <param name="Anchors">By embedding model, the mean cosine that means an agreement of 0.7; <c>*</c> for those that are not named. Added to those that are known.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record EnsembleSettings(double DeadlineSeconds = 20, double Agreement = 0.7, IReadOnlyDictionary<string, double>? Anchors = null);
