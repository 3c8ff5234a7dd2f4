using System.Reflection;
using Steward.Platform.Events;

namespace Steward.Architecture.Tests.Surface;

public sealed class EventNameTests
{
    private static List<string> Names() => [.. typeof(EventNames).GetFields(BindingFlags.Public | BindingFlags.Static)
        .Where(field => field.IsLiteral).Select(field => (string)field.GetRawConstantValue()!)];

    private static List<Type> Records() => [.. Repository.Assemblies.SelectMany(assembly => assembly.GetTypes())
        .Where(type => !type.IsInterface && typeof(IEvent).IsAssignableFrom(type))];

    private static string NameOf(Type record) =>
        (string)record.GetProperty(nameof(IEvent.Name), BindingFlags.Public | BindingFlags.Static)!.GetValue(null)!;

    [Fact]
    public void Every_name_has_one_record_and_every_record_a_name()
    {
        var records = Records();
        records.Count.ShouldBeGreaterThan(5);
        records.Select(NameOf).Order(StringComparer.Ordinal).ShouldBe(Names().Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Records_live_in_the_platform_so_that_any_room_can_subscribe() =>
        Records().ShouldAllBe(record => record.Assembly == typeof(IEvent).Assembly);

    /// <summary>Bodies carry ids and figures: a text may only be a code of ours, so its member is named like one.</summary>
    [Fact]
    public void Bodies_have_no_member_for_text_of_people()
    {
        string[] codes = ["Role", "Act", "Action", "Code", "State", "Reason", "Model", "Kind", "Step"];
        var others = from record in Records()
                     from member in record.GetProperties(BindingFlags.Public | BindingFlags.Instance)
                     where member.PropertyType == typeof(string) && !codes.Contains(member.Name)
                     select $"{record.Name}.{member.Name}";
        others.ShouldBeEmpty();
    }
}
