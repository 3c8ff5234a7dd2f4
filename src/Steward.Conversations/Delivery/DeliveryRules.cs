namespace Steward.Conversations.Delivery;

/// <summary>How deliveries move; pure.</summary>
internal static class DeliveryRules
{
    /// <summary>The published order: queued, sending, unknown, sent, failed, delivered, read. Withheld is final.</summary>
    public static int Rank(DeliveryState state) => state switch
    {
        DeliveryState.Queued => 0,
        DeliveryState.Sending => 1,
        DeliveryState.Unknown => 2,
        DeliveryState.Sent => 3,
        DeliveryState.Failed => 4,
        DeliveryState.Delivered => 5,
        DeliveryState.Read => 6,
        _ => 9,
    };

    /// <summary>Where a provider's word leaves a delivery: forward, or where it was.</summary>
    public static DeliveryState Told(DeliveryState now, DeliveryState word) => Rank(word) > Rank(now) ? word : now;

    /// <summary>How an attempt ends.</summary>
    /// <param name="outcome">What the carrier said; null when it threw.</param>
    /// <param name="attempt">1 for the first.</param>
    /// <param name="pauses">Pauses between attempts; one more attempt than pauses is made.</param>
    /// <param name="grace">How long a provider has to name an unknown one.</param>
    /// <param name="jitter">0 to 1: adds up to a fifth to a pause.</param>
    public static AttemptEnd After(CarrierOutcome? outcome, int attempt, IReadOnlyList<TimeSpan> pauses, TimeSpan grace, double jitter) => outcome switch
    {
        CarrierOutcome.Accepted accepted => new AttemptEnd(DeliveryState.Sent, accepted.ProviderId, null, TimeSpan.Zero, false),
        CarrierOutcome.Refused { Permanent: true } refused => new AttemptEnd(DeliveryState.Failed, null, refused.Code, TimeSpan.Zero, false),
        CarrierOutcome.Refused refused => Again(refused.Code, attempt, pauses, refused.RetryAfter, jitter, repeated: false),
        CarrierOutcome.Unknown unknown => new AttemptEnd(DeliveryState.Unknown, null, unknown.Code, grace, false),
        _ => new AttemptEnd(DeliveryState.Unknown, null, "carrier.failed", grace, false),
    };

    /// <summary>What the provider's answer about an unknown attempt means. A repeat after "cannot tell" is marked.</summary>
    public static AttemptEnd Asked(CarrierStatus? status, int attempt, IReadOnlyList<TimeSpan> pauses, TimeSpan grace, double jitter) => status switch
    {
        CarrierStatus.Taken taken => new AttemptEnd(DeliveryState.Sent, taken.ProviderId, null, TimeSpan.Zero, false),
        CarrierStatus.NotTaken => Again("carrier.not_taken", attempt, pauses, TimeSpan.Zero, jitter, repeated: false),
        CarrierStatus.CannotTell => Again("carrier.unknown", attempt, pauses, TimeSpan.Zero, jitter, repeated: true),
        _ => new AttemptEnd(DeliveryState.Unknown, null, "carrier.query_failed", grace, false),
    };

    private static AttemptEnd Again(string code, int attempt, IReadOnlyList<TimeSpan> pauses, TimeSpan? notBefore, double jitter, bool repeated)
    {
        if (attempt > pauses.Count)
        {
            return new AttemptEnd(DeliveryState.Failed, null, code, TimeSpan.Zero, repeated);
        }

        var pause = notBefore == TimeSpan.Zero ? TimeSpan.Zero : pauses[attempt - 1] * (1 + (jitter / 5));
        return new AttemptEnd(DeliveryState.Queued, null, code, notBefore > pause ? notBefore.Value : pause, repeated);
    }
}

/// <summary>What is stored when an attempt is over.</summary>
internal sealed record AttemptEnd(DeliveryState State, string? ProviderId, string? Code, TimeSpan Pause, bool Repeated);
