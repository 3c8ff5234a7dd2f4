using System.IO.Pipelines;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Steward.Conversations.Exporting;
using Steward.Platform.Masking;
using Steward.Platform.Tenancy;
using Steward.Testing;

namespace Steward.Conversations.Tests.Exporting;

public sealed class ConversationExportTests(PostgresServer server)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task When_it_cannot_be_known_whether_to_mask_nothing_is_exported()
    {
        await using var database = await Node.DatabaseAsync(server);
        await using var node = await StartAsync(database, new Masking(answers: 0));
        await node.AskAsync(await node.ConversationAsync(), "Hello");
        await Should.ThrowAsync<MaskingFailedException>(() => node.Get<ConversationExport>().BeginAsync(node.Tenant, Ct));
    }

    [Fact]
    public async Task An_export_that_cannot_mask_any_more_breaks_off_before_the_text_and_has_no_last_line()
    {
        await using var database = await Node.DatabaseAsync(server);
        await using var node = await StartAsync(database, new Masking(answers: 1));
        await node.AskAsync(await node.ConversationAsync(), "Write to ada@example.com");
        await node.AskAsync(await node.ConversationAsync(), "Write to ben@example.com");
        using var file = new MemoryStream();
        var body = PipeWriter.Create(file, new StreamPipeWriterOptions(leaveOpen: true));

        await Should.ThrowAsync<MaskingFailedException>(
            () => node.Get<ConversationExport>().WriteAsync(node.Tenant, DateTimeOffset.UnixEpoch, DateTimeOffset.MaxValue, body, Ct));
        await body.CompleteAsync();

        var text = Encoding.UTF8.GetString(file.ToArray());
        text.ShouldContain("[[EMAIL_1]]");
        text.ShouldNotContain("example.com");
        text.ShouldNotContain("\"end\"");
    }

    [Fact]
    public async Task A_long_conversation_leaves_whole_and_in_pieces()
    {
        await using var database = await Node.DatabaseAsync(server);
        await using var node = await StartAsync(database, new Masking(answers: int.MaxValue));
        var conversation = await node.ConversationAsync();
        for (var i = 0; i < 250; i++)
        {
            await node.SayAsync(conversation, $"message {i} {new string('x', 500)}");
        }

        var pipe = new Pipe(new PipeOptions(pauseWriterThreshold: 0));
        await node.Get<ConversationExport>().WriteAsync(node.Tenant, DateTimeOffset.UnixEpoch, DateTimeOffset.MaxValue, pipe.Writer, Ct);
        await pipe.Writer.CompleteAsync();
        using var reader = new StreamReader(pipe.Reader.AsStream());
        var lines = (await reader.ReadToEndAsync(Ct)).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        lines.Length.ShouldBe(2);
        Enumerable.Range(0, 250).ShouldAllBe(i => lines[0].Contains($"message {i} x"));
        lines[1].ShouldBe("""{"end":true,"conversations":1}""");
    }

    private static Task<Node> StartAsync(TestDatabase database, IMasking masking) => Node.StartAsync(database, more: services => services.AddSingleton(masking));

    /// <summary>Masks so often, and then cannot any more.</summary>
    private sealed class Masking(int answers) : IMasking
    {
        private int _left = answers;

        public ValueTask<MaskingScope> ScopeAsync(TenantId tenant, CancellationToken ct) => new(MaskingScope.ModelsAndExports);

        public ValueTask<MaskedTurn?> ForModelsAsync(TenantId tenant, KnownPerson known, CancellationToken ct) => new((MaskedTurn?)null);

        public ValueTask<MaskedTurn?> ForExportAsync(TenantId tenant, KnownPerson known, CancellationToken ct) =>
            _left-- > 0 ? new(new MaskedTurn(known)) : throw new MaskingFailedException(new IOException("The database is away."));
    }
}
