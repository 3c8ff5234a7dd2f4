using System.Numerics.Tensors;
using System.Text.Json;
using Microsoft.Extensions.AI;
using Steward.Platform.Masking;
using Steward.Platform.Postgres;
using Steward.Platform.Sealing;
using Steward.Platform.Tenancy;

namespace Steward.Models.Shadow;

/// <summary>One message of a pair, as training formats name it.</summary>
internal sealed record PairMessage(string Role, string Content);

/// <summary>What is sealed of a pair: the masked prompt and both answers.</summary>
/// <param name="Student">Null where no student was asked.</param>
internal sealed record PairText(IReadOnlyList<PairMessage> Messages, string Teacher, string? Student);

/// <summary>Makes pairs and keeps them. Every text is masked first, whatever the tenant masks elsewhere; one that cannot be is not kept and not sent.</summary>
internal sealed class ShadowPairs(Database database, ISealing sealing, IModels models, IBudgets budgets, TimeProvider time)
{
    private const string NoIntent = "none";

    /// <summary>Null when the pair was kept, else why it was not.</summary>
    /// <exception cref="MaskingFailedException">A text cannot be masked.</exception>
    /// <exception cref="ModelFailedException">The student or the embedder failed.</exception>
    public async Task<string?> KeepAsync(TaughtTurn turn, ShadowSettings settings, CancellationToken ct)
    {
        var masked = new MaskedTurn(turn.Person);
        var messages = turn.Messages.Select(message => new PairMessage(message.Role.Value, masked.Mask(Text(message)))).ToList();
        var teacher = masked.Mask(turn.Answer);
        string? student = null;
        double? similarity = null;
        string? embedder = null;
        if (settings.Student is { } name)
        {
            var purpose = new CallPurpose("chat", "shadow", turn.AssistantId, turn.ConversationId, turn.TurnId, turn.ContactId);
            if (budgets.VerdictOf(turn.Tenant, purpose) != BudgetVerdict.Free || await SpentTodayAsync(turn.Tenant, ct) >= settings.DailyUsd) return "budget";
            using var client = models.Chat(turn.Tenant, name, purpose);
            var said = await client.GetResponseAsync(
                messages.Select(message => new ChatMessage(new ChatRole(message.Role), message.Content)), new ChatOptions { Temperature = turn.Temperature, MaxOutputTokens = turn.MaxOutputTokens }, ct);
            // It answers in placeholders, and may write a value that nobody gave it.
            student = masked.Mask(masked.Unmask(said.Text));
            embedder = (await models.DefaultsAsync(turn.Tenant, ct)).Embedding;
            using var embeddings = models.Embeddings(turn.Tenant, null, purpose with { Service = "embedding" });
            var vectors = await embeddings.GenerateAsync([teacher, student], null, ct);
            var cosine = TensorPrimitives.CosineSimilarity(vectors[0].Vector.Span, vectors[1].Vector.Span);
            similarity = float.IsFinite(cosine) ? cosine : 0;
        }

        await StoreAsync(turn, settings.Student, embedder, similarity, new PairText(messages, teacher, student), ct);
        return null;
    }

    public static SealedField Field(Guid id) => new("models.shadow_pairs", "pair", id);

    private async Task StoreAsync(TaughtTurn turn, string? student, string? embedder, double? similarity, PairText text, CancellationToken ct)
    {
        var now = time.GetUtcNow();
        var id = Guid.CreateVersion7(now);
        var sealer = await sealing.ForAsync(turn.Tenant, ct);
        var session = database.For(turn.Tenant);
        session.Add(
            """
            insert into models.shadow_pairs (tenant_id, id, at, assistant_id, conversation_id, contact_id, turn_id, intent, teacher, student, held_back, embedder, similarity, pair)
            values (current_setting('steward.tenant')::uuid, $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
            on conflict do nothing
            """,
            Sql.Uuid(id), Sql.Time(now), Sql.Uuid(turn.AssistantId), Sql.Uuid(turn.ConversationId), Sql.Uuid(turn.ContactId), Sql.Uuid(turn.TurnId), Sql.Text(turn.Intent ?? NoIntent), Sql.Text(turn.Teacher),
            Sql.Text(student), Sql.Bool(ShadowSplit.IsHeldBack(turn.ConversationId)), Sql.Text(embedder), Sql.Double(similarity), Sql.Bytes(sealer.Seal(Field(id), JsonSerializer.Serialize(text, JsonSerializerOptions.Web))));
        await session.SendAsync(ct);
    }

    private async Task<decimal> SpentTodayAsync(TenantId tenant, CancellationToken ct)
    {
        var session = database.For(tenant);
        var spent = session.One(
            "select coalesce(sum(cost_usd), 0) from models.spend where tenant_id = (select current_setting('steward.tenant')::uuid) and opened_at >= $1 and purpose = 'shadow'",
            row => row.GetDecimal(0), Sql.Time(new DateTimeOffset(time.GetUtcNow().UtcDateTime.Date, TimeSpan.Zero)));
        await session.SendAsync(ct);
        return spent.Value;
    }

    /// <summary>Content of a kind that has no masked form is not kept: neither is the pair.</summary>
    private static string Text(ChatMessage message) => message.Contents.All(content => content is TextContent)
        ? message.Text
        : throw new MaskingFailedException(new NotSupportedException("A message has content that has no masked form."));
}
