using System.Collections.Frozen;
using System.Text.Json;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;
using Steward.Platform.Postgres;
using Steward.Platform.Tenancy;
using Steward.Platform.Wakeups;

namespace Steward.Platform.Limits.Settings;

/// <summary>Keeps what operators and tenants set in memory: read before the node serves, after a change, and every few seconds.</summary>
internal sealed partial class TenantLimits(Database database, IWakeups wakeups, LimitValues installation, TimeProvider time, ILogger<TenantLimits> log)
    : BackgroundService, ITenantLimits
{
    private const string Topic = "limits";
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(3);
    private readonly SemaphoreSlim _reading = new(1, 1);
    private volatile Known _known = Known.Of([], installation);

    public static JsonSerializerOptions Json { get; } = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = System.Text.Json.Serialization.JsonIgnoreCondition.WhenWritingNull,
    };

    public LimitValues Installation => installation;

    public IReadOnlyDictionary<TenantId, int> Weights => _known.Weights;

    public LimitValues Of(TenantId tenant) => Set(tenant).Values;

    /// <summary>The tenant's message rules, made once per change.</summary>
    public Rules Set(TenantId tenant) => _known.Tenants.GetValueOrDefault(tenant) ?? _known.Others;

    /// <summary>Reads here, then tells the other nodes. Called after the commit.</summary>
    public async Task AnnounceAsync(CancellationToken ct)
    {
        wakeups.Send(Topic, "");
        await RefreshAsync(ct);
    }

    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        await RefreshAsync(cancellationToken);
        await base.StartAsync(cancellationToken);
    }

    public override void Dispose()
    {
        base.Dispose();
        _reading.Dispose();
    }

    /// <summary>Reads the installation's limits from <c>STEWARD_LIMIT_...</c> settings; throws <see cref="FormatException"/>.</summary>
    public static LimitValues ReadInstallation(IConfiguration? configuration)
    {
        var set = LimitValues.Fields.ToDictionary(static field => field.Name, field => Number(configuration, SettingOf(field.Name)));
        var values = Values(set).Over(LimitValues.Defaults);
        return LimitRules.GrantedFault(values) is { } fault ? throw new FormatException($"The settings STEWARD_LIMIT_... cannot be used: {fault}") : values;
    }

    internal async Task RefreshAsync(CancellationToken ct)
    {
        await _reading.WaitAsync(ct);
        try
        {
            var rows = await database.DispatchAsync(
                "select tenant_id, place, granted, own from platform.all_tenant_limits($1)",
                static row => (Tenant: row.GetGuid(0), LimitValues.Fields[row.GetInt32(1)].Name, Granted: Figure(row, 2), Own: Figure(row, 3)), ct,
                Sql.Texts([.. LimitValues.Fields.Select(static field => field.Name)]));
            _known = Known.Of(
                [.. rows.GroupBy(static row => row.Tenant).Select(static set => (
                    new TenantId(set.Key), Values(set.ToDictionary(static row => row.Name, static row => row.Granted)), Values(set.ToDictionary(static row => row.Name, static row => row.Own))))],
                installation);
        }
        finally
        {
            _reading.Release();
        }
    }

    public static LimitValues Parse(string json) => JsonSerializer.Deserialize<LimitValues>(json, Json)!;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var listening = wakeups.Listen(Topic, heard => _ = TryRefreshAsync(stoppingToken));
        while (!stoppingToken.IsCancellationRequested)
        {
            await Task.Delay(Look, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await TryRefreshAsync(stoppingToken);
        }
    }

    private async Task TryRefreshAsync(CancellationToken ct)
    {
        try
        {
            await RefreshAsync(ct);
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            // The node stops.
        }
        catch (Exception e) when (e is NpgsqlException or TimeoutException)
        {
            // What was known last stays in force.
            ReadFailed(log, e);
        }
    }

    private static LimitValues Values(Dictionary<string, long?> figures) => Parse(JsonSerializer.Serialize(figures));

    private static long? Figure(NpgsqlDataReader row, int at) => row.IsDBNull(at) ? null : row.GetInt64(at);

    private static string SettingOf(string name) =>
        "STEWARD_LIMIT_" + string.Concat(name.Select(static c => char.IsUpper(c) ? "_" + c : char.ToUpperInvariant(c).ToString()));

    private static long? Number(IConfiguration? configuration, string name) => configuration?[name] switch
    {
        null or "" => null,
        "none" => 0,
        var text when long.TryParse(text, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var value) => value,
        _ => throw new FormatException($"{name} is a whole number; none or 0 is no limit."),
    };

    [LoggerMessage(Level = LogLevel.Warning, Message = "The limits of the tenants could not be read")]
    private static partial void ReadFailed(ILogger log, Exception e);

    /// <summary>What holds for one tenant.</summary>
    internal sealed record Rules(LimitValues Values, RateRule Contact, RateRule Member, RateRule Tenant)
    {
        public static Rules Of(LimitValues values) => new(
            values,
            LimitRules.Rule(RateRules.Contact, values.ContactPerHour, values.ContactPerMinute),
            LimitRules.Rule(RateRules.Member, values.MemberPerHour, values.MemberPerMinute),
            LimitRules.Rule(RateRules.Tenant, values.TenantPerHour, null));
    }

    private sealed record Known(FrozenDictionary<TenantId, Rules> Tenants, Rules Others, FrozenDictionary<TenantId, int> Weights)
    {
        public static Known Of(IReadOnlyList<(TenantId Tenant, LimitValues Granted, LimitValues Own)> rows, LimitValues installation)
        {
            var tenants = rows.ToFrozenDictionary(static row => row.Tenant, row => Rules.Of(LimitRules.Effective(row.Own, row.Granted, installation)));
            return new Known(
                tenants,
                Rules.Of(installation),
                tenants.Where(static one => one.Value.Values.Weight != 1).ToFrozenDictionary(static one => one.Key, static one => (int)one.Value.Values.Weight!.Value));
        }
    }
}
