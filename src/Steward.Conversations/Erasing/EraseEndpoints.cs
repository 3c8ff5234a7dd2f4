using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Steward.Platform.Access;
using Steward.Platform.Erasing;

namespace Steward.Conversations.Erasing;

internal static class EraseEndpoints
{
    public static async Task<Accepted<ContactErasure>> EraseAsync(Guid id, HttpContext http, ContactErasing erasing, CancellationToken ct)
    {
        var caller = http.Caller();
        var asked = await erasing.AskAsync(caller.Tenant, id, caller.Id, ct);
        return TypedResults.Accepted($"/api/erasures/{asked.Id}", asked);
    }
}
