using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Steward.Platform.Access.Accounts;
using Steward.Platform.Access.Authentication;
using Steward.Platform.Access.Authorization;
using Steward.Platform.Access.DataProtection;
using Steward.Platform.Access.Invitations;
using Steward.Platform.Access.Keys;
using Steward.Platform.Access.Members;
using Steward.Platform.Access.Recovery;
using Steward.Platform.Access.SignIn;
using Steward.Platform.Access.Visitors;
using Steward.Platform.Limits;
using Steward.Platform.Retention;
using Steward.Platform.Schedules;
using Steward.Platform.Starting;

namespace Steward.Platform.Access;

/// <summary>Who may do what: accounts, members, keys, visitors.</summary>
internal static class AccessDoor
{
    private const string Scheme = "steward";

    public static IServiceCollection AddAccess(this IServiceCollection services)
    {
        services.AddDataProtection().SetApplicationName("steward");
        services.AddSingleton<IConfigureOptions<KeyManagementOptions>, KeyOptions>();
        services.AddIdentityCore<Account>(options =>
        {
            // Length is what protects; rules of composition only make people write passwords down.
            options.Password = new PasswordOptions
            {
                RequiredLength = 10,
                RequiredUniqueChars = 5,
                RequireDigit = false,
                RequireLowercase = false,
                RequireUppercase = false,
                RequireNonAlphanumeric = false,
            };
        });
        // PBKDF2 with HMAC-SHA512: the iterations that OWASP's password storage page asks for.
        services.Configure<PasswordHasherOptions>(options => options.IterationCount = 210_000);
        services.AddScoped<AccountStore>();
        services.AddScoped<IUserStore<Account>>(provider => provider.GetRequiredService<AccountStore>());
        services.AddSingleton<AccountSweep>();
        services.AddSchedule("platform.account_sweep", "every 06:00:00", (provider, ct) => provider.GetRequiredService<AccountSweep>().RunAsync(ct));
        services.AddScoped<Passwords>();
        services.AddScoped<Session>();
        services.AddSingleton<AccessChanges>();
        services.AddSingleton<ICallerChanges>(provider => provider.GetRequiredService<AccessChanges>());
        services.AddSingleton<ApiKeyCache>();
        services.AddSingleton<ApiKeyStore>();
        services.AddSingleton<MemberCache>();
        services.AddSingleton<IMemberNames>(provider => provider.GetRequiredService<MemberCache>());
        services.AddSingleton<MemberStore>();
        services.AddSingleton<InvitationStore>();
        services.AddRetention(new("invitations", Days: 30, Least: 1, Most: 3650), "platform.invitations", "coalesce(accepted_at, expires_at) < $1");
        services.AddSingleton<InvitationMail>();
        services.AddSingleton<OwnersFromOutside>();
        services.AddSingleton<SiteAddress>();
        services.AddScoped<AccountMail>();
        services.AddScoped<PasswordChanges>();
        services.AddSingleton<FailedSignIns>();
        services.AddHostedService(provider => provider.GetRequiredService<FailedSignIns>());
        services.AddSingleton<ResetRequests>();
        services.AddHostedService(provider => provider.GetRequiredService<ResetRequests>());
        services.AddRateRule(RecoveryEndpoints.ResetsOfAddress, "20/1h");
        services.AddRateRule(RecoveryEndpoints.MailsOfAccount, "5/1h");
        services.AddSingleton<VisitorTokens>();
        services.AddSingleton<IVisitorTokens>(provider => provider.GetRequiredService<VisitorTokens>());
        services.AddSingleton<AccessSetup>();
        services.AddSingleton<IAccessSetup>(provider => provider.GetRequiredService<AccessSetup>());
        services.AddSingleton<AntiforgeryTokens>();
        services.AddSingleton<IAuthorizationHandler, PermissionHandler>();
        services.AddSingleton<IAuthorizationMiddlewareResultHandler, AccessProblems>();
        services.AddAuthentication(Scheme)
            .AddPolicyScheme(Scheme, null, options =>
                options.ForwardDefaultSelector = http => BearerHandler.Has(http) ? BearerHandler.SchemeName : MemberCookie.SchemeName)
            .AddScheme<AuthenticationSchemeOptions, BearerHandler>(BearerHandler.SchemeName, null)
            .AddCookie(MemberCookie.SchemeName, MemberCookie.Configure);
        services.AddAuthorizationBuilder()
            .SetFallbackPolicy(new AuthorizationPolicyBuilder().AddRequirements(new SaysWhoMayEnter()).Build());
        return services;
    }

    /// <summary>After routing and before the endpoints.</summary>
    public static IApplicationBuilder UseAccess(this IApplicationBuilder app) => app.UseAuthentication().UseAuthorization().Use(RequestActor.RunAsync);

    public static IEndpointRouteBuilder MapAccess(this IEndpointRouteBuilder routes)
    {
        SignInEndpoints.Map(routes);
        InvitationEndpoints.Map(routes);
        MemberEndpoints.Map(routes);
        RecoveryEndpoints.Map(routes);
        ApiKeyEndpoints.Map(routes);
        return routes;
    }
}
