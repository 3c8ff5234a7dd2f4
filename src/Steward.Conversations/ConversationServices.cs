using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Steward.Conversations.Channels;
using Steward.Conversations.Contacts;
using Steward.Conversations.Delivery;
using Steward.Conversations.Erasing;
using Steward.Conversations.Exporting;
using Steward.Conversations.Intake;
using Steward.Conversations.Live;
using Steward.Conversations.Nodes;
using Steward.Conversations.People;
using Steward.Conversations.Turns;
using Steward.Conversations.Words;
using Steward.Platform;
using Steward.Platform.Erasing;
using Steward.Platform.Nodes;
using Steward.Platform.Retention;
using Steward.Platform.Schedules;
using Steward.Platform.Telemetry;

namespace Steward.Conversations;

/// <summary>This room's first door.</summary>
public static class ConversationServices
{
    /// <summary>
    /// Adds conversations, turns and delivery. Needs an <see cref="IReplyAuthor"/>, the platform's services and its wake-ups; carriers of push channels
    /// are registered as <see cref="IMessageCarrier"/>.
    /// </summary>
    public static IServiceCollection AddConversations(this IServiceCollection services, Action<ConversationSettings>? configure = null)
    {
        services.AddMigrations("conversations", typeof(ConversationServices).Assembly);
        services.AddQueueFigures("conversations");
        services.AddSealedTables();
        services.TryAddSingleton(TimeProvider.System);
        var settings = new ConversationSettings();
        configure?.Invoke(settings);
        services.AddSingleton(settings);

        services.TryAddSingleton<NodeState>();
        services.AddSingleton<OpenReaders>();
        services.AddSingleton<LiveHub>();
        services.AddSingleton<NodeLife>();
        services.AddSingleton<INodeSignals>(static provider => provider.GetRequiredService<NodeLife>());
        services.AddSingleton<SnapshotWriter>();
        services.AddSingleton<SignalRouter>();
        services.AddSingleton<WorkSignal>();
        services.AddSingleton<NodeRoom>();
        services.AddSingleton<TurnStore>();
        services.AddSingleton<ToolStore>();
        services.AddSingleton<TurnReports>();
        services.AddSingleton<TurnEnding>();
        services.AddSingleton<LostAttempts>();
        services.AddSingleton<TurnAttempt>();
        services.AddSingleton<TurnRunner>();
        services.AddSingleton<Carriers>();
        services.AddSingleton<DeliveryStore>();
        services.AddSingleton<IDeliveryStatuses>(static provider => provider.GetRequiredService<DeliveryStore>());
        services.AddSingleton<DeliveryDesk>();
        services.AddSingleton<ConversationReader>();
        services.AddSingleton<ConversationActs>();
        services.AddSingleton<TurnReader>();
        services.AddSingleton<ConversationInbox>();
        services.AddSingleton<IConversationInbox>(static provider => provider.GetRequiredService<ConversationInbox>());
        services.AddSingleton<ConversationLive>();
        services.AddSingleton<IConversationLive>(static provider => provider.GetRequiredService<ConversationLive>());
        services.AddSingleton<ChannelDirectory>();
        services.AddSingleton<IChannelDirectory>(static provider => provider.GetRequiredService<ChannelDirectory>());
        services.AddSingleton<ContactBook>();
        services.AddSingleton<IContacts>(static provider => provider.GetRequiredService<ContactBook>());
        services.AddSingleton<ExportRows>();
        services.AddSingleton<ContactExport>();
        services.AddSingleton<ConversationExport>();
        services.AddSingleton<Silence>();
        services.AddSingleton<ContactErasing>();
        services.AddEraser<ConversationEraser>();
        services.AddRetentionClass<IdleConversations>();
        services.AddRetentionClass<IdleContacts>();
        services.AddRetention(new("delivery_statuses", Days: 30, Least: 1, Most: 365), "conversations.delivery_statuses", "at < $1");
        services.AddSingleton<WordSearches>();
        services.AddSingleton<WordWork>();
        services.AddEventSubscriber<WordSubscriber>();
        services.AddSchedule("conversations.words", "every 00:00:01", static (provider, ct) => provider.GetRequiredService<WordWork>().RunAsync(ct));
        services.AddSingleton<ConversationStarter>();
        services.AddSingleton<ReplyWaiting>();
        services.TryAddSingleton<IContactTexts, EnglishTexts>();
        services.AddSingleton<UnrefusedSenders>();
        services.AddSingleton<ConversationIntake>();
        services.AddSingleton<IConversationIntake>(static provider => provider.GetRequiredService<ConversationIntake>());

        // Started in this order: proof of life comes before the first claim.
        services.AddSingleton<WorkScan>();
        services.AddSingleton<DeliveryWorker>();
        services.AddSingleton<IHostedService>(static provider => provider.GetRequiredService<NodeLife>());
        services.AddSingleton<IHostedService>(static provider => provider.GetRequiredService<WorkScan>());
        services.AddSingleton<IHostedService>(static provider => provider.GetRequiredService<DeliveryWorker>());
        return services;
    }
}
