using Steward.Knowledge.Articles;
using Steward.Knowledge.Extraction;
using Steward.Knowledge.Ingestion;
using Steward.Knowledge.Sources;
using Steward.Testing;

namespace Steward.Knowledge.Tests.Ingestion;

public sealed class IngestionTests(PostgresServer server)
{
    private const string Returns = "# Returns\n\nYou can return a kettle within 30 days of delivery.\n\n# Shipping\n\nShipping to Norway costs 12 euros.";

    [Fact]
    public async Task A_text_is_found_once_it_is_ready()
    {
        await using var kit = await Kit.CreateAsync(server);
        var source = await kit.AddTextAsync("Shop rules", Returns);
        source.State.ShouldBe(SourceState.Ready, string.Join(" ", source.Errors));
        source.Progress.Percent.ShouldBe(100);
        source.Articles.ShouldBe(1);
        var found = await kit.AskAsync("How many days do I have to return a kettle?");
        found.Passages[0].Text.ShouldContain("30 days");
        found.Passages[0].Title.ShouldBe("Shop rules");
        found.Passages[0].Headings.ShouldBe("Returns");
        found.Passages[0].SourceId.ShouldBe(source.Id);
        found.Answerable.ShouldBeTrue();
    }

    [Fact]
    public async Task A_question_nothing_answers_is_not_answerable()
    {
        await using var kit = await Kit.CreateAsync(server);
        await kit.AddTextAsync("Shop rules", Returns);
        (await kit.AskAsync("Who won the football championship in Brazil?")).Answerable.ShouldBeFalse();
    }

    [Fact]
    public async Task A_killed_ingestion_resumes_with_the_same_rows_and_embeds_each_passage_once()
    {
        await using var kit = await Kit.CreateAsync(server, settings => (settings.EmbeddingBatch, settings.Lease) = (4, TimeSpan.FromMilliseconds(200)));
        var text = string.Concat(Enumerable.Range(1, 20).Select(i => $"# Part {i}\n\nThe wheel number {i} has {i * 7} spokes.\n\n"));
        var id = await kit.Doors.AddTextAsync(kit.Tenant, "Wheels", text, SourceFormat.Markdown);
        using var kill = new CancellationTokenSource();
        kit.Embedder.BeforeBatch = embedded =>
        {
            if (embedded == 8)
                kill.Cancel();
        };
        await Should.ThrowAsync<OperationCanceledException>(() => kit.WorkAsync(kill.Token));
        var before = (long)(await kit.Data.AskAsync("select count(*) from knowledge.passages"))!;
        var ids = (string)(await kit.Data.AskAsync("select string_agg(id::text, ',' order by id) from knowledge.passages"))!;
        kit.Embedder.BeforeBatch = null;
        // What a kill leaves: the lease of a node that is gone.
        await kit.Data.AskAsync("update knowledge.work set leased_until = now() - interval '1 second'");
        await kit.WorkAsync();
        (await kit.Sources.FindAsync(kit.Tenant, id, default))!.State.ShouldBe(SourceState.Ready);
        before.ShouldBe(20);
        ((string)(await kit.Data.AskAsync("select string_agg(id::text, ',' order by id) from knowledge.passages"))!).ShouldBe(ids);
        kit.Embedder.Embedded.Count.ShouldBe(20);
        kit.Embedder.Embedded.Distinct().Count().ShouldBe(20);
    }

    [Fact]
    public async Task A_worker_that_lost_its_lease_writes_nothing()
    {
        await using var kit = await Kit.CreateAsync(server);
        var id = await kit.Doors.AddTextAsync(kit.Tenant, "Rules", Returns, SourceFormat.Markdown);
        var late = (await kit.Get<SourceWorker>().ClaimAsync(Guid.Empty, default))!;
        kit.Embedder.BeforeBatch = _ =>
        {
            // Another node takes the source over while this one embeds.
            kit.Data.AskAsync("update knowledge.work set token = gen_random_uuid(), leased_until = now() + interval '1 hour'").GetAwaiter().GetResult();
        };
        await kit.Get<SourceWorker>().RunAsync(late, default);
        var source = (await kit.Sources.FindAsync(kit.Tenant, id, default))!;
        source.State.ShouldBe(SourceState.Working);
        source.Errors.ShouldBeEmpty();
        (await kit.Data.AskAsync("select count(*) from knowledge.passages where embedding is not null")).ShouldBe(0L);
    }

    [Fact]
    public async Task A_replaced_source_answers_with_the_old_text_until_the_new_one_is_ready()
    {
        await using var kit = await Kit.CreateAsync(server);
        var source = await kit.AddTextAsync("Rules", Returns);
        await kit.ReplaceTextAsync(source.Id, "Rules", Returns.Replace("30 days", "14 days"), work: false);
        (await kit.AskAsync("return a kettle")).Passages[0].Text.ShouldContain("30 days");
        await kit.WorkAsync();
        (await kit.AskAsync("return a kettle")).Passages.ShouldAllBe(passage => !passage.Text.Contains("30 days"));
        (await kit.AskAsync("return a kettle")).Passages[0].Text.ShouldContain("14 days");
    }

    [Fact]
    public async Task A_new_version_supersedes_and_the_history_stays_readable()
    {
        await using var kit = await Kit.CreateAsync(server);
        var source = await kit.AddTextAsync("Rules", Returns);
        await kit.ReplaceTextAsync(source.Id, "Rules", Returns.Replace("30 days", "14 days"));
        var current = (await kit.Articles.ListAsync(kit.Tenant, null, source.Id, null, null, 10, default)).Single();
        var versions = await kit.Articles.VersionsAsync(kit.Tenant, current.Id, default);
        versions.Select(version => version.Version).ShouldBe([2, 1]);
        versions[0].Supersedes.ShouldBe(versions[1].Id);
        versions[1].Text!.ShouldContain("30 days");
        versions[1].Current.ShouldBeFalse();
    }

    [Fact]
    public async Task Only_changed_rows_of_a_table_of_questions_get_a_new_version_or_an_embedding()
    {
        await using var kit = await Kit.CreateAsync(server);
        const string First = "question,answer\nDo you repair kettles?,Yes we do.\nAre you open on Sunday?,No.\n";
        var source = await kit.AddTextAsync("FAQ", First, SourceFormat.Csv);
        source.Articles.ShouldBe(2);
        kit.Embedder.Embedded.Clear();
        await kit.ReplaceTextAsync(source.Id, "FAQ", First.Replace("No.", "From ten to two."), SourceFormat.Csv);
        kit.Embedder.Embedded.Count.ShouldBe(1);
        var articles = await kit.Articles.ListAsync(kit.Tenant, null, source.Id, null, null, 10, default);
        articles.Single(article => article.Title.StartsWith("Do you", StringComparison.Ordinal)).Version.ShouldBe(1);
        articles.Single(article => article.Title.StartsWith("Are you", StringComparison.Ordinal)).Version.ShouldBe(2);
        (await kit.AskAsync("repair kettles")).Passages[0].Text.ShouldContain("Yes we do");
        (await kit.AskAsync("open on Sunday")).Passages[0].Text.ShouldContain("ten to two");
    }

    [Fact]
    public async Task A_deleted_source_is_gone_from_search_and_from_every_table()
    {
        await using var kit = await Kit.CreateAsync(server);
        var source = await kit.AddTextAsync("Rules", Returns);
        (await kit.AskAsync("return a kettle")).Passages.ShouldNotBeEmpty();
        (await kit.Sources.DeleteAsync(kit.Tenant, source.Id, default)).ShouldBeTrue();
        (await kit.AskAsync("return a kettle")).Passages.ShouldBeEmpty();
        foreach (var table in new[] { "sources", "source_chunks", "articles", "passages", "segments", "work" })
            (await kit.Data.AskAsync($"select count(*) from knowledge.{table}")).ShouldBe(0L, table);
    }

    [Fact]
    public async Task Another_tenant_finds_nothing_and_reads_nothing()
    {
        await using var kit = await Kit.CreateAsync(server);
        var source = await kit.AddTextAsync("Rules", Returns);
        var other = (await kit.Data.Tenants.CreateAsync("Other", default)).Id;
        (await kit.AskAsync("return a kettle")).Passages.ShouldNotBeEmpty();
        (await kit.AskAsync("return a kettle", other)).Passages.ShouldBeEmpty();
        (await kit.Sources.FindAsync(other, source.Id, default)).ShouldBeNull();
        (await kit.Sources.DeleteAsync(other, source.Id, default)).ShouldBeFalse();
        var article = (await kit.Articles.ListAsync(kit.Tenant, null, null, null, null, 10, default)).Single();
        (await kit.Articles.FindAsync(other, article.Id, default)).ShouldBeNull();
        (await kit.Articles.VersionsAsync(other, article.Id, default)).ShouldBeEmpty();
        // The same text of the other tenant is its own source, found under its own ids.
        var own = await kit.AddTextAsync("Rules", Returns, tenant: other);
        own.Id.ShouldNotBe(source.Id);
        (await kit.AskAsync("return a kettle", other)).Passages.ShouldAllBe(passage => passage.SourceId == own.Id);
        (await kit.AskAsync("return a kettle")).Passages.ShouldAllBe(passage => passage.SourceId == source.Id);
    }

    [Fact]
    public async Task The_same_bytes_again_are_no_work()
    {
        await using var kit = await Kit.CreateAsync(server);
        var source = await kit.AddTextAsync("Rules", Returns);
        var embedded = kit.Embedder.Embedded.Count;
        (await kit.AddTextAsync("Rules", Returns)).Id.ShouldBe(source.Id);
        (await kit.ReplaceTextAsync(source.Id, "Rules", Returns)).Version.ShouldBe(1);
        kit.Embedder.Embedded.Count.ShouldBe(embedded);
        (await kit.Data.AskAsync("select count(*) from knowledge.work")).ShouldBe(0L);
    }

    [Fact]
    public async Task A_source_that_cannot_be_read_fails_with_its_code_and_keeps_what_answered_before()
    {
        await using var kit = await Kit.CreateAsync(server);
        var source = await kit.AddTextAsync("Rules", Returns);
        var bomb = string.Concat(Enumerable.Repeat("<div>", 2000));
        var failed = await kit.ReplaceTextAsync(source.Id, "Rules", bomb, SourceFormat.Html);
        failed.State.ShouldBe(SourceState.Failed);
        failed.Errors.Single().Code.ShouldBe("knowledge.html_too_complex");
        (await kit.AskAsync("return a kettle")).Passages[0].Text.ShouldContain("30 days");
        (await kit.Data.AskAsync("select count(*) from knowledge.articles where state = 'staged'")).ShouldBe(0L);
    }

    [Fact]
    public async Task A_passing_failure_is_tried_again_later()
    {
        await using var kit = await Kit.CreateAsync(server);
        var id = await kit.Doors.AddTextAsync(kit.Tenant, "Rules", Returns, SourceFormat.Markdown);
        kit.Embedder.BeforeBatch = _ => throw new EmbeddingFailedException("The model is busy.", transient: true);
        await kit.WorkAsync();
        var waiting = (await kit.Sources.FindAsync(kit.Tenant, id, default))!;
        waiting.State.ShouldBe(SourceState.Working);
        waiting.Errors.Single().Code.ShouldBe("knowledge.embedding_failed");
        kit.Embedder.BeforeBatch = null;
        await kit.Data.AskAsync("update knowledge.work set due_at = now()");
        await kit.WorkAsync();
        var ready = (await kit.Sources.FindAsync(kit.Tenant, id, default))!;
        ready.State.ShouldBe(SourceState.Ready);
        ready.Errors.ShouldBeEmpty();
    }

    [Fact]
    public async Task Tenants_take_turns()
    {
        await using var kit = await Kit.CreateAsync(server);
        var other = (await kit.Data.Tenants.CreateAsync("Other", default)).Id;
        for (var i = 0; i < 3; i++)
            await kit.Doors.AddTextAsync(kit.Tenant, "Rules", $"Rule {i}.", SourceFormat.Text);
        await kit.Doors.AddTextAsync(other, "Rules", "Another rule.", SourceFormat.Text);
        var worker = kit.Get<SourceWorker>();
        var first = (await worker.ClaimAsync(Guid.Empty, default))!;
        var second = (await worker.ClaimAsync(first.Tenant.Value, default))!;
        new[] { first.Tenant, second.Tenant }.ShouldBe([kit.Tenant, other], ignoreOrder: true);
        (await worker.ClaimAsync(second.Tenant.Value, default))!.SourceId.ShouldNotBe(first.SourceId);
    }

    [Fact]
    public async Task An_eighty_page_pdf_is_read_whole()
    {
        await using var kit = await Kit.CreateAsync(server);
        var pages = Enumerable.Range(1, 80).Select(page => Enumerable.Range(1, 40)
            .Select(line => $"Regulation {page}-{line} says that gearbox {page * 100 + line} is oiled every {line} weeks.").ToArray()).ToArray();
        await using var pdf = Files.Pdf(pages);
        var id = await kit.Doors.AddFileAsync(kit.Tenant, "manual.pdf", pdf);
        var began = System.Diagnostics.Stopwatch.GetTimestamp();
        await kit.WorkAsync();
        TestContext.Current.TestOutputHelper?.WriteLine($"80 pages in {System.Diagnostics.Stopwatch.GetElapsedTime(began).TotalMilliseconds:0} ms");
        var source = (await kit.Sources.FindAsync(kit.Tenant, id, default))!;
        source.State.ShouldBe(SourceState.Ready, string.Join(" ", source.Errors));
        (await kit.AskAsync("How often is gearbox 7803 oiled?")).Passages.ShouldContain(passage => passage.Text.Contains("gearbox 7803"));
    }
}
