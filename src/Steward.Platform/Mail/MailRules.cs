using Steward.Platform.Mail.Transports;

namespace Steward.Platform.Mail;

/// <summary>The states of a mail, as stored.</summary>
internal enum MailState
{
    Queued = 0,
    Sending = 1,
    Sent = 2,
    Failed = 3,
}

/// <summary>What is stored when an attempt is over.</summary>
/// <param name="Repeated">From now on it may have arrived twice.</param>
internal sealed record MailEnd(MailState State, string? Code, TimeSpan Pause, bool Repeated);

/// <summary>How mails move; pure.</summary>
internal static class MailRules
{
    /// <summary>How long after an attempt without an answer the one repetition is made: a server that was slow has then delivered, and shows it.</summary>
    public static readonly TimeSpan PauseAfterUnknown = TimeSpan.FromMinutes(10);

    /// <param name="outcome">What came of the attempt; null when the transport failed or the node ended.</param>
    /// <param name="attempt">1 for the first.</param>
    /// <param name="repeated">Whether an earlier attempt ended without an answer.</param>
    /// <param name="pauses">Pauses between attempts; one more attempt than pauses is made.</param>
    /// <param name="jitter">0 to 1: adds up to a fifth to a pause.</param>
    public static MailEnd After(MailOutcome? outcome, int attempt, bool repeated, IReadOnlyList<TimeSpan> pauses, double jitter) => outcome switch
    {
        MailOutcome.Accepted => new MailEnd(MailState.Sent, null, TimeSpan.Zero, repeated),
        MailOutcome.Refused { Permanent: true } refused => new MailEnd(MailState.Failed, refused.Code, TimeSpan.Zero, repeated),
        MailOutcome.Refused refused when attempt > pauses.Count => new MailEnd(MailState.Failed, refused.Code, TimeSpan.Zero, repeated),
        MailOutcome.Refused refused => new MailEnd(MailState.Queued, refused.Code, pauses[Math.Max(attempt, 1) - 1] * (1 + (jitter / 5)), repeated),
        _ when repeated => new MailEnd(MailState.Failed, MailCodes.OutcomeUnknown, TimeSpan.Zero, true),
        MailOutcome.Unknown unknown => new MailEnd(MailState.Queued, unknown.Code, PauseAfterUnknown * (1 + (jitter / 5)), true),
        _ => new MailEnd(MailState.Queued, MailCodes.OutcomeUnknown, PauseAfterUnknown * (1 + (jitter / 5)), true),
    };
}
