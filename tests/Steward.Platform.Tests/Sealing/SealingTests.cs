using System.Collections.Frozen;
using Steward.Platform.Sealing;
using Steward.Platform.Tenancy;
using Steward.Testing;

namespace Steward.Platform.Tests.Sealing;

public sealed class SealingTests(PostgresServer server)
{
    private static readonly SealedField Field = new("conversations.messages", "text", Guid.CreateVersion7());

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private static TenantSealer Sealer(byte fill = 1, TenantId? tenant = null)
        => new(tenant ?? new TenantId(Guid.Parse("0195a3c0-0000-7000-8000-000000000001")), new TenantKeys(new Dictionary<int, CipherPool> { [1] = new(Bytes(fill)) }.ToFrozenDictionary(), 1, Bytes(9)));

    private static byte[] Bytes(byte fill) => [.. Enumerable.Repeat(fill, 32)];

    [Theory]
    [InlineData("")]
    [InlineData("plain")]
    [InlineData("käse 🧀 naïve")]
    public void What_is_sealed_opens_in_its_own_place(string text) => Sealer().Open(Field, Sealer().Seal(Field, text)).ShouldBe(text);

    [Fact]
    public void Sealed_bytes_open_in_no_other_row_column_table_or_tenant_and_under_no_other_key()
    {
        var bytes = Sealer().Seal(Field, "secret");
        Should.Throw<SealBrokenException>(() => Sealer().Open(Field with { Row = Guid.NewGuid() }, bytes));
        Should.Throw<SealBrokenException>(() => Sealer().Open(Field with { Column = "title" }, bytes));
        Should.Throw<SealBrokenException>(() => Sealer().Open(Field with { Table = "conversations.turns" }, bytes));
        Should.Throw<SealBrokenException>(() => Sealer(tenant: TenantId.New()).Open(Field, bytes));
        Should.Throw<SealBrokenException>(() => Sealer(fill: 2).Open(Field, bytes));
    }

    [Fact]
    public void A_flipped_bit_anywhere_is_noticed()
    {
        var bytes = Sealer().Seal(Field, "secret");
        for (var i = 0; i < bytes.Length; i++)
        {
            var broken = (byte[])bytes.Clone();
            broken[i] ^= 1;
            Should.Throw<SealBrokenException>(() => Sealer().Open(Field, broken));
        }
    }

    [Fact]
    public void A_cut_value_is_noticed()
    {
        var bytes = Sealer().Seal(Field, "secret");
        for (var length = 0; length < bytes.Length; length++)
        {
            Should.Throw<SealBrokenException>(() => Sealer().Open(Field, bytes[..length]));
        }
    }

    [Fact]
    public void Index_hashes_are_equal_for_equal_values_only_within_a_tenant_and_a_purpose()
    {
        Sealer().IndexHash("identity", "a").ShouldBe(Sealer().IndexHash("identity", "a"));
        Sealer().IndexHash("identity", "a").ShouldNotBe(Sealer().IndexHash("client", "a"));
        Sealer().IndexHash("identity", "a").ShouldNotBe(Sealer().IndexHash("identity", "b"));
    }

    [Fact]
    public async Task A_tenant_without_keys_is_unknown()
    {
        await using var db = await TestDatabase.CreateAsync(server);
        await Should.ThrowAsync<UnknownTenantException>(async () => await db.Sealing.ForAsync(TenantId.New(), Ct));
    }

    [Fact]
    public void A_development_key_is_made_once_for_its_owner_only()
    {
        var directory = Directory.CreateTempSubdirectory().FullName;
        var told = 0;
        var first = MasterKeySource.Find(_ => null, directory, development: true, _ => told++);
        var second = MasterKeySource.Find(_ => null, directory, development: true, _ => told++);
        second.Given[0].Check.ShouldBe(first.Given[0].Check);
        told.ShouldBe(1);
        File.GetUnixFileMode(Path.Combine(directory, "master.key")).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        Should.Throw<MasterKeyException>(() => MasterKeySource.Find(_ => null, directory, development: false, _ => { }));
        Directory.Delete(directory, recursive: true);
    }

    [Fact]
    public void Of_several_master_keys_the_wrong_one_is_named_and_a_command_that_waits_is_ended()
    {
        var good = Convert.ToBase64String(new byte[32]);
        Should.Throw<MasterKeyException>(() => MasterKeySource.Find(name => name == "STEWARD_MASTER_KEY" ? $"{good},c2hvcnQ=" : null, ".", false, _ => { })).Message
            .ShouldBe("Key 2 of 2 in STEWARD_MASTER_KEY has 5 bytes; 32 bytes in base64 are expected.");
        Should.Throw<MasterKeyException>(() => MasterKeySource.Run("sleep 60", TimeSpan.FromMilliseconds(300))).Message.ShouldContain("did not end");
        // Nobody is there to answer it.
        MasterKeySource.Run("cat; echo done").ShouldBe("done\n");
        Should.Throw<MasterKeyException>(() => MasterKeySource.Find(name => name == "STEWARD_MASTER_KEY_FILE" ? "/proc/self/mem" : null, ".", false, _ => { })).Message
            .ShouldContain("/proc/self/mem cannot be read");
    }

    [Theory]
    [InlineData("c2hvcnQ=")]
    [InlineData("not base64 at all")]
    public void A_malformed_master_key_says_what_is_expected(string value)
        => Should.Throw<MasterKeyException>(() => MasterKeySource.Find(name => name == "STEWARD_MASTER_KEY" ? value : null, ".", true, _ => { })).Message.ShouldContain("32 bytes");
}
