using Microsoft.Extensions.DependencyInjection;

namespace Steward.Platform.Administration;

/// <summary>What the command line stands on.</summary>
internal static class AdministrationDoor
{
    public static IServiceCollection AddAdministration(this IServiceCollection services) => services
        .AddSingleton<ITenantAdministration, TenantDesk>()
        .AddSingleton<IMemberAdministration, MemberDesk>()
        .AddSingleton<IKeyAdministration, KeyDesk>()
        .AddSingleton<IOperatorAdministration, OperatorDesk>();
}
