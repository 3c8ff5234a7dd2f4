using Microsoft.Extensions.AI;
using Steward.Conversations;
using Steward.Platform.Masking;
using Steward.Platform.Tenancy;
using Steward.Testing;

namespace Steward.Assistants.Tests.Turns;

/// <summary>Masking as a test sets it.</summary>
internal sealed class TestMasking : IMasking
{
    public bool On { get; set; }

    public bool Broken { get; set; }

    public ValueTask<MaskingScope> ScopeAsync(TenantId tenant, CancellationToken ct) => new(On ? MaskingScope.Models : MaskingScope.Off);

    public ValueTask<MaskedTurn?> ForModelsAsync(TenantId tenant, KnownPerson known, CancellationToken ct) =>
        Broken ? throw new MaskingFailedException(new InvalidOperationException()) : new(On ? new MaskedTurn(known) : null);

    public ValueTask<MaskedTurn?> ForExportAsync(TenantId tenant, KnownPerson known, CancellationToken ct) => new((MaskedTurn?)null);
}

public sealed class MaskingTests(PostgresServer server)
{
    private const string Asked = "How much is a bike? My mail is ada@example.com, my card 4111 1111 1111 1111.";

    [Fact]
    public async Task A_model_sees_placeholders_and_the_customer_the_values_wherever_the_stream_is_cut()
    {
        await using var author = (await Author.CreateAsync(server)).Says("A city bike costs 18 euros per day [1]. I will write to [", "[EMA", "IL_1]", "] then.");
        author.Masking.On = true;

        var decision = await author.AnswerAsync(Asked);

        var sent = string.Concat(author.Models.Client("test/large").Calls.SelectMany(call => call).SelectMany(message => message.Contents).OfType<TextContent>().Select(text => text.Text));
        sent.ShouldContain("[[EMAIL_1]]");
        sent.ShouldContain("[[CARD_1]]");
        sent.ShouldNotContain("ada@example.com");
        sent.ShouldNotContain("4111");
        decision.Text.ShouldNotBeNull().ShouldContain("ada@example.com");
        string.Concat(author.Output.Seen).ShouldNotContain("[[");
    }

    [Fact]
    public async Task A_placeholder_that_the_model_makes_up_shows_nothing()
    {
        await using var author = (await Author.CreateAsync(server)).Says("A city bike costs 18 euros per day [1]. Ask [[CARD_9]] about it.");
        author.Masking.On = true;
        (await author.AnswerAsync("How much is a bike?")).Text.ShouldNotBeNull().ShouldNotContain("CARD");
    }

    [Fact]
    public async Task Without_the_setting_nothing_is_masked()
    {
        await using var author = (await Author.CreateAsync(server)).Says("A city bike costs 18 euros per day [1].");
        await author.AnswerAsync(Asked);
        author.Models.Client("test/large").Calls.SelectMany(call => call).ShouldContain(message => message.Text.Contains("ada@example.com", StringComparison.Ordinal));
    }

    [Fact]
    public async Task When_masking_fails_no_model_is_called()
    {
        await using var author = (await Author.CreateAsync(server)).Says("Never.");
        author.Masking.Broken = true;
        (await Should.ThrowAsync<AuthorFailedException>(() => author.AnswerAsync(Asked))).Code.ShouldBe("masking.failed");
        author.Models.Client("test/large").Calls.ShouldBeEmpty();
    }
}
