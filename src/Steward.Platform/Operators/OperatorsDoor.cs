using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Steward.Platform.Access.Authentication;
using Steward.Platform.Tenancy.Administration;

namespace Steward.Platform.Operators;

/// <summary>The people who run the installation: their own accounts, sign-in and addresses.</summary>
internal static class OperatorsDoor
{
    public static IServiceCollection AddOperators(this IServiceCollection services)
    {
        services.AddSingleton<OperatorStore>();
        services.AddScoped<OperatorPeople>();
        services.AddSingleton<TenantAdministration>();
        services.AddSingleton(provider => new OperatorAntiforgery(new AntiforgeryTokens(provider.GetRequiredService<IDataProtectionProvider>(), "steward.operator.antiforgery.1")));
        services.AddSingleton<IAuthorizationHandler, OperatorHandler>();
        services.AddAuthentication().AddCookie(OperatorCookie.SchemeName, OperatorCookie.Configure);
        return services;
    }

    public static IEndpointRouteBuilder MapOperators(this IEndpointRouteBuilder routes)
    {
        OperatorSessionEndpoints.Map(routes);
        TenantEndpoints.Map(routes);
        return routes;
    }
}
