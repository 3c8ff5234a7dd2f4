using System.Numerics.Tensors;
using Steward.Search.Hybrid;
using Steward.Search.Indexing;
using Steward.Search.Tests.Hybrid;
using Steward.Search.Vectors;

namespace Steward.Search.Tests.Vectors;

public sealed class VectorTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void The_quantised_scan_finds_what_the_exact_search_finds(int seed)
    {
        const int Count = 4000, Dimensions = 96, Take = 20;
        var random = new Random(seed);
        var vectors = Enumerable.Range(0, Count).Select(_ => Random(random, Dimensions)).ToArray();
        var builder = new SegmentBuilder("m");
        for (var i = 0; i < Count; i++)
        {
            builder.Add(Given.Passage(i, "", "x") with { Vector = vectors[i] });
        }

        var index = SearchIndex.Empty.With(builder.Build(Given.Id(1)));
        for (var round = 0; round < 10; round++)
        {
            var query = Random(random, Dimensions);
            var exact = ExactVectorSearch.Top(query, vectors, Take);

            var found = HybridSearch.Search(index, new SearchQuery("") { Vector = query, VectorModel = "m", Take = Take }).Hits;

            found.Select(hit => hit.PassageId).ShouldBe(exact.Select(entry => Given.Id(entry.Index)));
            found.Zip(exact).ShouldAllBe(pair => Math.Abs(pair.First.Vectors!.Score - pair.Second.Cosine) < 2e-5);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(16)]
    [InlineData(31)]
    [InlineData(100)]
    [InlineData(384)]
    public void The_vectorised_product_equals_the_plain_one(int length)
    {
        var random = new Random(length);
        var a = Enumerable.Range(0, length).Select(_ => (short)random.Next(-127, 128)).ToArray();
        var b = Enumerable.Range(0, length).Select(_ => (sbyte)random.Next(-127, 128)).ToArray();

        VectorPlane.Dot(a, b).ShouldBe(a.Zip(b).Sum(pair => pair.First * pair.Second));
    }

    [Fact]
    public void The_built_in_embedding_never_changes()
    {
        var vector = new HashEmbedder(8).Embed("How much is a bike for two days?");

        vector.Select(value => Math.Round(value, 4)).ShouldBe(Recorded);
    }

    private static readonly double[] Recorded = [-0.1768, -0.3536, 0, -0.2652, -0.4419, 0.7071, -0.0884, 0.2652];

    [Fact]
    public void Texts_that_share_words_are_nearer()
    {
        var embedder = new HashEmbedder();
        var question = embedder.Embed("rental prices for e-bikes");

        TensorPrimitives.Norm<float>(question).ShouldBe(1f, 1e-5f);
        TensorPrimitives.Dot<float>(question, embedder.Embed("The price for renting an ebike"))
            .ShouldBeGreaterThan(TensorPrimitives.Dot<float>(question, embedder.Embed("Dogs must be kept on a lead")) + 0.3f);
        embedder.Embed("?!").ShouldAllBe(value => value == 0);
        embedder.Embed("the of").ShouldContain(value => value != 0);
    }

    private static float[] Random(Random random, int dimensions) =>
        Enumerable.Range(0, dimensions).Select(_ => (float)(random.NextDouble() + random.NextDouble() - 1)).ToArray();
}
