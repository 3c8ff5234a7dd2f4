using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Steward.Platform.Access;
using Steward.Platform.Problems;

namespace Steward.Platform.Erasing;

internal static class ErasureEndpoints
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/api/erasures/{id:guid}", GetAsync)
        .RequirePermission(Permissions.ContactsErase).WithTags("Contacts").WithName("GetErasure").WithSummary("How far the erasure of a contact is: working, settling or done.");

    private static async Task<Results<Ok<ContactErasure>, ProblemHttpResult>> GetAsync(Guid id, HttpContext http, IContactErasures erasures, CancellationToken ct) =>
        await erasures.FindAsync(http.Caller().Tenant, id, ct) is { } found
            ? TypedResults.Ok(found)
            : Problem.Of(StatusCodes.Status404NotFound, "erasure.unknown", "There is no such erasure.");
}
