using Steward.Models.Calls;

namespace Steward.Models.Providers;

/// <summary>The providers of the environment. Keys in files are looked at again every few seconds, so that a rotated secret counts without a
/// restart; calls under way end with the key they began with.</summary>
internal sealed class InstallationProviders
{
    /// <summary>Whose keys they are, beside those of tenants.</summary>
    public const string Owner = "installation";

    private static readonly TimeSpan Between = TimeSpan.FromSeconds(5);
    private readonly ModelSettings _settings;
    private readonly HttpSend _send;
    private readonly TimeProvider _time;
    private readonly bool _watches;
    private readonly Lock _gate = new();
    private string?[] _keys;
    private Provider[] _providers;
    private long _lookedAt;

    /// <exception cref="InvalidDataException">A key file cannot be read.</exception>
    public InstallationProviders(ModelSettings settings, ProviderConnections connections, TimeProvider time)
    {
        (_settings, _send, _time) = (settings, connections.Send, time);
        _watches = settings.Providers.Any(setting => setting.KeyFile is not null);
        _keys = [.. settings.Providers.Select(setting => Read(setting)
            ?? (setting.KeyFile is null ? null : throw new InvalidDataException($"{setting.Kind.Variables}_API_KEY_FILE cannot be read, or is empty.")))];
        _providers = Make();
        _lookedAt = time.GetTimestamp();
    }

    public Provider[] Current
    {
        get
        {
            if (_watches && _time.GetElapsedTime(Volatile.Read(ref _lookedAt)) >= Between) Look();
            return Volatile.Read(ref _providers);
        }
    }

    private void Look()
    {
        lock (_gate)
        {
            if (_time.GetElapsedTime(_lookedAt) < Between) return;
            // A file that is away while it is replaced leaves the key as it was.
            var keys = _settings.Providers.Select((setting, i) => Read(setting) ?? _keys[i]).ToArray();
            if (!keys.SequenceEqual(_keys))
            {
                _keys = keys;
                Volatile.Write(ref _providers, Make());
            }

            Volatile.Write(ref _lookedAt, _time.GetTimestamp());
        }
    }

    private Provider[] Make() =>
        [.. _settings.Providers.Select((setting, i) => new Provider(setting.Kind, setting.Address, _keys[i], Owner, _send))];

    private static string? Read(ProviderSetting setting)
    {
        if (setting.KeyFile is null) return setting.Key;
        try
        {
            return File.ReadAllText(setting.KeyFile).Trim() is { Length: > 0 } key ? key : null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
