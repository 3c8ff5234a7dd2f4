using System.Text.Json;
using Steward.Platform.Audit;
using Steward.Platform.Events;
using Steward.Platform.Events.Records;
using Steward.Platform.Paging;

namespace Steward.Platform.Tests.Audit;

public sealed class AuditRulesTests
{
    private static readonly Actor Ada = new(ActorKind.Member, Guid.CreateVersion7(), "api", "192.0.2.7");

    [Fact]
    public void An_act_names_the_entry_and_the_subject_and_the_actor_are_not_told_twice()
    {
        var conversation = Guid.CreateVersion7();
        var draft = AuditRules.Draft(Stored(new ConversationHandled(conversation, "taken", Ada.Id), Ada))!;
        (draft.Action, draft.Subject, draft.Details).ShouldBe(("conversation.taken", conversation, "{}"));
    }

    [Fact]
    public void Settings_are_named_by_their_kind()
    {
        var draft = AuditRules.Draft(Stored(new SettingsChanged(Guid.CreateVersion7(), "limits", [new FieldChange("passages", "1", "2")]), Ada))!;
        draft.Action.ShouldBe("limits.changed");
        draft.Details.ShouldBe("""{"kind":"limits","changes":[{"field":"passages","from":"1","to":"2"}]}""");
    }

    [Theory]
    [InlineData(ActorKind.System)]
    [InlineData(ActorKind.Visitor)]
    public void What_nobody_of_the_tenant_did_is_no_entry(ActorKind kind) =>
        AuditRules.Draft(Stored(new MemberRemoved(Guid.CreateVersion7()), new Actor(kind))).ShouldBeNull();

    [Fact]
    public void What_a_member_wrote_is_no_entry() =>
        AuditRules.Draft(Stored(new ConversationHandled(Guid.CreateVersion7(), "replied", Ada.Id), Ada)).ShouldBeNull();

    [Fact]
    public void Changes_tell_figures_switches_and_codes_and_of_everything_else_the_name()
    {
        var before = new { name = "Nora", tone = "formal", tags = (string[])["a"], most = 1, on = true, same = 7, gone = (string?)"x" };
        var after = new { name = "Nils", tone = "friendly", tags = (string[])["b"], most = 2, on = false, same = 7, gone = (string?)null };
        FieldChange.Between(before, after, "tone").ShouldBe(
            [new("name"), new("tone", "formal", "friendly"), new("tags"), new("most", "1", "2"), new("on", "true", "false"), new("gone")], ignoreOrder: true);
    }

    [Theory]
    [InlineData("=1+1", "'=1+1")]
    [InlineData("+49 30", "'+49 30")]
    [InlineData("-2", "'-2")]
    [InlineData("@SUM(A1)", "'@SUM(A1)")]
    [InlineData("\t=1", "'\t=1")]
    [InlineData("a,\"b\"", "\"a,\"\"b\"\"\"")]
    [InlineData("=a,b", "\"'=a,b\"")]
    [InlineData("Ada", "Ada")]
    [InlineData(null, "")]
    public void A_cell_is_never_a_formula(string? value, string cell) => CsvCells.Of(value).ShouldBe(cell);

    private static StoredEvent Stored<TEvent>(TEvent happened, Actor by)
        where TEvent : IEvent =>
        new(1, TEvent.Name, happened.Subject, DateTimeOffset.UnixEpoch, JsonSerializer.SerializeToElement(happened, EventLog.Json)) { By = by };
}
