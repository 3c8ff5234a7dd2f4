using Microsoft.Extensions.Configuration;
using Steward.Platform.Limits;
using Steward.Platform.Limits.Settings;

namespace Steward.Platform.Tests.Limits;

public sealed class LimitRulesTests
{
    private static readonly LimitValues Installation = LimitValues.Defaults;

    [Fact]
    public void What_a_tenant_sets_stands_before_its_operators_grant_and_that_before_the_installation()
    {
        var granted = new LimitValues(ContactPerHour: 500, TenantPerHour: 5000);
        var effective = LimitRules.Effective(new LimitValues(ContactPerHour: 300), granted, Installation);
        effective.ContactPerHour.ShouldBe(300);
        effective.TenantPerHour.ShouldBe(5000);
        effective.MemberPerMinute.ShouldBe(10);
    }

    [Fact]
    public void A_tenant_may_not_go_beyond_what_it_was_granted_even_when_that_is_lowered_later()
    {
        var ceilings = LimitRules.Ceilings(new LimitValues(ContactPerHour: 200), Installation);
        LimitRules.OwnFault(new LimitValues(ContactPerHour: 201), ceilings).ShouldBe("'contactPerHour' is a whole number from 1 to 200.");
        LimitRules.OwnFault(new LimitValues(ContactPerHour: 200), ceilings).ShouldBeNull();
        LimitRules.Effective(new LimitValues(ContactPerHour: 200), new LimitValues(ContactPerHour: 50), Installation).ContactPerHour.ShouldBe(50);
    }

    [Fact]
    public void Without_a_grant_a_tenant_may_raise_rates_tenfold_and_may_not_switch_them_off()
    {
        var ceilings = LimitRules.Ceilings(new LimitValues(), Installation);
        LimitRules.OwnFault(new LimitValues(TenantPerHour: 10_000), ceilings).ShouldBeNull();
        LimitRules.OwnFault(new LimitValues(TenantPerHour: 10_001), ceilings).ShouldNotBeNull();
        LimitRules.OwnFault(new LimitValues(TenantPerHour: 0), ceilings).ShouldNotBeNull();
        LimitRules.OwnFault(new LimitValues(Weight: 2), ceilings).ShouldNotBeNull();
    }

    [Fact]
    public void Settings_of_the_installation_are_read_and_unreadable_ones_stop_the_start()
    {
        Read("STEWARD_LIMIT_CONTACT_PER_HOUR", "7").ContactPerHour.ShouldBe(7);
        Read("STEWARD_LIMIT_TENANT_PER_HOUR", "none").TenantPerHour.ShouldBe(0);
        Should.Throw<FormatException>(() => Read("STEWARD_LIMIT_PASSAGES", "many"));
        Should.Throw<FormatException>(() => Read("STEWARD_LIMIT_WEIGHT", "0"));
    }

    private static LimitValues Read(string name, string value) =>
        TenantLimits.ReadInstallation(new ConfigurationBuilder().AddInMemoryCollection([new(name, value)]).Build());
}
