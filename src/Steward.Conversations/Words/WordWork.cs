using Microsoft.Extensions.Logging;
using Npgsql;
using Steward.Conversations.Turns;
using Steward.Platform.Postgres;
using Steward.Platform.Sealing;
using Steward.Platform.Tenancy;

namespace Steward.Conversations.Words;

/// <summary>
/// Stores the words of new messages, a few seconds at a time, and rests three times as long as it worked: under load it falls behind rather
/// than take from the turns. Every step may run twice.
/// </summary>
internal sealed partial class WordWork(Database database, ISealing sealing, WordSearches searches, ITenantStandings standings, TimeProvider time, ILogger<WordWork> log)
{
    private const int Conversations = 50;
    private const int Messages = 500;
    private const int Page = 1000;

    // Conversations that only their owner sees are found by their owner.
    private const string Machine = "select set_config('steward.member', 'machine', true)";
    private static readonly TimeSpan Turn = TimeSpan.FromSeconds(5);

    public async Task RunAsync(CancellationToken ct)
    {
        var began = time.GetTimestamp();
        while (time.GetElapsedTime(began) < Turn)
        {
            var started = time.GetTimestamp();
            if (!await StepAsync(ct))
            {
                return;
            }

            await Task.Delay(3 * time.GetElapsedTime(started), time, ct);
        }
    }

    /// <summary>One portion for each tenant; false when nothing is left.</summary>
    internal async Task<bool> StepAsync(CancellationToken ct)
    {
        var did = false;
        foreach (var tenant in await TenantsAsync("select tenant_id from conversations.unsettled_word_searches()", ct))
        {
            did |= await GuardedAsync(tenant, () => searches.SettleAsync(tenant, ct));
        }

        foreach (var tenant in await DueAsync(ct))
        {
            did |= await GuardedAsync(
                tenant,
                async () =>
                {
                    await FillAsync(tenant, ct);
                    return true;
                });
        }

        return did;
    }

    /// <summary>A tenant that is being erased must not hold up the others; what was not stored is due again.</summary>
    private async Task<bool> GuardedAsync(TenantId tenant, Func<Task<bool>> work)
    {
        try
        {
            return await work();
        }
#pragma warning disable CA1031 // Whatever failed for one tenant; when the database is away nobody has a turn.
        catch (Exception failure) when (failure is not OperationCanceledException and not NpgsqlException { IsTransient: true })
#pragma warning restore CA1031
        {
            TenantFailed(log, failure, tenant);
            return false;
        }
    }

    private async Task<List<TenantId>> DueAsync(CancellationToken ct)
    {
        var due = new List<TenantId>();
        for (var more = true; more;)
        {
            var page = await TenantsAsync(
                "select tenant_id from conversations.due_words($1, $2, $3)", ct,
                Sql.Uuid(due.Count == 0 ? Guid.Empty : due[^1].Value), Sql.Uuids([.. standings.Stopped]), Sql.Int(Page));
            due.AddRange(page);
            more = page.Count == Page;
        }

        return due;
    }

    private Task<List<TenantId>> TenantsAsync(string sql, CancellationToken ct, params NpgsqlParameter[] parameters) =>
        database.DispatchAsync(sql, row => new TenantId(row.GetGuid(0)), ct, parameters);

    private async Task FillAsync(TenantId tenant, CancellationToken ct)
    {
        var sealer = await sealing.ForAsync(tenant, ct);
        var read = Open(tenant);
        var due = read.Many(
            $"select conversation_id, mark from conversations.word_work order by conversation_id limit {Conversations}", row => (Id: row.GetGuid(0), Mark: row.GetInt64(1)));
        await read.SendAsync(ct);
        read.One(Machine, static _ => 0);
        var messages = read.Many(
            $"""
            select m.conversation_id, m.number, m.id, m.text from unnest($1) w(id)
            left join conversations.worded d on d.tenant_id = current_setting('steward.tenant')::uuid and d.conversation_id = w.id
            cross join lateral (
              select n.conversation_id, n.number, n.id, n.text from conversations.messages n
              where n.tenant_id = current_setting('steward.tenant')::uuid and n.conversation_id = w.id and n.number > coalesce(d.number, 0)
              order by n.number limit {Messages}) m
            order by m.conversation_id, m.number limit {Messages}
            """,
            Map, Sql.Uuids([.. due.Value.Select(row => row.Id)]));
        await read.SendAsync(ct);

        // A full portion may have cut the last conversation: it stays due.
        var cut = messages.Value.Count == Messages ? messages.Value[^1].Conversation : (Guid?)null;
        var done = due.Value.Where(row => cut is null || row.Id.CompareTo(cut.Value) < 0).ToList();
        await StoreAsync(tenant, sealer, messages.Value, done, ct);
    }

    private async Task StoreAsync(TenantId tenant, TenantSealer sealer, List<Stored> messages, List<(Guid Id, long Mark)> done, CancellationToken ct)
    {
        var words = messages
            .SelectMany(message => WordsOf(message, sealer).Select(word => (message.Conversation, Word: word)))
            .Distinct().Select(pair => (pair.Conversation, Hash: MessageWords.Hash(sealer, pair.Word))).ToList();
        var upTo = messages.GroupBy(message => message.Conversation).Select(group => (Id: group.Key, Number: group.Max(message => message.Number))).ToList();
        var write = Open(tenant);
        // Whoever switches the search off waits for this, or this finds it off.
        write.One("select enabled from conversations.word_search for share", static row => row.GetBoolean(0));
        write.Add(
            """
            insert into conversations.message_words (tenant_id, conversation_id, word_hash)
            select current_setting('steward.tenant')::uuid, c, h from unnest($1, $2) n(c, h)
            where not exists (select from conversations.word_search where not enabled) on conflict do nothing
            """,
            Sql.Uuids([.. words.Select(word => word.Conversation)]), Sql.BytesArray([.. words.Select(word => word.Hash)]));
        write.Add(
            """
            insert into conversations.worded as d (tenant_id, conversation_id, number) select current_setting('steward.tenant')::uuid, c, n from unnest($1, $2) x(c, n)
            where not exists (select from conversations.word_search where not enabled)
            on conflict (tenant_id, conversation_id) do update set number = greatest(d.number, excluded.number)
            """,
            Sql.Uuids([.. upTo.Select(row => row.Id)]), Sql.Longs([.. upTo.Select(row => row.Number)]));
        write.Add(
            "delete from conversations.word_work w using unnest($1, $2) x(c, m) where w.conversation_id = x.c and w.mark = x.m",
            Sql.Uuids([.. done.Select(row => row.Id)]), Sql.Longs([.. done.Select(row => row.Mark)]));
        await write.SendAsync(ct);
    }

    /// <summary>A message that cannot be read has no words; those after it have theirs.</summary>
    private IReadOnlyCollection<string> WordsOf(Stored message, TenantSealer sealer)
    {
        try
        {
            return MessageWords.Of(sealer.Open(Fields.Text(message.Id), message.Text), MessageWords.PerMessage);
        }
        catch (SealBrokenException broken)
        {
            Unreadable(log, broken, message.Id);
            return [];
        }
    }

    private TenantSession Open(TenantId tenant)
    {
        var session = database.For(tenant);
        session.One(Machine, static _ => 0);
        return session;
    }

    private static Stored Map(NpgsqlDataReader row) => new(row.GetGuid(0), row.GetInt64(1), row.GetGuid(2), row.GetFieldValue<byte[]>(3));

    [LoggerMessage(Level = LogLevel.Error, Message = "Message {Message} cannot be read; it is not found by its words")]
    private static partial void Unreadable(ILogger log, Exception failure, Guid message);

    [LoggerMessage(Level = LogLevel.Error, Message = "The words of tenant {Tenant} could not be stored; they are looked for again")]
    private static partial void TenantFailed(ILogger log, Exception failure, TenantId tenant);

    private sealed record Stored(Guid Conversation, long Number, Guid Id, byte[] Text);
}
