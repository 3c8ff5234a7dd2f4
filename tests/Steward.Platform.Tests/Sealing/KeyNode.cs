using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Steward.Platform.Postgres;
using Steward.Platform.Sealing;
using Steward.Platform.Sealing.Rotation;
using Steward.Platform.Tenancy;
using Steward.Testing;

namespace Steward.Platform.Tests.Sealing;

/// <summary>A node of its own, with the master keys it was given, on a database that others use too.</summary>
internal sealed class KeyNode : IAsyncDisposable
{
    private readonly ServiceProvider services;

    private KeyNode(ServiceProvider services) => this.services = services;

    public static MasterKey Key(byte fill) => new([.. Enumerable.Repeat(fill, 32)]);

    public ManualTime? Time { get; private init; }

    public IKeyRotations Rotations => Get<IKeyRotations>();

    public RotationWork Work => Get<RotationWork>();

    public KeyWatch Watch => Get<KeyWatch>();

    public ISealing Sealing => Get<ISealing>();

    public Database Database => Get<Database>();

    /// <summary>Starts as the program does: a wrong or missing master key is refused.</summary>
    public static async Task<KeyNode> StartAsync(TestDatabase on, params MasterKey[] given)
    {
        var time = new ManualTime(DateTimeOffset.UtcNow);
        var node = new KeyNode(new ServiceCollection()
            .AddLogging()
            .AddSingleton<TimeProvider>(time)
            .AddGround(DatabaseStart.Open(on.ConnectionString, 5), new MasterKeys(given))
            .BuildServiceProvider())
        {
            Time = time,
        };
        try
        {
            await MasterKeyStart.VerifyAsync(node.Database, node.Get<MasterKeys>(), node.Get<InstallationSecrets>(), CancellationToken.None);
            await node.Watch.LookAsync(CancellationToken.None);
            return node;
        }
        catch
        {
            await node.DisposeAsync();
            throw;
        }
    }

    public T Get<T>()
        where T : notnull
        => services.GetRequiredService<T>();

    /// <summary>Stores a sealed row as the product does, in one of its own tables.</summary>
    public async Task<Guid> StoreAsync(TenantId tenant, string text)
    {
        var id = Guid.CreateVersion7();
        var session = Database.For(tenant);
        session.Add(
            "insert into platform.idempotency (tenant_id, key_hash, request_hash, id, status, body) values (current_setting('steward.tenant')::uuid, $1, '\\x00', $2, 200, $3)",
            Sql.Bytes(id.ToByteArray()), Sql.Uuid(id), Sql.Bytes((await Sealing.ForAsync(tenant, default)).Seal(Field(id), text)));
        await session.SendAsync(default);
        return id;
    }

    public async Task<string> ReadAsync(TenantId tenant, Guid id)
    {
        var session = Database.For(tenant);
        var body = session.One("select body from platform.idempotency where id = $1", row => row.GetFieldValue<byte[]>(0), Sql.Uuid(id));
        await session.SendAsync(default);
        return (await Sealing.ForAsync(tenant, default)).Open(Field(id), body.Value!);
    }

    /// <summary>Works until there is nothing to do; the pauses pass at once.</summary>
    public async Task WorkAsync(TenantId tenant, int most = 1000)
    {
        while (most-- > 0)
        {
            var step = Work.StepAsync(tenant, default);
            while (!step.IsCompleted)
            {
                Time!.Advance(TimeSpan.FromSeconds(1));
                await Task.Delay(1);
            }

            if (!await step)
            {
                return;
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        var source = Database.Source;
        await Watch.StopAsync(CancellationToken.None);
        await services.DisposeAsync();
        await source.DisposeAsync();
    }

    private static SealedField Field(Guid id) => new("platform.idempotency", "body", id);
}
