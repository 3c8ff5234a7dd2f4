namespace Steward.Platform.Mail.Transports;

/// <summary>Hands mails to whoever carries them on. Several may be on their way at once.</summary>
internal interface IMailTransport
{
    /// <summary>As settings and lists call it.</summary>
    string Name { get; }

    /// <summary>
    /// Hands one mail over and says what came of it. <see cref="MailOutcome.Refused"/> only when it surely was not taken; whatever cannot be said
    /// for sure is <see cref="MailOutcome.Unknown"/>, and so is an exception.
    /// </summary>
    Task<MailOutcome> SendAsync(OutgoingMail mail, CancellationToken ct);
}

/// <summary>What came of one attempt. Codes are stable and never a server's own words, which may name the recipient.</summary>
internal abstract record MailOutcome
{
    /// <summary>It was taken.</summary>
    public sealed record Accepted : MailOutcome;

    /// <summary>It was surely not taken.</summary>
    /// <param name="Code">Why.</param>
    /// <param name="Permanent">Whether another attempt is pointless.</param>
    public sealed record Refused(string Code, bool Permanent) : MailOutcome;

    /// <summary>It was handed over whole and no answer came.</summary>
    public sealed record Unknown(string Code) : MailOutcome;
}
