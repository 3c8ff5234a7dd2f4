namespace Steward.Simulators;

/// <summary>Where in the talk with a mail server something goes wrong.</summary>
public enum SmtpStage
{
    /// <summary>Instead of the greeting.</summary>
    Connect,

    /// <summary>At EHLO.</summary>
    Hello,

    /// <summary>At STARTTLS.</summary>
    StartTls,

    /// <summary>At AUTH.</summary>
    Authenticate,

    /// <summary>At MAIL FROM.</summary>
    Sender,

    /// <summary>At RCPT TO.</summary>
    Recipient,

    /// <summary>At DATA, before the message.</summary>
    Data,

    /// <summary>After the whole message.</summary>
    Accept,
}

/// <summary>What goes wrong there.</summary>
public enum SmtpFaultKind
{
    /// <summary>The reply <see cref="SmtpFault.Reply"/> instead of the ordinary one. At <see cref="SmtpStage.Accept"/> a refusal means the mail was not taken.</summary>
    Reply,

    /// <summary>Nothing is said any more; the connection stays open.</summary>
    Stall,

    /// <summary>The connection is reset.</summary>
    Cut,

    /// <summary>At <see cref="SmtpStage.Accept"/>: the mail is taken, and the connection reset before the sender is told.</summary>
    TakeThenCut,

    /// <summary>At <see cref="SmtpStage.Accept"/>: the mail is taken, and the sender is never told.</summary>
    TakeThenStall,

    /// <summary>The ordinary reply comes byte by byte, one each <see cref="SmtpFault.PaceMs"/>.</summary>
    Slow,

    /// <summary>Bytes that are no reply.</summary>
    Garbage,
}

/// <summary>One fault of a mail server.</summary>
public sealed record SmtpFault(SmtpStage Stage, SmtpFaultKind Kind)
{
    /// <summary>The whole line: <c>550 5.1.1 No such mailbox</c>.</summary>
    public string Reply { get; init; } = "451 4.3.0 Simulated";

    public int PaceMs { get; init; } = 20;

    /// <summary>A refusal at a stage.</summary>
    public static SmtpFault Refuse(SmtpStage stage, string reply) => new(stage, SmtpFaultKind.Reply) { Reply = reply };
}

/// <summary>How a mail server is started.</summary>
public sealed record SmtpOptions
{
    /// <summary>The port on loopback; 0 takes a free one.</summary>
    public int Port { get; init; }

    /// <summary>Where its page is; port 0 takes a free one.</summary>
    public string PageUrl { get; init; } = "http://127.0.0.1:0";

    /// <summary>TLS from the first byte, as on port 465.</summary>
    public bool ImplicitTls { get; init; }

    public bool OfferStartTls { get; init; } = true;

    public bool OfferSmtpUtf8 { get; init; } = true;

    /// <summary>Mail without TLS before it gets 530.</summary>
    public bool RequireTls { get; init; }

    /// <summary>When set, mail without signing in gets 530, and other credentials 535.</summary>
    public string? User { get; init; }

    public string? Password { get; init; }

    /// <summary>Offered once the connection may carry a password.</summary>
    public IReadOnlyList<string> Mechanisms { get; init; } = ["PLAIN", "LOGIN"];

    public int MaxBytes { get; init; } = 10 * 1024 * 1024;

    public TimeProvider Time { get; init; } = TimeProvider.System;
}
