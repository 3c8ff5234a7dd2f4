using System.Globalization;
using System.Numerics.Tensors;
using Steward.Models.BuiltIn;
using Steward.Models.Ensemble;

namespace Steward.Models.Tests.Ensemble;

/// <summary>What the built-in embedder makes of answers that say the same, something else, or speak of another matter. The figures stand in docs/routing.md.</summary>
public sealed class HashAgreementTests
{
    private static readonly double[] Cuts = [0.30, 0.40, 0.45, 0.50, 0.60, 0.70];

    [Fact]
    public void Its_anchor_keeps_most_answers_of_one_meaning_on_the_right_side_of_seven_tenths() =>
        LabelledAnswers.All.Count(one => AgreementScale.Of(Cosine(one.Answer, one.SameMeaning), BuiltInModelNames.Hash, new()) >= 0.7).ShouldBe(22);

    [Fact]
    public void It_tells_another_matter_from_the_same_one_but_not_what_is_said_about_it()
    {
        var same = LabelledAnswers.All.Select(one => Cosine(one.Answer, one.SameMeaning)).Order().ToList();
        var other = LabelledAnswers.All.Select(one => Cosine(one.Answer, one.OtherMeaning)).Order().ToList();
        var unrelated = LabelledAnswers.All.Select((one, i) => Cosine(one.Answer, LabelledAnswers.All[(i + 1) % LabelledAnswers.All.Count].Answer)).Order().ToList();

        string.Join('\n', Row("same", same), Row("other", other), Row("unrelated", unrelated)).ShouldBe(
            """
            same: 0.49 0.66 0.81, from 0.30: 23, from 0.40: 23, from 0.45: 22, from 0.50: 21, from 0.60: 15, from 0.70: 9
            other: 0.21 0.44 0.72, from 0.30: 20, from 0.40: 13, from 0.45: 11, from 0.50: 9, from 0.60: 8, from 0.70: 4
            unrelated: -0.06 0.00 0.14, from 0.30: 0, from 0.40: 0, from 0.45: 0, from 0.50: 0, from 0.60: 0, from 0.70: 0
            """);
    }

    private static string Row(string name, List<double> cosines) => string.Create(
        CultureInfo.InvariantCulture,
        $"{name}: {cosines[cosines.Count / 10]:0.00} {cosines[cosines.Count / 2]:0.00} {cosines[cosines.Count * 9 / 10]:0.00}, {string.Join(", ", Cuts.Select(cut => string.Create(CultureInfo.InvariantCulture, $"from {cut:0.00}: {cosines.Count(cosine => cosine >= cut)}")))}");

    private static double Cosine(string a, string b)
    {
        var vectors = HashEmbeddings.Generate([a, b]);
        return TensorPrimitives.CosineSimilarity(vectors[0].Vector.Span, vectors[1].Vector.Span);
    }
}
