using Steward.Search.Hybrid;
using Steward.Search.Vectors;

namespace Steward.Search.Tests.Hybrid;

public sealed class AnswerabilityTests(ITestOutputHelper output)
{
    private const double Threshold = 0.7;

    [Fact]
    public void No_unanswerable_question_passes_and_most_answerable_ones_do()
    {
        var (recall, wrong) = Measure(LabelledQuestions.Passages, LabelledQuestions.Answerable, LabelledQuestions.Unanswerable);

        wrong.ShouldBe(0);
        recall.ShouldBeGreaterThanOrEqualTo(0.85);
    }

    [Fact]
    public void The_same_holds_for_a_shop()
    {
        var (recall, wrong) = Measure(ShopQuestions.Passages, ShopQuestions.Answerable, ShopQuestions.Unanswerable);

        wrong.ShouldBe(0);
        recall.ShouldBeGreaterThanOrEqualTo(0.85);
    }

    /// <summary>What holds on knowledge the weights were never tuned on, so that the figure above is not taken for more than it is.</summary>
    [Fact]
    public void On_unseen_knowledge_wrong_passes_stay_rare()
    {
        var (recall, wrong) = Measure(UnseenQuestions.Passages, UnseenQuestions.Answerable, UnseenQuestions.Unanswerable);

        wrong.ShouldBeLessThanOrEqualTo(1);
        recall.ShouldBeGreaterThanOrEqualTo(0.7);
    }

    private (double Recall, int Wrong) Measure((string Title, string Text)[] passages, string[] answerable, string[] unanswerable)
    {
        var index = Given.Index(passages, new HashEmbedder());
        var passed = answerable.Count(question => Judge(question, "+"));
        var wrong = unanswerable.Count(question => Judge(question, "-"));
        var recall = passed / (double)answerable.Length;
        output.WriteLine($"recall {recall:P1} of {answerable.Length}, precision {passed / (double)(passed + wrong):P1}, wrong {wrong} of {unanswerable.Length}");
        return (recall, wrong);

        bool Judge(string question, string label)
        {
            var result = HybridSearch.Search(index, Given.Query(question, new HashEmbedder()));
            output.WriteLine($"{label} {result.Answerability:F2} {question} [{string.Join(' ', result.MissingTerms)}]");
            return result.Answerability >= Threshold;
        }
    }
}
