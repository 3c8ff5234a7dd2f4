using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.RegularExpressions;

namespace Steward.Simulators.Mail;

/// <summary>One client's talk with the server (RFC 5321), by the options and at most one fault.</summary>
internal sealed partial class SmtpSession(SmtpWire wire, SmtpOptions options, X509Certificate2 certificate, SmtpFault? fault, Action<ReceivedMail> take)
{
    private string? _user;
    private string? _from;
    private List<string> _to = [];
    private bool _greeted;

    public async Task RunAsync(CancellationToken ct)
    {
        if (options.ImplicitTls)
        {
            await wire.EncryptAsync(certificate, ct);
        }

        var goesOn = await AnswerAsync(SmtpStage.Connect, "220 simulator ESMTP", ct);
        while (goesOn && await wire.ReadLineAsync(ct) is { } line)
        {
            goesOn = await CommandAsync(Encoding.UTF8.GetString(line), ct);
        }
    }

    private Task<bool> CommandAsync(string line, CancellationToken ct)
    {
        var verb = line.Split(' ', 2)[0].ToUpperInvariant();
        return verb switch
        {
            "EHLO" => HelloAsync(ct),
            "HELO" => HelloAsync(ct, plain: true),
            "STARTTLS" when options.OfferStartTls && !wire.Encrypted => StartTlsAsync(ct),
            "AUTH" => AuthenticateAsync(line, ct),
            "MAIL" => SenderAsync(line, ct),
            "RCPT" => RecipientAsync(line, ct),
            "DATA" => DataAsync(ct),
            "RSET" => ResetAsync(ct),
            "NOOP" => SayAsync("250 2.0.0 OK", ct),
            "QUIT" => QuitAsync(ct),
            _ => SayAsync("502 5.5.1 Unknown command", ct),
        };
    }

    private async Task<bool> HelloAsync(CancellationToken ct, bool plain = false)
    {
        (_greeted, _from, _to) = (true, null, []);
        List<string> lines = ["simulator greets you"];
        if (!plain)
        {
            lines.AddRange(["PIPELINING", "8BITMIME", "ENHANCEDSTATUSCODES", $"SIZE {options.MaxBytes}"]);
            lines.AddRange(options.OfferSmtpUtf8 ? ["SMTPUTF8"] : []);
            lines.AddRange(options.OfferStartTls && !wire.Encrypted ? ["STARTTLS"] : []);
            lines.AddRange(options.User is not null && (wire.Encrypted || !options.RequireTls) ? [$"AUTH {string.Join(' ', options.Mechanisms)}"] : []);
        }

        return await AnswerAsync(SmtpStage.Hello, string.Join('\n', lines.Select((text, i) => $"250{(i == lines.Count - 1 ? ' ' : '-')}{text}")), ct);
    }

    private async Task<bool> StartTlsAsync(CancellationToken ct)
    {
        if (!await AnswerAsync(SmtpStage.StartTls, "220 2.0.0 Go ahead", ct))
        {
            return false;
        }

        if (fault is { Stage: SmtpStage.StartTls, Kind: SmtpFaultKind.Reply })
        {
            return true;
        }

        await wire.EncryptAsync(certificate, ct);
        (_greeted, _user, _from, _to) = (false, null, null, []);
        return true;
    }

    private async Task<bool> AuthenticateAsync(string line, CancellationToken ct)
    {
        var words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var way = words.ElementAtOrDefault(1)?.ToUpperInvariant();
        if (options.User is null || way is null || !options.Mechanisms.Contains(way))
        {
            return await SayAsync("504 5.5.4 No such mechanism", ct);
        }

        string? user, password;
        if (way == "PLAIN")
        {
            var parts = (await PromptedAsync(words.ElementAtOrDefault(2), "", ct))?.Split('\0');
            (user, password) = (parts?.ElementAtOrDefault(1), parts?.ElementAtOrDefault(2));
        }
        else
        {
            user = await PromptedAsync(words.ElementAtOrDefault(2), "VXNlcm5hbWU6", ct);
            password = await PromptedAsync(null, "UGFzc3dvcmQ6", ct);
        }

        var right = user == options.User && password == options.Password;
        _user = right ? user : null;
        return await AnswerAsync(SmtpStage.Authenticate, right ? "235 2.7.0 Welcome" : "535 5.7.8 Wrong credentials", ct);
    }

    private async Task<string?> PromptedAsync(string? given, string prompt, CancellationToken ct)
    {
        if (given is null)
        {
            await wire.SayAsync($"334 {prompt}", 0, ct);
            given = await wire.ReadLineAsync(ct) is { } line ? Encoding.ASCII.GetString(line) : "";
        }

        var bytes = new byte[given.Length];
        return Convert.TryFromBase64String(given, bytes, out var length) ? Encoding.UTF8.GetString(bytes, 0, length) : null;
    }

    private Task<bool> SenderAsync(string line, CancellationToken ct)
    {
        if (!_greeted || _from is not null)
        {
            return SayAsync("503 5.5.1 Not now", ct);
        }

        if (options.RequireTls && !wire.Encrypted)
        {
            return SayAsync("530 5.7.0 Must issue a STARTTLS command first", ct);
        }

        if (options.User is not null && _user is null)
        {
            return SayAsync("530 5.7.0 Authentication required", ct);
        }

        if (Path().Match(line) is not { Success: true } match || !TakesParameters(match.Groups["rest"].Value))
        {
            return SayAsync("501 5.5.4 Bad address or parameter", ct);
        }

        if (Size().Match(match.Groups["rest"].Value) is { Success: true } size && long.Parse(size.Groups["bytes"].Value, System.Globalization.CultureInfo.InvariantCulture) > options.MaxBytes)
        {
            return SayAsync("552 5.3.4 Too large", ct);
        }

        _from = match.Groups["address"].Value;
        return AnswerAsync(SmtpStage.Sender, "250 2.1.0 OK", ct);
    }

    private bool TakesParameters(string rest) => rest.Split(' ', StringSplitOptions.RemoveEmptyEntries).All(word =>
        word.StartsWith("SIZE=", StringComparison.OrdinalIgnoreCase) || word.StartsWith("BODY=", StringComparison.OrdinalIgnoreCase)
        || (options.OfferSmtpUtf8 && word.Equals("SMTPUTF8", StringComparison.OrdinalIgnoreCase)));

    private async Task<bool> RecipientAsync(string line, CancellationToken ct)
    {
        if (_from is null)
        {
            return await SayAsync("503 5.5.1 Who sends it?", ct);
        }

        if (Path().Match(line) is not { Success: true } match)
        {
            return await SayAsync("501 5.5.4 Bad address", ct);
        }

        if (fault is { Stage: SmtpStage.Recipient, Kind: SmtpFaultKind.Reply })
        {
            return await SayAsync(fault.Reply, ct);
        }

        _to.Add(match.Groups["address"].Value);
        return await AnswerAsync(SmtpStage.Recipient, "250 2.1.5 OK", ct);
    }

    private async Task<bool> DataAsync(CancellationToken ct)
    {
        if (_to.Count == 0)
        {
            return await SayAsync("503 5.5.1 To whom?", ct);
        }

        if (!await AnswerAsync(SmtpStage.Data, "354 End with a dot", ct))
        {
            return false;
        }

        if (fault is { Stage: SmtpStage.Data, Kind: SmtpFaultKind.Reply })
        {
            return true;
        }

        if (await ReadMessageAsync(ct) is not { } data)
        {
            return false;
        }

        var mail = new ReceivedMail { Number = 0, At = options.Time.GetUtcNow(), From = _from!, To = _to, Encrypted = wire.Encrypted, User = _user, Data = data };
        (_from, _to) = (null, []);
        if (data.Length > options.MaxBytes)
        {
            return await SayAsync("552 5.3.4 Too large", ct);
        }

        if (fault is not { Stage: SmtpStage.Accept, Kind: SmtpFaultKind.Reply or SmtpFaultKind.Cut or SmtpFaultKind.Stall or SmtpFaultKind.Garbage })
        {
            take(mail);
        }

        return await AnswerAsync(SmtpStage.Accept, "250 2.0.0 Taken", ct);
    }

    private async Task<byte[]?> ReadMessageAsync(CancellationToken ct)
    {
        var message = new MemoryStream();
        while (await wire.ReadLineAsync(ct) is { } line)
        {
            if (line is [(byte)'.'])
            {
                return message.ToArray();
            }

            message.Write(line is [(byte)'.', ..] ? line.AsSpan(1) : line);
            message.Write("\r\n"u8);
        }

        // Gone before the dot: nothing of it is kept.
        return null;
    }

    private Task<bool> ResetAsync(CancellationToken ct)
    {
        (_from, _to) = (null, []);
        return SayAsync("250 2.0.0 OK", ct);
    }

    private async Task<bool> QuitAsync(CancellationToken ct)
    {
        await wire.SayAsync("221 2.0.0 Bye", 0, ct);
        return false;
    }

    private async Task<bool> SayAsync(string reply, CancellationToken ct)
    {
        await wire.SayAsync(reply, 0, ct);
        return true;
    }

    /// <summary>The ordinary reply, or what the fault makes of it. False when the talk is over.</summary>
    private async Task<bool> AnswerAsync(SmtpStage stage, string reply, CancellationToken ct)
    {
        if (fault?.Stage != stage)
        {
            return await SayAsync(reply, ct);
        }

        switch (fault.Kind)
        {
            case SmtpFaultKind.Reply:
                return await SayAsync(fault.Reply, ct) && !fault.Reply.StartsWith("421", StringComparison.Ordinal);
            case SmtpFaultKind.Slow:
                await wire.SayAsync(reply, fault.PaceMs, ct);
                return true;
            case SmtpFaultKind.Garbage:
                await wire.SayAsync("<html>no mail here</html>", 0, ct);
                return false;
            case SmtpFaultKind.Cut or SmtpFaultKind.TakeThenCut:
                wire.Cut();
                return false;
            default:
                await Task.Delay(Timeout.InfiniteTimeSpan, ct);
                return false;
        }
    }

    [GeneratedRegex(@"\A\w+ (?:FROM|TO):<(?<address>[^<>\r\n]*)>(?<rest>.*)\z", RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase, 1000)]
    private static partial Regex Path();

    [GeneratedRegex(@"\bSIZE=(?<bytes>\d{1,12})\b", RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase, 1000)]
    private static partial Regex Size();
}
