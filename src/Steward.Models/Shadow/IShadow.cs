using Microsoft.Extensions.AI;
using Steward.Platform.Masking;
using Steward.Platform.Tenancy;

namespace Steward.Models;

/// <summary>What a model answered a customer, as something a cheaper model may learn from.</summary>
/// <param name="Intent">What the customer wanted, as the assistant recorded it; null where nothing was.</param>
/// <param name="Teacher">The model that wrote the answer.</param>
/// <param name="Messages">The whole prompt; masked before anything of it is kept or sent.</param>
/// <param name="Answer">What the customer was given.</param>
/// <param name="Person">What is known of the customer, to be masked wherever it stands.</param>
/// <param name="Temperature">As the teacher was asked.</param>
/// <param name="MaxOutputTokens">As the teacher was asked.</param>
public sealed record TaughtTurn(
    TenantId Tenant, Guid? AssistantId, Guid ConversationId, Guid TurnId, Guid ContactId, string? Intent, string Teacher, IReadOnlyList<ChatMessage> Messages, string Answer, KnownPerson Person,
    float? Temperature, int? MaxOutputTokens);

/// <summary>Shadow learning: pairs of what a teacher answered and what a student would have. Off unless the tenant switched it on.</summary>
public interface IShadow
{
    /// <summary>Says that a turn was answered and its answer stored. Never waits and never fails: what is not wanted, or comes while too much waits, is dropped and counted.</summary>
    void Offer(TaughtTurn turn);
}
