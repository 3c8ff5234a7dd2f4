using System.Text;
using Steward.Simulators.Mail;

namespace Steward.Simulators;

/// <summary>A mail that a <see cref="SmtpSimulator"/> took.</summary>
public sealed record ReceivedMail
{
    private MimeReader? _mime;

    /// <summary>From 1, in order of arrival.</summary>
    public required long Number { get; init; }

    public required DateTimeOffset At { get; init; }

    /// <summary>The sender of the envelope.</summary>
    public required string From { get; init; }

    /// <summary>The recipients of the envelope.</summary>
    public required IReadOnlyList<string> To { get; init; }

    /// <summary>Whether the connection was encrypted.</summary>
    public required bool Encrypted { get; init; }

    /// <summary>Who had signed in, or null.</summary>
    public string? User { get; init; }

    /// <summary>The message as it came, without the dots that protect lines.</summary>
    public required ReadOnlyMemory<byte> Data { get; init; }

    /// <summary>The message as text.</summary>
    public string Source => Encoding.UTF8.GetString(Data.Span);

    public string MessageId => Header("Message-ID");

    /// <summary>The subject, decoded.</summary>
    public string Subject => MimeReader.DecodeWords(Header("Subject"));

    /// <summary>The plain text, decoded.</summary>
    public string Text => Mime.Part("text/plain");

    /// <summary>The HTML, decoded.</summary>
    public string Html => Mime.Part("text/html");

    private MimeReader Mime => _mime ??= new MimeReader(Source);

    /// <summary>A header's value, unfolded but not decoded; empty when there is none.</summary>
    public string Header(string name) => Mime.Header(name);
}
