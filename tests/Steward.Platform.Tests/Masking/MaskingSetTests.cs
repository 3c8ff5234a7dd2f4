using System.Globalization;
using Steward.Masking;
using Steward.Masking.Set;

namespace Steward.Platform.Tests.Masking;

/// <summary>The figures of the labelled set.</summary>
public sealed class MaskingSetTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData(Generator.PublishedSeed)]
    [InlineData(7)]
    public void Patterns_are_found_nine_times_out_of_ten_and_seldom_without_need(int seed)
    {
        var set = Generator.Make(seed: seed);
        set.Count.ShouldBeGreaterThanOrEqualTo(1000);
        foreach (var score in Measure.Run(set))
        {
            output.WriteLine(score.ToString());
            score.Labelled.ShouldBeGreaterThan(20);
            if (Measure.Patterns.Contains(score.Kind))
            {
                score.Recall.ShouldBeGreaterThan(0.9, score.Kind);
                score.Precision.ShouldBeGreaterThan(0.95, score.Kind);
            }
        }
    }

    [Fact]
    public void The_set_is_the_same_each_time_and_its_labels_are_where_they_say()
    {
        var (first, second) = (Generator.Make(), Generator.Make());
        first.Select(text => text.Text).ShouldBe(second.Select(text => text.Text));
        first.SelectMany(text => text.Labels.Select(label => text.Text.Substring(label.Start, label.Length))).ShouldAllBe(value => value.Length > 0);
        first.Count(text => text.Labels.Count == 0).ShouldBeGreaterThan(400);
    }

    [Fact]
    public void The_published_figures_are_those_of_this_code()
    {
        var published = File.ReadAllText(Path.Combine(Root(), "docs", "masking.md"));
        foreach (var score in Measure.Run(Generator.Make()))
        {
            published.ShouldContain(string.Create(
                CultureInfo.InvariantCulture, $"| {score.Kind} | {score.Labelled} | {score.Recall:0.000} | {score.HiddenShare:0.000} | {score.Masked} | {score.Precision:0.000} |"));
        }
    }

    private static string Root()
    {
        var at = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(at.FullName, "Steward.slnx")))
        {
            at = at.Parent ?? throw new InvalidOperationException("The tests run inside a checkout.");
        }

        return at.FullName;
    }
}
