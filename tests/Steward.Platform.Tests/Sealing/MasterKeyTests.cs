using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.Extensions.Logging.Abstractions;
using Steward.Platform.Access.DataProtection;
using Steward.Platform.Access.Visitors;
using Steward.Platform.Erasing.Contacts;
using Steward.Platform.Postgres;
using Steward.Platform.Sealing;
using Steward.Platform.Sealing.Rotation;
using Steward.Platform.Tenancy;
using Steward.Testing;

namespace Steward.Platform.Tests.Sealing;

public sealed class MasterKeyTests(PostgresServer server)
{
    private static readonly MasterKey First = KeyNode.Key(1);
    private static readonly MasterKey Second = KeyNode.Key(2);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_wrong_master_key_is_refused_and_the_expected_one_is_named()
    {
        await using var db = await TestDatabase.CreateAsync(server);
        await using (await KeyNode.StartAsync(db, First))
        {
        }

        await using (await KeyNode.StartAsync(db, First))
        {
        }

        var refused = await Should.ThrowAsync<MasterKeyException>(() => KeyNode.StartAsync(db, Second));
        refused.Message.ShouldContain($"key number 1 (fingerprint {First.Fingerprint})");
        refused.Message.ShouldContain($"given: fingerprint {Second.Fingerprint}");
        refused.Message.ShouldContain("STEWARD_MASTER_KEY");
    }

    [Fact]
    public async Task After_a_rotation_the_new_key_alone_opens_everything()
    {
        await using var db = await TestDatabase.CreateAsync(server);
        TenantId tenant;
        Guid row;
        string visitor;
        await using (var node = await KeyNode.StartAsync(db, First))
        {
            tenant = (await node.Get<ITenants>().CreateAsync("One", Ct)).Id;
            row = await node.StoreAsync(tenant, "kept");
            visitor = Tokens(node).Issue(tenant, Guid.NewGuid(), Guid.NewGuid()).Value;
            new KeyRows(node.Database).StoreElement(new MasterKeyXmlEncryptor(node.Get<MasterKeys>()).Encrypt(new("key", "cookie")).EncryptedElement, "k1");
        }

        await ForgetTheTenantOfTheFixtureAsync(db);
        await using (var node = await KeyNode.StartAsync(db, Second, First))
        {
            var done = await node.Rotations.RotateMasterKeyAsync(Ct);
            (done.Number, done.Fingerprint).ShouldBe((2, Second.Fingerprint));
            done.Unused.ShouldBe([1]);
            done.Wrapped.ShouldBe(4);
            (await node.Rotations.RotateMasterKeyAsync(Ct)).Wrapped.ShouldBe(0);
        }

        await using var after = await KeyNode.StartAsync(db, Second);
        (await after.ReadAsync(tenant, row)).ShouldBe("kept");
        Tokens(after).TryRead(visitor, out _).ShouldBeTrue();
        var stored = new KeyRows(after.Database).GetAllElements().Single();
        System.Text.Encoding.UTF8.GetString(WrappedElement.Open(stored, after.Get<MasterKeys>())).ShouldContain("cookie");
        (await Should.ThrowAsync<MasterKeyException>(() => KeyNode.StartAsync(db, First))).Message.ShouldContain($"key number 2 (fingerprint {Second.Fingerprint})");
    }

    [Fact]
    public async Task A_half_rotated_set_works_and_is_finished_and_a_missing_old_key_is_named()
    {
        await using var db = await TestDatabase.CreateAsync(server);
        TenantId old;
        await using (var node = await KeyNode.StartAsync(db, First))
        {
            old = (await node.Get<ITenants>().CreateAsync("Old", Ct)).Id;
        }

        await ForgetTheTenantOfTheFixtureAsync(db);
        await using (var node = await KeyNode.StartAsync(db, Second, First))
        {
            // As if the rotation was killed after the switch: new keys are wrapped by the new one, the rest is not yet.
            await node.Get<MasterWork>().SwitchAsync(TimeProvider.System, Ct);
            var fresh = (await node.Get<ITenants>().CreateAsync("New", Ct)).Id;
            await node.StoreAsync(fresh, "new");
            await node.StoreAsync(old, "old");
        }

        var refused = await Should.ThrowAsync<MasterKeyException>(() => KeyNode.StartAsync(db, Second));
        refused.Message.ShouldContain($"key number 1 (fingerprint {First.Fingerprint}), which was not given");
        await using (var node = await KeyNode.StartAsync(db, First, Second))
        {
            (await node.Get<MasterWork>().RewrapAsync(Ct)).ShouldBe(3);
            (await node.Rotations.MasterKeysAsync(Ct)).Select(key => (key.Number, key.IsCurrent, key.Keys)).ShouldBe([(1, false, 0), (2, true, 5)]);
        }

        await using (await KeyNode.StartAsync(db, Second))
        {
        }
    }

    [Fact]
    public async Task No_master_key_is_used_before_every_living_node_was_given_it()
    {
        await using var db = await TestDatabase.CreateAsync(server);
        await using var behind = await KeyNode.StartAsync(db, First);
        await ForgetTheTenantOfTheFixtureAsync(db);
        await using var node = await KeyNode.StartAsync(db, Second, First);
        var refused = await Should.ThrowAsync<KeyRotationException>(() => node.Rotations.RotateMasterKeyAsync(Ct));
        refused.Message.ShouldContain("1 running nodes");
        refused.Message.ShouldContain(Second.Fingerprint);
        node.Get<MasterKeys>().Current.ShouldBe(1);
        await behind.Watch.StopAsync(Ct);
        (await node.Rotations.RotateMasterKeyAsync(Ct)).Number.ShouldBe(2);
    }

    [Fact]
    public void Several_keys_may_be_given_the_newest_first()
    {
        var text = $"{Convert.ToBase64String(new byte[32])}\n {Convert.ToBase64String([.. Enumerable.Repeat((byte)1, 32)])} \n";
        MasterKeySource.Find(name => name == "STEWARD_MASTER_KEY" ? text : null, ".", false, _ => { })
            .Given.Select(key => key.Fingerprint).ShouldBe([new MasterKey(new byte[32]).Fingerprint, First.Fingerprint]);
    }

    // Its keys are wrapped by a key that only the fixture has.
    private static Task<object?> ForgetTheTenantOfTheFixtureAsync(TestDatabase db)
        => db.AskAsync($"delete from platform.tenant_keys where tenant_id = '{db.Tenant}'");

    private static VisitorTokens Tokens(KeyNode node) => new(node.Get<InstallationSecrets>(), new ErasedContacts(null!, null!, NullLogger<ErasedContacts>.Instance), TimeProvider.System);
}
