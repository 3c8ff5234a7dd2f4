using Steward.Platform.Postgres;
using Steward.Testing;

namespace Steward.Platform.Tests.Notices;

public sealed class DueNoticesTests(PostgresServer server)
{
    [Fact]
    public async Task Every_tenant_with_due_notices_comes_up_however_many_stay_due()
    {
        await using var database = await TestDatabase.CreateAsync(server);
        await database.AskAsync(
            """
            insert into platform.notices (tenant_id, notice_id, kind, topic, severity, subject, dedupe_key, collapse_key, planned, created_at)
            select gen_random_uuid(), gen_random_uuid(), 'alert', 'test', 0, gen_random_uuid(), n::text, 'test', false, now() from generate_series(1, 250) n
            """);
        var seen = new List<Guid>();
        for (var more = true; more;)
        {
            var page = await database.Database.DispatchAsync(
                "select tenant_id from platform.due_notices($1, $2, $3, $4)", static row => row.GetGuid(0), TestContext.Current.CancellationToken,
                Sql.Time(DateTimeOffset.UtcNow), Sql.Uuids([]), Sql.Uuid(seen.LastOrDefault()), Sql.Int(100));
            seen.AddRange(page);
            more = page.Count == 100;
        }

        seen.Distinct().Count().ShouldBe(250);
    }
}
