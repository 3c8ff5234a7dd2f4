using Steward.Assistants.Understanding;
using Steward.Conversations;
using Steward.Platform.Tenancy;

namespace Steward.Assistants.Configuration;

/// <summary>What the product tells contacts: the assistant's own words, else a fixed phrase in the assistant's language or the contact's.</summary>
internal sealed class AssistantTexts(AssistantStore store) : IContactTexts
{
    public async ValueTask<string> TextAsync(TenantId tenant, Guid? assistantId, ContactText text, string? language, CancellationToken ct)
    {
        var settings = (await store.ForTurnAsync(tenant, assistantId, ct)).Settings;
        return text switch
        {
            ContactText.Limited => settings.LimitedText ?? Phrases.In(settings.Language ?? language).Limited,
            _ => throw new ArgumentOutOfRangeException(nameof(text), text, null),
        };
    }
}
