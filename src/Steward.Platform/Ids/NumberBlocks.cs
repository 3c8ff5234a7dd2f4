using System.Collections.Concurrent;
using Steward.Platform.Postgres;
using Steward.Platform.Tenancy;

namespace Steward.Platform.Ids;

internal sealed class NumberBlocks(Database database) : INumbers
{
    private const int Size = 100;
    private readonly ConcurrentDictionary<(TenantId, string), Block> _blocks = new();

    public ValueTask<long> NextAsync(TenantId tenant, string series, CancellationToken ct)
    {
        var block = _blocks.GetOrAdd((tenant, series), static _ => new Block());
        return block.TryTake() is { } number ? new(number) : new(RefillAsync(block, tenant, series, ct));
    }

    private async Task<long> RefillAsync(Block block, TenantId tenant, string series, CancellationToken ct)
    {
        await block.Gate.WaitAsync(ct);
        try
        {
            if (block.TryTake() is { } number)
            {
                return number;
            }

            var session = database.For(tenant);
            var next = session.One(
                """
                insert into platform.number_blocks as b (tenant_id, series, next_value) values (current_setting('steward.tenant')::uuid, $1, 1 + $2)
                on conflict (tenant_id, series) do update set next_value = b.next_value + $2 returning next_value
                """,
                row => row.GetInt64(0),
                Sql.Text(series),
                Sql.Int(Size));
            await session.SendAsync(ct);
            return block.Fill(next.Value - Size, Size);
        }
        finally
        {
            block.Gate.Release();
        }
    }

    private sealed class Block
    {
        private readonly Lock _lock = new();
        private long _next;
        private long _end;

        public SemaphoreSlim Gate { get; } = new(1, 1);

        public long? TryTake()
        {
            lock (_lock)
            {
                return _next < _end ? _next++ : null;
            }
        }

        public long Fill(long first, int count)
        {
            lock (_lock)
            {
                _next = first + 1;
                _end = first + count;
                return first;
            }
        }
    }
}
