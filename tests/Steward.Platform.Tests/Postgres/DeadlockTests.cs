using Steward.Platform.Postgres;
using Steward.Testing;

namespace Steward.Platform.Tests.Postgres;

public sealed class DeadlockTests(PostgresServer server)
{
    [Fact]
    public async Task Two_batches_that_wait_for_each_other_are_both_done_once()
    {
        await using var database = await TestDatabase.CreateAsync(server);
        var (one, two) = (Guid.NewGuid(), Guid.NewGuid());
        foreach (var id in new[] { one, two })
        {
            await database.AskAsync(
                "insert into platform.contact_erasures (tenant_id, erasure_id, conversations) values ($1, $2, '{}')", Sql.Uuid(database.Tenant.Value), Sql.Uuid(id));
        }

        var told = 0;
        var affected = await Task.WhenAll(StepAsync(one, two), StepAsync(two, one));
        affected.ShouldBe([1, 1]);
        told.ShouldBe(2);
        (await database.AskAsync("select sum(place) from platform.contact_erasures")).ShouldBe(4L);

        async Task<int> StepAsync(Guid first, Guid second)
        {
            const string change = "update platform.contact_erasures set place = place + 1 where erasure_id = $1";
            var session = database.Database.For(database.Tenant);
            session.Add(change, Sql.Uuid(first));
            session.One("select pg_sleep(0.5)", static _ => 0);
            var last = session.Add(change, Sql.Uuid(second));
            session.AfterCommit(() => Interlocked.Increment(ref told));
            await session.SendAsync(TestContext.Current.CancellationToken);
            return last.Value;
        }
    }
}
