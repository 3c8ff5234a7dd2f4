namespace Steward.Conversations.Tests.Contract;

/// <summary>The carrier that this room's own tests use.</summary>
public sealed class TestCarrierHoldsTheContract : CarrierContract
{
    protected override Task<(IMessageCarrier Carrier, string SettingsJson)> AgainstAsync(ProviderMood mood)
    {
        IMessageCarrier carrier = new TestCarrier
        {
            Send = message => mood switch
            {
                ProviderMood.RefusesForGood => new CarrierOutcome.Refused("no.such.number", Permanent: true),
                ProviderMood.RefusesForNow => new CarrierOutcome.Refused("busy", Permanent: false),
                ProviderMood.Vanishes => throw new HttpRequestException("cut"),
                _ => new CarrierOutcome.Accepted("p-" + message.DeliveryId),
            },
        };
        return Task.FromResult((carrier, "{}"));
    }
}
