using Steward.Platform.Erasing;
using Steward.Platform.Tenancy;

namespace Steward.Assistants.Reusing;

/// <summary>What a turn finds that asks for an answer: one that is kept or was just written for another turn, the lead to write it, or neither, and then it writes for itself.</summary>
/// <param name="InFlight">The answer was under way when it was asked for.</param>
internal sealed record Asked(KeptAnswer? Answer, bool InFlight, Lead? Lead);

/// <summary>
/// Answers of this node by what was asked, each for its lifetime, within a budget of bytes. Of those who ask the same at once one writes and the others wait for it; when
/// it is called off another takes the lead, and when it fails or writes nothing that may be given away, each goes on by itself.
/// </summary>
internal sealed class AnswerCache
{
    private readonly Lock _gate = new();
    private readonly Dictionary<AnswerKey, LinkedListNode<Entry>> _nodes = [];
    private readonly LinkedList<Entry> _byUse = [];
    private readonly Dictionary<AnswerKey, TaskCompletionSource<Outcome>> _flights = [];
    private readonly AnswerCacheSettings _settings;
    private readonly IGoneContacts _gone;
    private readonly TimeProvider _time;
    private long _bytes;
    private int _waiting;

    public AnswerCache(AnswerCacheSettings settings, IGoneContacts gone, TimeProvider time)
    {
        (_settings, _gone, _time) = (settings, gone, time);
        gone.Listen(Forget);
    }

    /// <summary>How many answers are kept, how many are being written that others may wait for, and how many turns wait.</summary>
    public (int Kept, int InFlight, int Waiting) Count
    {
        get
        {
            lock (_gate)
            {
                return (_nodes.Count, _flights.Count, _waiting);
            }
        }
    }

    /// <param name="ct">Cancelled when the turn that asks is called off. Whoever gets the lead disposes of it.</param>
    public async ValueTask<Asked> AskAsync(AnswerKey key, CancellationToken ct)
    {
        while (true)
        {
            TaskCompletionSource<Outcome>? flight;
            lock (_gate)
            {
                if (Find(key) is { } kept)
                {
                    return new(kept, false, null);
                }

                if (!_flights.TryGetValue(key, out flight))
                {
                    _flights[key] = flight = new(TaskCreationOptions.RunContinuationsAsynchronously);
                    return new(null, false, new Lead(this, key, flight, ct));
                }

                _waiting++;
            }

            var outcome = await WaitAsync(flight.Task, ct);
            if (!outcome.CalledOff)
            {
                return new(outcome.Answer, outcome.Answer is not null, null);
            }
        }
    }

    internal void End(AnswerKey key, TaskCompletionSource<Outcome> flight, Outcome outcome, TimeSpan lifetime)
    {
        lock (_gate)
        {
            _flights.Remove(key);
            if (outcome.Answer is { } answer && lifetime > TimeSpan.Zero && answer.Bytes <= _settings.Bytes)
            {
                Keep(key, answer, lifetime);
            }
        }

        // A contact that was erased meanwhile is not heard of again.
        if (outcome.Answer is { } said && _gone.Has(key.Tenant, said.ContactId))
        {
            Forget(key.Tenant, said.ContactId);
        }

        flight.SetResult(outcome);
    }

    private async Task<Outcome> WaitAsync(Task<Outcome> flight, CancellationToken ct)
    {
        try
        {
            return await flight.WaitAsync(ct);
        }
        finally
        {
            lock (_gate)
            {
                _waiting--;
            }
        }
    }

    private KeptAnswer? Find(AnswerKey key)
    {
        if (!_nodes.TryGetValue(key, out var node))
        {
            return null;
        }

        if (_time.GetUtcNow() >= node.Value.Until)
        {
            Drop(node);
            return null;
        }

        _byUse.Remove(node);
        _byUse.AddFirst(node);
        return node.Value.Answer;
    }

    private void Keep(AnswerKey key, KeptAnswer answer, TimeSpan lifetime)
    {
        if (_nodes.TryGetValue(key, out var before))
        {
            Drop(before);
        }

        _nodes[key] = _byUse.AddFirst(new Entry(key, answer, _time.GetUtcNow() + lifetime));
        _bytes += answer.Bytes;
        while (_bytes > _settings.Bytes && _byUse.Last is { } last)
        {
            Drop(last);
        }
    }

    private void Forget(TenantId tenant, Guid contact)
    {
        lock (_gate)
        {
            foreach (var node in _nodes.Values.Where(node => node.Value.Key.Tenant == tenant && node.Value.Answer.ContactId == contact).ToList())
            {
                Drop(node);
            }
        }
    }

    private void Drop(LinkedListNode<Entry> node)
    {
        _byUse.Remove(node);
        _nodes.Remove(node.Value.Key);
        _bytes -= node.Value.Answer.Bytes;
    }

    private sealed record Entry(AnswerKey Key, KeptAnswer Answer, DateTimeOffset Until);
}

/// <summary>How the writing ended that others waited for.</summary>
/// <param name="Answer">What they may have; null where each goes on by itself.</param>
/// <param name="CalledOff">The turn that wrote was superseded or stopped: it says nothing of the answer, so another takes the lead.</param>
internal sealed record Outcome(KeptAnswer? Answer, bool CalledOff);

/// <summary>The duty to write an answer that others may wait for. Whatever happens, disposing of it lets them go.</summary>
internal sealed class Lead(AnswerCache cache, AnswerKey key, TaskCompletionSource<Outcome> flight, CancellationToken ct) : IDisposable
{
    private bool _ended;

    /// <summary>Gives the answer to those who wait and to who asks later; null where it is for nobody else.</summary>
    public void Complete(KeptAnswer? answer, TimeSpan lifetime)
    {
        if (!_ended)
        {
            _ended = true;
            cache.End(key, flight, new(answer, CalledOff: false), lifetime);
        }
    }

    public void Dispose()
    {
        if (!_ended)
        {
            _ended = true;
            cache.End(key, flight, new(null, ct.IsCancellationRequested), TimeSpan.Zero);
        }
    }
}
