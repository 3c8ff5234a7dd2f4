using System.Buffers;
using System.Diagnostics;
using System.Net.WebSockets;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Logging;
using Steward.Conversations.Intake;
using Steward.Platform.Access;
using Steward.Platform.Limits;
using Steward.Platform.Problems;

namespace Steward.Conversations.Http.Sockets;

/// <summary>
/// What a socket's opener says: one frame after the other, so that who writes faster than messages are stored is slowed down and not queued.
/// A frame that cannot be read is answered with a problem, and the next one is heard.
/// </summary>
internal sealed partial class SocketInlet(
    HttpContext http, Guid conversation, ConversationIntake intake, SocketWire wire, ConversationSettings settings, TimeProvider time, ILogger<SocketSession> log)
{
    // A character is at most six bytes in JSON.
    private readonly int _limit = (settings.MessageLimit * 6) + 4096;
    private readonly byte[] _chunk = new byte[4096];
    private readonly ArrayBufferWriter<byte> _frame = new();
    private (bool Typing, long At)? _typed;

    /// <summary>Set when the socket closes: what still comes is not acted on.</summary>
    public bool Deaf { get; set; }

    /// <summary>Hears one frame. Null to go on; <see cref="SocketEnd.Asked"/> when there is no next one.</summary>
    public async Task<SocketEnd?> NextAsync(WebSocket socket)
    {
        _frame.ResetWrittenCount();
        var tooLarge = false;
        ValueWebSocketReceiveResult part;
        do
        {
            part = await socket.ReceiveAsync(_chunk.AsMemory(), CancellationToken.None);
            if (part.MessageType == WebSocketMessageType.Close)
            {
                return SocketEnd.Asked;
            }

            tooLarge |= _frame.WrittenCount + part.Count > _limit;
            if (tooLarge)
            {
                // Read on without keeping it, so that the reason for the close still reaches its sender.
                if (!Deaf)
                {
                    Deaf = true;
                    return SocketEnd.TooLarge;
                }
            }
            else
            {
                _frame.Write(_chunk.AsSpan(0, part.Count));
            }
        }
        while (!part.EndOfMessage);

        if (Deaf)
        {
            return null;
        }

        if (part.MessageType == WebSocketMessageType.Binary)
        {
            Deaf = true;
            return SocketEnd.Binary;
        }

        await ActAsync(_frame.WrittenMemory);
        return null;
    }

    private async Task ActAsync(ReadOnlyMemory<byte> json)
    {
        var frame = new InFrame(null, null, null, null);
        try
        {
            frame = JsonSerializer.Deserialize<InFrame>(json.Span, EventWire.Json) ?? frame;
            await ActAsync(frame);
        }
        catch (ConversationProblemException problem)
        {
            List<KeyValuePair<string, object?>> more = problem.RetryAfter is { } after ? [new("retryAfter", (long)Math.Ceiling(after.TotalSeconds))] : [];
            await RefuseAsync(frame, Problem.Of(problem.Status, problem.Code, problem.Message, more));
        }
        catch (Exception failure) when (failure is not (WebSocketException or OperationCanceledException or IOException))
        {
            await RefuseAsync(frame, Problem.Known(failure) ?? Unexpected(failure));
        }
    }

    private async Task ActAsync(InFrame frame)
    {
        switch (frame.Type)
        {
            case "ping":
                await wire.SendAsync(new OutFrame("pong"));
                break;
            case "message":
                await SayAsync(frame);
                break;
            case "typing":
                Demand();
                await TypeAsync(frame.Typing ?? throw new ConversationProblemException(400, "socket.frame", "A frame of type 'typing' says with 'typing' whether somebody types: true or false."));
                break;
            default:
                throw new ConversationProblemException(400, "socket.frame", "A frame is one JSON object whose 'type' is 'message', 'typing' or 'ping'.");
        }
    }

    private async Task SayAsync(InFrame frame)
    {
        Demand();
        var clientId = MessageText.CheckedClientId(frame.ClientId);
        if (await http.RefuseCallerAsync() is { } refused)
        {
            await RefuseAsync(frame, refused.Problem);
            return;
        }

        var caller = http.Caller();
        var received = await intake.ReceiveAsync(
            caller.Tenant, new IncomingMessage(frame.Text ?? "", conversation, ClientId: clientId), caller.ContactId, caller.Sender(), CancellationToken.None);
        await wire.SendAsync(new OutFrame("accepted", null, clientId, new { Id = received.MessageId, received.Number }));
    }

    /// <summary>Who types is told to others at most once a second, unless it changes.</summary>
    private async Task TypeAsync(bool typing)
    {
        if (_typed is { } last && last.Typing == typing && time.GetElapsedTime(last.At) < TimeSpan.FromSeconds(1))
        {
            return;
        }

        _typed = (typing, time.GetTimestamp());
        await intake.TypingAsync(http.Caller().Tenant, conversation, typing, CancellationToken.None);
    }

    private void Demand()
    {
        if (!http.Caller().May(Permissions.ConversationsConverse))
        {
            throw new ConversationProblemException(403, "auth.forbidden", "The caller may read this conversation but not write in it as its contact.");
        }
    }

    private Task RefuseAsync(InFrame frame, ProblemHttpResult problem)
    {
        var data = new Dictionary<string, object?>(problem.ProblemDetails.Extensions) { ["status"] = problem.StatusCode, ["detail"] = problem.ProblemDetails.Detail };
        return wire.SendAsync(new OutFrame("problem", null, frame.ClientId is { Length: <= MessageText.LongestClientId } known ? known : null, data));
    }

    private ProblemHttpResult Unexpected(Exception failure)
    {
        var trace = Activity.Current?.TraceId.ToHexString() ?? http.TraceIdentifier;
        Failed(log, failure, conversation, trace);
        return Problem.Of(500, "internal", "Something failed on our side. Say this trace id when you report it.", [new("traceId", trace)]);
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "A frame of the socket of conversation {Conversation} failed, trace {Trace}")]
    private static partial void Failed(ILogger log, Exception failure, Guid conversation, string trace);

    /// <summary>A frame from the opener.</summary>
    private sealed record InFrame(string? Type, string? Text, string? ClientId, bool? Typing);
}
