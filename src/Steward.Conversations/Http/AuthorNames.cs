using Steward.Platform.Access;
using Steward.Platform.Tenancy;

namespace Steward.Conversations.Http;

/// <summary>Names for those who show who wrote. Contacts see the names of members, never their ids.</summary>
internal static class AuthorNames
{
    /// <summary>The name of the member who wrote the message; null for every other author.</summary>
    public static ValueTask<string?> AuthorAsync(this IMemberNames names, TenantId tenant, MessageView message, CancellationToken ct)
        => message is { Author: MessageAuthor.Member, AuthorId: { } member } ? names.NameAsync(tenant, member, ct) : default;

    /// <summary>The name of the member a live event is about; null when it is about none.</summary>
    public static ValueTask<string?> MemberAsync(this IMemberNames names, TenantId tenant, LiveEvent happened, CancellationToken ct) => happened switch
    {
        MessageCompleted completed => names.AuthorAsync(tenant, completed.Message, ct),
        HandoffChanged { MemberId: { } member } => names.NameAsync(tenant, member, ct),
        _ => default,
    };
}
