using Steward.Platform.Tenancy;

namespace Steward.Conversations;

/// <summary>What the product tells contacts on its own account.</summary>
public enum ContactText
{
    /// <summary>Messages arrived that are beyond a limit: they are kept, and answered later.</summary>
    Limited = 0,
}

/// <summary>The words for it, in the contact's language. Implemented by the room that keeps assistants; without one the words are English.</summary>
public interface IContactTexts
{
    /// <summary>One text, fit to be sent as it is.</summary>
    /// <param name="tenant">Whose contact.</param>
    /// <param name="assistantId">The assistant that the channel names, null for the tenant's default.</param>
    /// <param name="text">Which.</param>
    /// <param name="language">The contact's BCP 47 tag, where it is known.</param>
    /// <param name="ct">Cancels.</param>
    ValueTask<string> TextAsync(TenantId tenant, Guid? assistantId, ContactText text, string? language, CancellationToken ct);
}

internal sealed class EnglishTexts(ConversationSettings settings) : IContactTexts
{
    public ValueTask<string> TextAsync(TenantId tenant, Guid? assistantId, ContactText text, string? language, CancellationToken ct) => ValueTask.FromResult(settings.LimitedText);
}
