namespace Steward.Models.Tests.Answers;

/// <summary>What a customer gets without any provider: every reply is right, wrong or declined, and no unanswerable question is answered.</summary>
public sealed class AnswerTests(ITestOutputHelper output)
{
    private static readonly string Root = Path.Combine(AppContext.BaseDirectory, "Answers");
    private static readonly string Bikes = Path.Combine(Root, "harbor-bikes");

    [Fact]
    public void The_demos_own_suite() => Measure(BikeShop(), Path.Combine(Bikes, "suite.yaml"), right: 19, wrong: 0, answeredTraps: 0);

    [Fact]
    public void The_demo_asked_in_other_words() => Measure(BikeShop(), Path.Combine(Root, "Suites", "paraphrases.yaml"), right: 32, wrong: 1, answeredTraps: 0);

    [Fact]
    public void Another_trade() =>
        Measure(new Shop(Path.Combine(Root, "Suites", "dentist.md")), Path.Combine(Root, "Suites", "dentist.yaml"), right: 22, wrong: 0, answeredTraps: 0);

    private static Shop BikeShop() => new(Directory.GetFiles(Path.Combine(Bikes, "knowledge")));

    private void Measure(Shop shop, string suite, int right, int wrong, int answeredTraps)
    {
        int rights = 0, wrongs = 0, declined = 0, traps = 0, answered = 0;
        foreach (var question in Suite.Read(suite))
        {
            var answer = shop.Ask(question.Ask);
            var said = answer.Cited.Count > 0;
            var label = "ok";
            if (question.Expect is null)
            {
                traps++;
                if (said) answered++;
                label = said ? "TRAP" : label;
            }
            else if (!said)
            {
                declined++;
                label = "DECLINED";
            }
            else if (answer.Text.Contains(question.Expect, StringComparison.Ordinal))
            {
                rights++;
            }
            else
            {
                wrongs++;
                label = "WRONG";
            }

            output.WriteLine($"{label,-8} {answer.Confidence:F2} {question.Ask} => {answer.Text.ReplaceLineEndings(" / ")}  [{string.Join(' ', shop.Search(question.Ask).MissingTerms)}]");
        }

        output.WriteLine($"right {rights}, wrong {wrongs}, declined {declined}; {answered} of {traps} traps answered");
        answered.ShouldBeLessThanOrEqualTo(answeredTraps);
        wrongs.ShouldBeLessThanOrEqualTo(wrong);
        rights.ShouldBeGreaterThanOrEqualTo(right);
    }
}
