using Steward.Platform.Tenancy;

namespace Steward.Conversations.Tests.Contract;

/// <summary>What a provider does with the next message.</summary>
public enum ProviderMood
{
    Takes,
    RefusesForGood,
    RefusesForNow,

    /// <summary>Reads the message and never answers.</summary>
    Vanishes,
}

/// <summary>
/// What every carrier holds to, whatever it speaks to. An implementation's test class inherits it and sets its provider's mood; compile this file into
/// that test project.
/// </summary>
public abstract class CarrierContract
{
    /// <summary>The carrier against a provider of the given mood, and the settings of a channel that points at it.</summary>
    protected abstract Task<(IMessageCarrier Carrier, string SettingsJson)> AgainstAsync(ProviderMood mood);

    [Fact]
    public async Task A_message_the_provider_took_has_the_providers_id()
        => (await SendAsync(ProviderMood.Takes)).ShouldBeOfType<CarrierOutcome.Accepted>().ProviderId.ShouldNotBeNullOrWhiteSpace();

    [Fact]
    public async Task A_refusal_for_good_is_permanent_and_has_a_code()
    {
        var refused = (await SendAsync(ProviderMood.RefusesForGood)).ShouldBeOfType<CarrierOutcome.Refused>();
        refused.Permanent.ShouldBeTrue();
        refused.Code.ShouldNotBeNullOrWhiteSpace();
    }

    [Fact]
    public async Task A_refusal_for_now_may_be_tried_again()
        => (await SendAsync(ProviderMood.RefusesForNow)).ShouldBeOfType<CarrierOutcome.Refused>().Permanent.ShouldBeFalse();

    [Fact]
    public async Task A_provider_that_never_answers_leaves_an_unknown_outcome()
    {
        CarrierOutcome? outcome = null;
        // Throwing says the same: nobody knows.
        if (await Record.ExceptionAsync(async () => outcome = await SendAsync(ProviderMood.Vanishes)) is null)
        {
            outcome.ShouldBeOfType<CarrierOutcome.Unknown>();
        }
    }

    private async Task<CarrierOutcome> SendAsync(ProviderMood mood)
    {
        var (carrier, settings) = await AgainstAsync(mood);
        carrier.ChannelKind.ShouldNotBeNullOrWhiteSpace();
        return await carrier.SendAsync(
            new OutgoingMessage(
                TenantId.New(), Guid.CreateVersion7(), Guid.CreateVersion7(), settings, Guid.CreateVersion7(), "someone",
                new BriefMessage(Guid.CreateVersion7(), 2, MessageAuthor.Assistant, "Hello", DateTimeOffset.UnixEpoch), [], 1, false),
            CancellationToken.None);
    }
}
