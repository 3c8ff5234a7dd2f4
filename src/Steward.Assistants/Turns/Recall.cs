using Steward.Assistants.Checking;
using Steward.Assistants.Context;
using Steward.Conversations;
using Steward.Knowledge.Searching;
using Steward.Platform.Tenancy;

namespace Steward.Assistants.Turns;

/// <summary>What was found for one question.</summary>
internal sealed record RecalledQuestion(string Text, double Answerability, IReadOnlyList<KnowledgePassage> Found);

/// <summary>What was found for all of them, merged into one numbered list.</summary>
internal sealed record Recalled(IReadOnlyList<RecalledQuestion> Questions, IReadOnlyList<RecalledPassage> Passages)
{
    /// <summary>How well the least answerable question can be answered.</summary>
    public double Least => Questions.Count == 0 ? 0 : Questions.Min(question => question.Answerability);

    /// <summary>How well the most answerable question can be answered.</summary>
    public double Best => Questions.Count == 0 ? 0 : Questions.Max(question => question.Answerability);
}

/// <summary>Searches the tenant's knowledge for each question of a turn.</summary>
internal sealed class Recaller(IKnowledgeSearch search, TimeProvider time)
{
    private const int ShortQuestion = 40;

    public async Task<Recalled> RecallAsync(
        TenantId tenant, IReadOnlyList<string> questions, IReadOnlyList<BriefMessage> history, int passages, double threshold, CancellationToken ct)
    {
        var found = new List<RecalledQuestion>(questions.Count);
        foreach (var question in questions)
        {
            found.Add(await FindAsync(tenant, question, history, passages, threshold, ct));
        }

        return new(found, Merge(found, Math.Max(passages, Math.Min(20, questions.Count * 2))));
    }

    private async Task<RecalledQuestion> FindAsync(
        TenantId tenant, string question, IReadOnlyList<BriefMessage> history, int passages, double threshold, CancellationToken ct)
    {
        var now = time.GetUtcNow();
        var result = await search.SearchAsync(tenant, new KnowledgeQuery(question) { K = passages, At = now }, ct);
        if (result.Answerability >= threshold || question.Length > ShortQuestion || history.LastOrDefault(m => m.Author == MessageAuthor.Contact) is not { } before)
        {
            return new(question, result.Answerability, result.Passages);
        }

        // "And on Sundays?" means something only together with what was asked before.
        var together = await search.SearchAsync(tenant, new KnowledgeQuery($"{before.Text} {question}") { K = passages, At = now }, ct);
        return together.Answerability > result.Answerability && Covers(together, question)
            ? new($"{before.Text} {question}", together.Answerability, together.Passages)
            : new(question, result.Answerability, result.Passages);
    }

    /// <summary>What was asked before brings its own passages along; they answer only when the new question's words stand there too.</summary>
    private static bool Covers(KnowledgeResult found, string question)
        => found.Passages.Count > 0
            && Terms.Coverage(Terms.Of(question, null), [$"{found.Passages[0].Title} {found.Passages[0].Headings} {found.Passages[0].Text}"], null) >= 1;

    /// <summary>By rank across the questions, each passage once.</summary>
    internal static IReadOnlyList<RecalledPassage> Merge(IReadOnlyList<RecalledQuestion> questions, int most)
    {
        var merged = new List<RecalledPassage>();
        var seen = new HashSet<Guid>();
        var deepest = questions.Count == 0 ? 0 : questions.Max(question => question.Found.Count);
        for (var rank = 0; rank < deepest && merged.Count < most; rank++)
        {
            foreach (var question in questions)
            {
                if (rank < question.Found.Count && merged.Count < most && seen.Add(question.Found[rank].Id))
                {
                    var p = question.Found[rank];
                    merged.Add(new(merged.Count + 1, p.Id, p.ArticleId, p.SourceId, Titled(p), p.Url, p.Text, p.Score));
                }
            }
        }

        return merged;
    }

    /// <summary>Where the passage stands, without saying the title twice when it is also the first heading.</summary>
    private static string Titled(KnowledgePassage passage)
        => passage.Headings.Length == 0 ? passage.Title
            : passage.Headings.StartsWith(passage.Title, StringComparison.OrdinalIgnoreCase) ? passage.Headings
            : $"{passage.Title} > {passage.Headings}";
}
