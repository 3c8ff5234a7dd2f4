using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Npgsql;
using Steward.Platform.Erasing.Contacts;
using Steward.Platform.Limits.Settings;
using Steward.Platform.Limits.Slices;
using Steward.Platform.Postgres;
using Steward.Platform.Tenancy;

namespace Steward.Platform.Limits.Messages;

/// <summary>Remembers refusals until they end, so that a flood costs the database one refused transaction for each use that becomes free.</summary>
internal sealed class MessageLimits : IMessageLimits
{
    private const string Refused = "ST429";
    private const string Whole = "all";
    private const int Remembered = 100_000;
    private readonly TenantLimits limits;
    private readonly SliceDesk desk;
    private readonly TimeProvider time;
    private readonly long _start;
    private readonly ConcurrentDictionary<(TenantId, MessageSender), (TimeSpan Until, RateRule Rule)> _full = new();

    public MessageLimits(TenantLimits limits, SliceDesk desk, ErasedContacts erased, TimeProvider time)
    {
        (this.limits, this.desk, this.time, _start) = (limits, desk, time, time.GetTimestamp());
        erased.Listen((tenant, contact) => _full.TryRemove((tenant, new MessageSender(RateRules.Contact, contact.ToString())), out _));
    }

    private TimeSpan Now => time.GetElapsedTime(_start);

    public async ValueTask<RateVerdict> EnterAsync(TenantId tenant, MessageSender sender, CancellationToken ct)
    {
        if (_full.TryGetValue((tenant, sender), out var full))
        {
            // What was said of an old limit does not bind a new one.
            if (full.Until > Now && full.Rule.Windows.SequenceEqual(RuleOf(tenant, sender.Rule).Windows))
            {
                return new RateVerdict(false, full.Until - Now);
            }

            _full.TryRemove((tenant, sender), out _);
        }

        return await EnterAsync(tenant, ct);
    }

    public ValueTask<RateVerdict> EnterAsync(TenantId tenant, CancellationToken ct) => limits.Set(tenant).Tenant is { Windows.Count: > 0 } rule
        ? desk.TakeAsync(tenant, rule, Whole, strict: false, ct)
        : ValueTask.FromResult(new RateVerdict(true, TimeSpan.Zero));

    public RateRule RuleOf(TenantId tenant, string rule) => rule == RateRules.Member ? limits.Set(tenant).Member : limits.Set(tenant).Contact;

    public void Count(TenantSession session, MessageSender sender)
    {
        if (RuleOf(session.Tenant, sender.Rule) is { Windows.Count: > 0 } rule)
        {
            session.One(
                "select platform.count_use($1, $2, $3, $4)", static _ => 0,
                Sql.Text(sender.Rule), Sql.Text(sender.Key), Sql.Ints(rule.Limits()), Sql.Ints(rule.Seconds()));
        }
    }

    public bool IsRefused(TenantId tenant, MessageSender sender, PostgresException failure, [NotNullWhen(true)] out RateVerdict? verdict)
    {
        if (failure.SqlState != Refused)
        {
            verdict = null;
            return false;
        }

        var wait = TimeSpan.FromMicroseconds(long.Parse(failure.MessageText, CultureInfo.InvariantCulture));
        Remember(tenant, sender, wait);
        verdict = new RateVerdict(false, wait);
        return true;
    }

    public void PutBack(TenantId tenant) => desk.PutBack(tenant, RateRules.Tenant, Whole);

    private void Remember(TenantId tenant, MessageSender sender, TimeSpan wait)
    {
        if (_full.Count >= Remembered)
        {
            // Forgetting costs a refused transaction each, nothing else.
            _full.Clear();
        }

        _full[(tenant, sender)] = (Now + wait, RuleOf(tenant, sender.Rule));
    }
}
