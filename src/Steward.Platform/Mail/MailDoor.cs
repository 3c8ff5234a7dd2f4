using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Steward.Platform.Mail.Transports;
using Steward.Platform.Mail.Transports.Smtp;
using Steward.Platform.Nodes;
using Steward.Platform.Retention;
using Steward.Platform.Sealing.Rotation;
using Steward.Platform.Wakeups;

namespace Steward.Platform.Mail;

/// <summary>E-mail out. After access, whose keys seal the mails of no tenant.</summary>
internal static class MailDoor
{
    public static IServiceCollection AddMail(this IServiceCollection services, MailSettings settings)
    {
        services.TryAddSingleton<NodeState>();
        services.AddSingleton(settings);
        services.AddSingleton<MailSeals>();
        services.AddSealedTable(new("platform.mails", "mail_id", "recipient", "content"));
        services.AddSingleton<MailStore>();
        services.AddSingleton<IMailOutbox, MailOutbox>();
        services.AddSingleton(provider => new MailWorker(
            provider.GetRequiredService<MailStore>(), provider.GetRequiredService<MailSeals>(), settings, Transport(settings, provider.GetRequiredService<TimeProvider>()),
            provider.GetRequiredService<IWakeups>(), provider.GetRequiredService<NodeState>(), provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<MailWorker>>()));
        services.AddHostedService(provider => provider.GetRequiredService<MailWorker>());
        return services
            .AddRetention(new("mails", Days: 30, Least: 1, Most: 365), "platform.mails", "state = 2 and changed_at < $1")
            .AddRetention(new("failed_mails", Days: 90, Least: 1, Most: 365), "platform.mails", "state = 3 and changed_at < $1");
    }

    public static IEndpointRouteBuilder MapMail(this IEndpointRouteBuilder routes)
    {
        MailEndpoints.Map(routes);
        return routes;
    }

    private static IMailTransport? Transport(MailSettings settings, TimeProvider time) => settings.Transport switch
    {
        MailSettings.Smtp => new SmtpTransport(settings, time),
        MailSettings.File => new FileDrop(settings),
        _ => null,
    };
}
