using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;

namespace Steward.Conversations.Tests;

/// <summary>A carrier whose outcomes are a function; the default takes everything.</summary>
internal sealed class TestCarrier : IMessageCarrier
{
    public string ChannelKind => "test";

    public ConcurrentQueue<OutgoingMessage> Sent { get; } = new();

    public ConcurrentQueue<OutgoingMessage> Asked { get; } = new();

    public Func<OutgoingMessage, CarrierOutcome> Send { get; set; } = message => new CarrierOutcome.Accepted("p-" + message.DeliveryId.ToString("N"));

    public Func<OutgoingMessage, CarrierStatus> Query { get; set; } = _ => new CarrierStatus.CannotTell();

    public Task<CarrierOutcome> SendAsync(OutgoingMessage message, CancellationToken ct)
    {
        Sent.Enqueue(message);
        return Task.FromResult(Send(message));
    }

    public Task<CarrierStatus> QueryAsync(OutgoingMessage message, CancellationToken ct)
    {
        Asked.Enqueue(message);
        return Task.FromResult(Query(message));
    }
}

internal static class TestCarrierDoor
{
    public static void AddCarrier(this IServiceCollection services, IMessageCarrier carrier) => services.AddSingleton(carrier);
}
