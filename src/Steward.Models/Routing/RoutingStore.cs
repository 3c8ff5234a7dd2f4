using Steward.Models.Settings;
using Steward.Platform.Postgres;
using Steward.Platform.Wakeups;

namespace Steward.Models.Routing;

/// <summary>The routing settings of each tenant.</summary>
internal sealed class RoutingStore(Database database, IWakeups wakeups, TimeProvider time)
    : TenantDocument<RoutingSettings>(database, wakeups, time, RoutingSettings.Defaults, "models.routing", "routing", "policy", "preset");
