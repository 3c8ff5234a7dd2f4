using System.Collections.Concurrent;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;
using Steward.Platform.Postgres;
using Steward.Platform.Tenancy;
using Steward.Platform.Wakeups;

namespace Steward.Platform.Erasing.Contacts;

/// <summary>
/// The contacts that were erased while a token of theirs may still be good or be renewed: every node keeps them in memory, so that a token costs
/// no round trip. Read before the node serves, after every wake-up, and every few seconds, because a wake-up may be lost.
/// </summary>
internal sealed partial class ErasedContacts(Database database, IWakeups wakeups, ILogger<ErasedContacts> log) : BackgroundService, IGoneContacts
{
    private const string Topic = "erasures";

    /// <summary>Erasures become visible with their commits, which are not in the order of their times.</summary>
    private static readonly TimeSpan Overlap = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(3);
    private readonly ConcurrentDictionary<(TenantId Tenant, Guid Contact), bool> _gone = new();
    private readonly List<Action<TenantId, Guid>> _listeners = [];
    private DateTimeOffset _read = DateTimeOffset.MinValue;

    public bool Has(TenantId tenant, Guid contact) => _gone.ContainsKey((tenant, contact));

    public void Listen(Action<TenantId, Guid> erased)
    {
        lock (_listeners)
        {
            _listeners.Add(erased);
        }
    }

    /// <summary>Known here from now on, and on the other nodes soon. Called after the commit.</summary>
    public void Add(TenantId tenant, Guid contact)
    {
        Note(tenant, contact);
        wakeups.Send(Topic, "");
    }

    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        await RefreshAsync(cancellationToken);
        await base.StartAsync(cancellationToken);
    }

    internal async Task RefreshAsync(CancellationToken ct)
    {
        var found = await database.DispatchAsync(
            "select tenant_id, contact_id, asked_at from platform.erased_contacts($1)",
            static row => (Tenant: new TenantId(row.GetGuid(0)), Contact: row.GetGuid(1), At: row.GetFieldValue<DateTimeOffset>(2)), ct,
            Sql.Time(_read == DateTimeOffset.MinValue ? DateTimeOffset.UnixEpoch : _read - Overlap));
        foreach (var (tenant, contact, at) in found)
        {
            Note(tenant, contact);
            _read = at > _read ? at : _read;
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var bell = new WorkBell(wakeups, Topic);
        while (!stoppingToken.IsCancellationRequested)
        {
            await bell.WaitAsync(Look, stoppingToken);
            try
            {
                await RefreshAsync(stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception failure) when (failure is NpgsqlException or TimeoutException)
            {
                ReadFailed(log, failure);
            }
        }
    }

    private void Note(TenantId tenant, Guid contact)
    {
        if (!_gone.TryAdd((tenant, contact), true))
        {
            return;
        }

        lock (_listeners)
        {
            foreach (var tell in _listeners)
            {
                tell(tenant, contact);
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The erased contacts could not be read")]
    private static partial void ReadFailed(ILogger log, Exception failure);
}
