using System.Buffers;
using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Steward.Models.Budgets;
using Steward.Models.Wires;
using Steward.Platform.Outbound;

namespace Steward.Models.Calls;

/// <summary>One call of a model, whatever its wire: send these bytes, read these bytes, within limits. Attempts are repeated only while nothing
/// was forwarded. It ends exactly once, complete, failed or cancelled, and then figures go to the runtime. Not thread-safe.</summary>
internal sealed class ModelCall : IAsyncDisposable
{
    private readonly CallRuntime _runtime;
    private readonly CallRequest _request;
    private readonly CancellationToken _caller;
    private readonly CallTimer _timer;
    private readonly SseFrames _frames = new();
    private readonly long _startedStamp;
    private readonly DateTimeOffset _startedAt;
    private CircuitBreakers.Breaker? _breaker;
    private CancellationTokenSource? _attempt;
    private HttpResponseMessage? _response;
    private PipeReader? _pipe;
    private SequencePosition? _consumed;
    private TimeSpan? _firstToken;
    private int _attempts;
    private bool _forwarded;
    private bool _sending;
    private bool _answering;
    private bool _ended;
    private bool _admitted;
    private bool _refused;
    private BudgetHold? _hold;

    public ModelCall(CallRuntime runtime, CallRequest request, CancellationToken caller)
    {
        _runtime = runtime;
        _request = request;
        _caller = caller;
        _startedStamp = _runtime.Time.GetTimestamp();
        _startedAt = _runtime.Time.GetUtcNow();
        _timer = new CallTimer(_runtime.Time, _request.Limits.Total);
        _runtime.Began();
    }

    /// <summary>The event just read, verbatim with its blank line; valid until the next read.</summary>
    public SseFrame Current { get; private set; }

    /// <summary>The whole answer, verbatim, after <see cref="ReadBodyAsync"/>.</summary>
    public ReadOnlyMemory<byte> Body { get; private set; }

    public CallResult? Result { get; private set; }

    /// <summary>Requests sent so far.</summary>
    public int Attempts => _attempts;

    /// <summary>Called before each wait for the provider: the moment to flush what was forwarded.</summary>
    public Func<ValueTask>? BeforeWait { get; init; }

    /// <summary>Something of this answer is with the caller: from now on a failure is final.</summary>
    public void Forwarded() => _forwarded = true;

    /// <summary>Reads the next event of a stream. False: the answer is complete and the call has ended.</summary>
    /// <exception cref="ModelFailedException">There is no whole answer.</exception>
    public async ValueTask<bool> ReadFrameAsync()
    {
        while (true)
        {
            try
            {
                if (_pipe is null) await OpenAsync();
                if (await NextFrameAsync()) return true;
                CheckAnswer();
                End(CallOutcome.Complete, null);
                return false;
            }
            catch (Exception error) when (error is not OutOfMemoryException)
            {
                await FailedAsync(error);
            }
        }
    }

    /// <summary>Reads a whole answer into <see cref="Body"/> and the reader.</summary>
    /// <exception cref="ModelFailedException">There is no whole answer.</exception>
    public async ValueTask ReadBodyAsync()
    {
        while (true)
        {
            try
            {
                await OpenAsync();
                Body = await WholeBodyAsync(_request.Limits.BodyBytes);
                ReadWhole();
                CheckAnswer();
                End(CallOutcome.Complete, null);
                return;
            }
            catch (Exception error) when (error is not OutOfMemoryException)
            {
                await FailedAsync(error);
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        End(CallOutcome.Cancelled, null);
        await CloseAttemptAsync();
        _timer.Dispose();
    }

    private async ValueTask OpenAsync()
    {
        if (!_admitted) await AdmitAsync();
        _breaker ??= _runtime.Breakers.Of(_request.Route.Owner, _request.Route.Provider, _request.Route.Model);
        if (_breaker.Enter(_request.Route.Key) is { } rest) throw Resting(rest);

        _attempts++;
        _attempt = CancellationTokenSource.CreateLinkedTokenSource(_caller);
        _timer.Begin(_attempt);
        if (_request.Stream) _timer.Wait(CallPhase.FirstToken, _request.Limits.FirstToken);
        using var message = Message();
        _sending = true;
        _response = await _request.Route.Send(message, _attempt.Token);
        _pipe = PipeReader.Create(await _response.Content.ReadAsStreamAsync(_attempt.Token));
        if (_response.StatusCode != HttpStatusCode.OK) await ThrowStatusAsync();
        _answering = true;
        var media = _response.Content.Headers.ContentType?.MediaType;
        if (media is not null && media.Contains("html", StringComparison.OrdinalIgnoreCase)) throw Html();
        if (_request.Stream && media == "application/json") await ThrowUnstreamedAsync();
    }

    private async ValueTask AdmitAsync()
    {
        _refused = true;
        _hold = await _runtime.ReserveAsync(_request, _caller);
        (_refused, _admitted) = (false, true);
    }

    private HttpRequestMessage Message()
    {
        var message = new HttpRequestMessage(HttpMethod.Post, _request.Route.Endpoint)
        {
            Version = HttpVersion.Version11,
            Content = new ReadOnlyMemoryContent(_request.Body),
        };
        message.Content.Headers.TryAddWithoutValidation("Content-Type", "application/json");
        foreach (var (name, value) in _request.Route.Headers) message.Headers.TryAddWithoutValidation(name, value);
        return message;
    }

    private async ValueTask<bool> NextFrameAsync()
    {
        if (_consumed is { } position) _pipe!.AdvanceTo(position);
        _consumed = null;
        while (!_request.Reader.Ended)
        {
            if (!_pipe!.TryRead(out var read))
            {
                if (BeforeWait is not null) await BeforeWait();
                if (_request.Reader.HasContent) _timer.Wait(CallPhase.Stall, _request.Limits.Stall);
                try
                {
                    read = await _pipe.ReadAsync(_attempt!.Token);
                }
                catch (Exception error) when (error is IOException or OperationCanceledException
                    && _request.Reader.Complete && !_caller.IsCancellationRequested)
                {
                    // The answer is whole; only its usage or end mark is lost.
                    return false;
                }

                if (_request.Reader.HasContent) _timer.Pause();
            }

            var buffer = read.Buffer;
            if (_frames.TryRead(ref buffer, read.IsCompleted, out var frame))
            {
                _consumed = buffer.Start;
                Current = frame;
                _request.Reader.Frame(frame.Data.Span);
                if (_firstToken is null && _request.Reader.HasContent) FirstToken();
                return true;
            }

            if (StartsAsPage(read.Buffer)) throw Html();
            if (read.IsCompleted) break;
            if (buffer.Length > _request.Limits.FrameBytes) throw Malformed("An event is longer than allowed.");
            _pipe.AdvanceTo(buffer.Start, buffer.End);
        }

        if (_request.Reader.Complete) return false;
        throw Cut("The stream ended before the answer was complete.");
    }

    private void FirstToken()
    {
        _firstToken = _runtime.Time.GetElapsedTime(_startedStamp);
        _timer.Pause();
    }

    private void ReadWhole()
    {
        var bytes = Body.Span;
        if (bytes.TrimStart(" \r\n\t"u8) is [(byte)'<', ..]) throw Html();
        try
        {
            _request.Reader.Body(bytes);
        }
        catch (JsonException) when (WireJson.IsCut(bytes))
        {
            throw Cut("The answer ended in the middle.");
        }

        if (!_request.Reader.Complete) throw Cut("The answer has no finish reason, or its tool arguments do not parse.");
    }

    private void CheckAnswer()
    {
        if (!_request.Strict) return;
        if (_request.Reader.Broken) throw new ModelFailedException(FailureKind.ErrorFrame, "The provider failed while it answered.") { Transient = true };
        if (_request.Reader.Filtered && !(_request.Verbatim && _forwarded)) throw new ModelFailedException(FailureKind.ContentFilter, "The provider's content filter withheld the answer.");
        if (!_request.Reader.HasContent && !(_request.Verbatim && _request.Reader.FinishReason is "length" or "max_tokens")) throw new ModelFailedException(FailureKind.Empty, "The answer is empty.") { Transient = true };
    }

    private async ValueTask<ReadOnlyMemory<byte>> WholeBodyAsync(int limit)
    {
        while (true)
        {
            var read = await _pipe!.ReadAsync(_attempt!.Token);
            if (read.Buffer.Length > limit) throw Malformed("The answer is longer than allowed.");
            if (read.IsCompleted) return read.Buffer.IsSingleSegment ? read.Buffer.First : read.Buffer.ToArray();
            _pipe.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        }
    }

    private async ValueTask ThrowStatusAsync()
    {
        var after = ProviderErrors.RetryAfter(_response!.Headers, _runtime.Time.GetUtcNow());
        ReadOnlyMemory<byte> body = default;
        try
        {
            _timer.Wait(CallPhase.Stall, _request.Limits.Stall);
            body = await WholeBodyAsync(_request.Limits.ErrorBytes);
        }
        catch (Exception error) when (error is IOException or HttpRequestException or ModelFailedException || (error is OperationCanceledException && !_caller.IsCancellationRequested))
        {
            // The status alone still says what happened.
        }

        throw ProviderErrors.FromStatus(_response.StatusCode, body.Span, after);
    }

    private async ValueTask ThrowUnstreamedAsync()
    {
        var body = await WholeBodyAsync(_request.Limits.BodyBytes);
        var error = ErrorText.Read(body.Span);
        if (error.Type is not null || error.Message is not null) throw ProviderErrors.FromFrame(error);
        throw Malformed("A whole answer came where a stream was asked for.");
    }

    /// <summary>Returns when another attempt may be made, and throws otherwise.</summary>
    private async ValueTask FailedAsync(Exception error)
    {
        if (_caller.IsCancellationRequested)
        {
            End(CallOutcome.Cancelled, null);
            _caller.ThrowIfCancellationRequested();
        }

        var failure = Explain(error);
        if (!failure.Resting) _breaker?.Failed(failure, _request.Route.Key);
        // What goes wrong before a call is admitted is no attempt, and is not repeated.
        var pause = _forwarded || !_admitted ? null : Retry.Pause(failure, _attempts, _request.Limits, _timer.Left, _runtime.Jitter(), _request.Alone);
        if (pause is null)
        {
            End(CallOutcome.Failed, failure);
            await CloseAttemptAsync();
            if (ReferenceEquals(failure, error)) System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(error);
            throw failure;
        }

        if (_answering) _runtime.AttemptBroke(_request, Figures(CallOutcome.Failed, failure));
        await CloseAttemptAsync();
        _request.Reader.Reset();
        _firstToken = null;
        if (_hold is not null) await HoldOnAsync(_hold);
        await Task.Delay(pause.Value, _runtime.Time, _caller);
    }

    private async ValueTask HoldOnAsync(BudgetHold hold)
    {
        try
        {
            await _runtime.HoldOnAsync(hold, _caller);
        }
        catch (Exception error) when (error is ModelFailedException or Npgsql.NpgsqlException or TimeoutException)
        {
            var failure = error as ModelFailedException ?? new ModelFailedException(FailureKind.Overloaded, "The budget cannot be asked at the moment.", error) { Status = 503 };
            End(CallOutcome.Failed, failure);
            throw failure;
        }
    }

    // What the provider said keeps its code; nobody is asked again before its time, but a short pause may be waited for.
    private static ModelFailedException Resting(in ModelRest rest) => rest.Reason switch
    {
        FailureKind.Quota when rest.Told => new(FailureKind.Quota, "The provider account has no credit left; it is asked again later.") { Resting = true },
        FailureKind.Auth when rest.Told => new(FailureKind.Auth, "The provider did not accept the configured key; it is asked again when the key changes.") { Resting = true },
        _ when rest.Told => new(rest.Reason, "The provider asked for a pause, which is not over.") { Resting = true, Transient = true, RetryAfter = rest.Left },
        _ => new(FailureKind.CircuitOpen, "Recent calls of this model failed; it is given time to recover.") { Resting = true, RetryAfter = rest.Left },
    };

    private ModelFailedException Explain(Exception error) => error switch
    {
        ModelFailedException known => known,
        _ when _timer.Fired is { } phase => TimedOut(phase),
        OutboundException { Code: OutboundCodes.PrivateAddress or OutboundCodes.BadAddress or OutboundCodes.TooManyRedirects } =>
            new ModelFailedException(FailureKind.Refused, "The provider's address may not be reached.", error),
        TimeoutException => TimedOut(CallPhase.Idle),
        HttpRequestException { InnerException: TimeoutException } => TimedOut(CallPhase.Idle),
        JsonException or KeyNotFoundException or InvalidOperationException => Malformed("The answer is not in the provider's format.", error),
        IOException when _answering => Cut("The connection was lost before the answer was complete.", error),
        HttpRequestException or IOException or SocketException => new ModelFailedException(
            FailureKind.Unreachable, "The provider could not be reached.", error) { Transient = true },
        OperationCanceledException => new ModelFailedException(FailureKind.Unreachable, "The provider ended the call.", error) { Transient = true },
        _ => Malformed("The answer could not be read.", error),
    };

    private static ModelFailedException TimedOut(CallPhase phase) => new(FailureKind.Timeout, phase switch
    {
        CallPhase.Idle => "The connection took longer than allowed.",
        CallPhase.FirstToken => "The first token took longer than allowed.",
        CallPhase.Stall => "The answer stood still longer than allowed.",
        _ => "The call took longer than allowed.",
    })
    { Transient = phase != CallPhase.Total };

    private static ModelFailedException Cut(string message, Exception? cause = null) =>
        new(FailureKind.Truncated, message, cause) { Transient = true };

    private static ModelFailedException Malformed(string message, Exception? cause = null) =>
        new(FailureKind.Malformed, message, cause) { Transient = true };

    private static ModelFailedException Html() => new(FailureKind.Html, "A web page came instead of an answer.") { Transient = true };

    private static bool StartsAsPage(ReadOnlySequence<byte> buffer) => buffer.FirstSpan.TrimStart(" \r\n\t"u8) is [(byte)'<', ..];

    private void End(CallOutcome outcome, ModelFailedException? failure)
    {
        if (_ended) return;
        _ended = true;
        if (_refused)
        {
            _runtime.Left();
            return;
        }

        if (outcome == CallOutcome.Complete) _breaker?.Succeeded();
        else if (outcome == CallOutcome.Cancelled) _breaker?.Unknown();
        Result = _runtime.Ended(_request, Figures(outcome, failure));
    }

    // Nothing is spent when no answer began: refused requests are free. A whole answer without usage, and every broken or cancelled one, is
    // estimated from the bytes both ways.
    private CallFigures Figures(CallOutcome outcome, ModelFailedException? failure)
    {
        var reader = _request.Reader;
        var sent = _answering || (outcome == CallOutcome.Cancelled && _sending);
        var whole = reader.Complete && reader.Usage is not null;
        var usage = whole ? reader.Usage!.Value : sent ? Estimate(reader) : default;
        return new CallFigures(outcome, failure, usage, sent && !whole, _attempts, _firstToken,
            _runtime.Time.GetElapsedTime(_startedStamp), _hold?.At ?? _startedAt, _hold);
    }

    private TokenUsage Estimate(WireReader reader)
    {
        var known = reader.Usage ?? default;
        if (known.TotalInput == 0) known = known with { Input = TokenUsage.Estimate(_request.Body.Length) };
        var output = TokenUsage.Estimate(reader.OutputBytes);
        return known.TotalOutput >= output ? known : known with { Output = output - known.Reasoning - known.AudioOutput };
    }

    private async ValueTask CloseAttemptAsync()
    {
        _timer.Pause();
        if (_pipe is not null) await _pipe.CompleteAsync();
        _response?.Dispose();
        _attempt?.Dispose();
        _pipe = null;
        _response = null;
        _attempt = null;
        _consumed = null;
        _sending = _answering = false;
    }
}
