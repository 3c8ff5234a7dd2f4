using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Steward.Platform.Limits;
using Steward.Platform.Schedules;

namespace Steward.Platform.Registrations;

/// <summary>Self-registration of tenants. After mail, which carries the links.</summary>
internal static class RegistrationsDoor
{
    public static IServiceCollection AddRegistrations(this IServiceCollection services, IConfiguration configuration) => services
        .AddSingleton(RegistrationSettings.Read(configuration))
        .AddSingleton<RegistrationStore>()
        .AddRateRule(RegistrationEndpoints.AddressRule, "5/1h")
        .AddRateRule(RegistrationEndpoints.MailRule, "3/1h")
        .AddSchedule("platform.registration_sweep", "every 06:00:00", (provider, ct) => provider.GetRequiredService<RegistrationStore>().SweepAsync(ct));

    public static IEndpointRouteBuilder MapRegistrations(this IEndpointRouteBuilder routes)
    {
        RegistrationEndpoints.Map(routes);
        return routes;
    }
}
