using Microsoft.Extensions.AI;
using Steward.Assistants.Configuration;
using Steward.Assistants.Context;
using Steward.Assistants.Prompting;
using Steward.Assistants.Turns;
using Steward.Conversations;
using Steward.Models;
using Steward.Platform.Masking;

namespace Steward.Assistants.Tests.Prompting;

public sealed class PromptTests
{
    private static readonly IReadOnlyList<RecalledPassage> Passages = [new(1, Guid.NewGuid(), Guid.NewGuid(), Guid.NewGuid(), "Bikes", null, "18 euros.", 1)];

    [Fact]
    public void Instructions_go_first_then_history_and_passages_last_and_only_the_first_two_are_marked()
    {
        var messages = Prompt.Of("Rules.", Context(from: 1), kept: true);
        messages.Select(message => message.Role).ShouldBe([ChatRole.System, ChatRole.User, ChatRole.Assistant, ChatRole.User]);
        messages[^1].Text.ShouldStartWith("Passages:");
        messages.Select(PromptCaching.IsPrefixEnd).ShouldBe([true, false, true, false]);
    }

    [Fact]
    public void A_history_whose_beginning_fell_out_is_not_marked_since_the_next_turn_begins_otherwise() =>
        Prompt.Of("Rules.", Context(from: 3), kept: true).Select(PromptCaching.IsPrefixEnd).ShouldBe([true, false, false, false]);

    [Fact]
    public void Without_the_setting_nothing_is_marked() =>
        Prompt.Of("Rules.", Context(from: 1), kept: false).ShouldNotContain(message => PromptCaching.IsPrefixEnd(message));

    [Fact]
    public void Masking_keeps_the_marks()
    {
        var masked = MaskedMessages.Of(Prompt.Of("Rules.", Context(from: 1, asked: "I am ada@example.com"), kept: true), new MaskedTurn(new KnownPerson([])));
        masked.Where(PromptCaching.IsPrefixEnd).Select(message => message.Role).ShouldBe([ChatRole.System, ChatRole.Assistant]);
        masked.ShouldContain(message => message.Text.Contains("[[EMAIL_1]]", StringComparison.Ordinal));
    }

    [Fact]
    public void An_assistant_names_its_calls_to_providers_the_same_every_time_and_no_other_tenant_does()
    {
        var assistant = new Assistant(Guid.NewGuid(), true, new(), 1, default);
        var tenant = new Platform.Tenancy.TenantId(Guid.NewGuid());
        var lane = new PromptCache().For(tenant, assistant, "gpt-4o").Lane;
        new PromptCache().For(tenant, assistant with { Version = 2 }, "gpt-4o").Lane.ShouldBe(lane);
        new PromptCache().For(new(Guid.NewGuid()), assistant, "gpt-4o").Lane.ShouldNotBe(lane);
        lane.ShouldNotContain(tenant.ToString()[..8]);
        lane.Length.ShouldBe(32);
    }

    private static AssembledContext Context(long from, string asked = "One?") => new(
        [Message(from + 2, MessageAuthor.Contact, "Two?")], [Message(from, MessageAuthor.Contact, asked), Message(from + 1, MessageAuthor.Assistant, "First.")], Passages, []);

    private static BriefMessage Message(long number, MessageAuthor author, string text) => new(Guid.NewGuid(), number, author, text, default);
}
