using Steward.Knowledge.Ingestion;
using Steward.Knowledge.Sources;
using Steward.Platform.Limits;
using Steward.Testing;

namespace Steward.Knowledge.Tests.Ingestion;

public sealed class PassageQuotaTests(PostgresServer server)
{
    [Fact]
    public async Task A_source_beyond_the_quota_fails_keeps_nothing_and_leaves_the_others_answering()
    {
        await using var kit = await Kit.CreateAsync(server, limits: new LimitValues(0, 0, 0, 0, 0, 1, 0, 2, 0));
        var first = await kit.AddTextAsync("Hours", "# Hours\n\nThe shop opens at nine.");
        var large = await kit.AddTextAsync("Book", string.Join("\n\n", Enumerable.Range(1, 40).Select(i => $"# Chapter {i}\n\n" + string.Join(' ', Enumerable.Repeat($"word{i}", 300)))));

        first.State.ShouldBe(SourceState.Ready);
        large.State.ShouldBe(SourceState.Failed);
        large.Errors.ShouldHaveSingleItem().Code.ShouldBe("quota.passages");
        (await kit.Get<PassageQuota>().ReadAsync(kit.Tenant, default)).ShouldBe(1);
        (await kit.AskAsync("When does the shop open?")).Passages.ShouldNotBeEmpty();

        (await kit.ReplaceTextAsync(first.Id, "Hours", "# Hours\n\nThe shop opens at ten.")).State.ShouldBe(SourceState.Ready);
    }

    [Fact]
    public async Task What_another_source_is_about_to_have_counts_before_it_answers()
    {
        await using var kit = await Kit.CreateAsync(server, limits: new LimitValues(0, 0, 0, 0, 0, 1, 0, 1, 0));
        await kit.AddTextAsync("Hours", "# Hours\n\nThe shop opens at nine.");
        // As while it is read on another node: its passages are stored, and it does not answer yet.
        await kit.Data.AskAsync("update knowledge.articles set state = 'staged' returning 1");
        (await kit.AddTextAsync("Prices", "# Prices\n\nA bike costs nine euros.")).Errors.ShouldHaveSingleItem().Code.ShouldBe("quota.passages");
    }
}
