using Steward.Models.Settings;
using Steward.Platform.Postgres;
using Steward.Platform.Wakeups;

namespace Steward.Models.Shadow;

/// <summary>The shadow settings of each tenant.</summary>
internal sealed class ShadowStore(Database database, IWakeups wakeups, TimeProvider time)
    : TenantDocument<ShadowSettings>(database, wakeups, time, ShadowSettings.Defaults, "models.shadow_settings", "shadow", "enabled", "student", "sampleRate", "dailyUsd");
