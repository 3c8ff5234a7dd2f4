using Steward.Platform.Postgres;

namespace Steward.Models.Spending;

/// <summary>The rows of <c>models.reused_answers</c>: what was not spent. Figures without a link to whom they were for.</summary>
internal static class ReusedAnswers
{
    private const string Insert =
        """
        insert into models.reused_answers (tenant_id, id, at, assistant_id, model, in_flight, saved_usd)
        values (current_setting('steward.tenant')::uuid, $1, $2, $3, $4, $5, $6) on conflict do nothing
        """;

    public static void Append(TenantSession session, ReusedAnswer answer) => session.Add(
        Insert, Sql.Uuid(answer.Id), Sql.Time(answer.At), Sql.Uuid(answer.AssistantId), Sql.Text(answer.Model), Sql.Bool(answer.InFlight), Sql.Money(answer.SavedUsd));
}
