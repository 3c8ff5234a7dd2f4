using Steward.Platform.Masking;
using Steward.Platform.Masking.Settings;
using Steward.Testing;

namespace Steward.Platform.Tests.Masking;

public sealed class TenantMaskingTests(PostgresServer server)
{
    [Fact]
    public async Task A_tenant_has_it_off_until_it_is_set_and_only_for_itself()
    {
        await using var database = await TestDatabase.CreateAsync(server);
        var other = (await database.Tenants.CreateAsync("Other", default)).Id;
        var masking = new TenantMasking(database.Database, TimeProvider.System);
        (await masking.ForModelsAsync(database.Tenant, KnownPerson.Nobody, default)).ShouldBeNull();

        (await masking.WriteAsync(database.Tenant, MaskingScope.Models, [0], default))!.Version.ShouldBe(1);
        (await masking.ForModelsAsync(database.Tenant, KnownPerson.Nobody, default)).ShouldNotBeNull();
        (await masking.ForExportAsync(database.Tenant, KnownPerson.Nobody, default)).ShouldBeNull();
        (await masking.ScopeAsync(other, default)).ShouldBe(MaskingScope.Off);

        (await masking.WriteAsync(database.Tenant, MaskingScope.ModelsAndExports, [1], default))!.Version.ShouldBe(2);
        (await masking.ForExportAsync(database.Tenant, KnownPerson.Nobody, default)).ShouldNotBeNull();
        (await database.AskAsync("select count(*) from platform.events where name = 'masking.changed'")).ShouldBe(2L);
    }

    [Fact]
    public async Task Of_two_who_change_it_the_one_who_has_not_seen_the_other_is_refused()
    {
        await using var database = await TestDatabase.CreateAsync(server);
        var masking = new TenantMasking(database.Database, TimeProvider.System);
        (await masking.WriteAsync(database.Tenant, MaskingScope.Models, [7], default)).ShouldBeNull();
        (await masking.WriteAsync(database.Tenant, MaskingScope.Models, [0], default)).ShouldNotBeNull();
        (await masking.WriteAsync(database.Tenant, MaskingScope.Off, [0], default)).ShouldBeNull();
        (await masking.ScopeAsync(database.Tenant, default)).ShouldBe(MaskingScope.Models);
        (await masking.WriteAsync(database.Tenant, MaskingScope.Off, null, default)).ShouldNotBeNull();
    }

    [Fact]
    public async Task A_change_on_another_node_is_known_within_five_seconds()
    {
        await using var database = await TestDatabase.CreateAsync(server);
        var time = new ManualTime();
        var (here, there) = (new TenantMasking(database.Database, time), new TenantMasking(database.Database, time));
        (await here.ScopeAsync(database.Tenant, default)).ShouldBe(MaskingScope.Off);
        await there.WriteAsync(database.Tenant, MaskingScope.Models, null, default);
        time.Advance(TimeSpan.FromSeconds(5.1));
        (await here.ScopeAsync(database.Tenant, default)).ShouldBe(MaskingScope.Models);
    }

    [Fact]
    public async Task A_setting_that_cannot_be_read_is_a_failure_and_never_off()
    {
        await using var database = await TestDatabase.CreateAsync(server);
        await database.AskAsync("drop table platform.masking");
        await Should.ThrowAsync<MaskingFailedException>(async () => await new TenantMasking(database.Database, TimeProvider.System).ForModelsAsync(database.Tenant, KnownPerson.Nobody, default));
    }
}
