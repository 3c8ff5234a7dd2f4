using Steward.Models.Ensemble;

namespace Steward.Models.Tests.Ensemble;

public sealed class ConsensusTests
{
    private static readonly EnsembleSettings Default = new();

    [Fact]
    public void The_answer_closest_to_the_others_wins_and_agreement_is_the_mean_of_all_pairs()
    {
        // Angles of 0, 30 and 90 degrees: the middle one is nearest to both.
        var consensus = Consensus.Of([Vector(0), Vector(30), Vector(90)]);
        consensus.Winner.ShouldBe(1);
        consensus.Similarities[0].ShouldBe((0.8660 + 0) / 2, 0.0001);
        consensus.Similarities[1].ShouldBe((0.8660 + 0.5) / 2, 0.0001);
        consensus.Similarities[2].ShouldBe((0 + 0.5) / 2, 0.0001);
        consensus.Cosine.ShouldBe((0.8660 + 0 + 0.5) / 3, 0.0001);
    }

    [Fact]
    public void Of_equally_close_answers_the_first_member_wins()
    {
        Consensus.Of([Vector(10), Vector(50)]).Winner.ShouldBe(0);
        Consensus.Of([Vector(0), Vector(0), Vector(90), Vector(90)]).Winner.ShouldBe(0);
        Consensus.Of([Vector(90), Vector(0), Vector(0)]).Winner.ShouldBe(1);
    }

    [Fact]
    public void An_answer_without_a_word_is_like_nothing()
    {
        var consensus = Consensus.Of([new float[2], Vector(0), Vector(0)]);
        (consensus.Winner, consensus.Similarities[0]).ShouldBe((1, 0));
        consensus.Cosine.ShouldBe(1 / 3.0, 0.0001);
    }

    [Theory]
    [InlineData("other/model", 0.7, 0.7)]
    [InlineData("other/model", 0.35, 0.35)]
    [InlineData("other/model", 1, 1)]
    [InlineData("other/model", -0.4, 0)]
    [InlineData("named", 0.9, 0.7)]
    [InlineData("named", 0.45, 0.35)]
    [InlineData("named", 0.95, 0.85)]
    public void Each_embedder_has_the_cosine_that_means_an_agreement_of_seven_tenths(string embedder, double cosine, double agreement) =>
        AgreementScale.Of(cosine, embedder, Default with { Anchors = new Dictionary<string, double> { ["named"] = 0.9 } }).ShouldBe(agreement, 0.0001);

    [Fact]
    public void What_a_tenant_says_of_an_embedder_goes_before_what_is_known_of_it()
    {
        AgreementScale.Of(0.5, BuiltInModelNames.Hash, Default with { Anchors = new Dictionary<string, double> { ["*"] = 0.9 } }).ShouldBe(AgreementScale.Of(0.5, BuiltInModelNames.Hash, Default));
        AgreementScale.Of(0.5, BuiltInModelNames.Hash, Default with { Anchors = new Dictionary<string, double> { [BuiltInModelNames.Hash] = 0.5 } }).ShouldBe(0.7);
    }

    private static ReadOnlyMemory<float> Vector(double degrees) => new[] { (float)Math.Cos(degrees * Math.PI / 180), (float)Math.Sin(degrees * Math.PI / 180) };
}
