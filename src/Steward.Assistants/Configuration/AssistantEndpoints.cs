using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Steward.Platform.Access;
using Steward.Platform.Idempotency;
using Steward.Platform.Paging;
using Steward.Platform.Problems;

namespace Steward.Assistants.Configuration;

internal sealed record AssistantAnswer(Guid Id, bool IsDefault, int Version, DateTimeOffset UpdatedAt, AssistantSettings Settings);

/// <summary>Reading and changing assistants.</summary>
internal static class AssistantEndpoints
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase, allowIntegerValues: false) },
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        RespectNullableAnnotations = true,
    };

    public static void Map(IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/assistants").WithTags("Assistants");
        group.MapGet("", ListAsync).RequirePermission(Permissions.AssistantsRead).WithName("ListAssistants").WithSummary("The tenant's assistants.");
        group.MapPost("", CreateAsync).RequirePermission(Permissions.AssistantsWrite).Idempotent().WithName("CreateAssistant").WithSummary("Creates an assistant; what is left out takes its default.");
        group.MapGet("/{id:guid}", GetAsync).RequirePermission(Permissions.AssistantsRead).WithName("GetAssistant").WithSummary("One assistant.");
        group.MapPatch("/{id:guid}", PatchAsync).RequirePermission(Permissions.AssistantsWrite).RequireIfMatch().WithName("ChangeAssistant").WithSummary("Changes the given settings; needs If-Match.");
        group.MapDelete("/{id:guid}", DeleteAsync).RequirePermission(Permissions.AssistantsWrite).WithName("DeleteAssistant").WithSummary("Deletes an assistant that is not the default one.");
    }

    private static async Task<Ok<Page<AssistantAnswer>>> ListAsync(HttpContext http, AssistantStore store, CancellationToken ct)
        => TypedResults.Ok(new Page<AssistantAnswer>([.. (await store.ListAsync(http.Caller().Tenant, ct)).Select(ToAnswer)], null));

    private static async Task<Results<Ok<AssistantAnswer>, ProblemHttpResult>> GetAsync(Guid id, HttpContext http, AssistantStore store, CancellationToken ct)
    {
        var found = (await store.ListAsync(http.Caller().Tenant, ct)).FirstOrDefault(a => a.Id == id);
        return found is null ? NotFound() : Tagged(http, found);
    }

    private static async Task<Results<Created<AssistantAnswer>, ProblemHttpResult>> CreateAsync(JsonObject body, HttpContext http, AssistantStore store, CancellationToken ct)
    {
        if (Read(body, new AssistantSettings()) is not { } settings)
        {
            return Unreadable();
        }

        if (SettingsRules.Check(settings) is { Count: > 0 } wrong)
        {
            return Invalid(wrong);
        }

        var made = await store.CreateAsync(http.Caller().Tenant, settings, ct);
        Tagged(http, made);
        return TypedResults.Created($"/api/assistants/{made.Id:D}", ToAnswer(made));
    }

    private static async Task<Results<Ok<AssistantAnswer>, ProblemHttpResult>> PatchAsync(Guid id, JsonObject body, HttpContext http, AssistantStore store, CancellationToken ct)
    {
        var tenant = http.Caller().Tenant;
        if ((await store.ListAsync(tenant, ct)).FirstOrDefault(a => a.Id == id) is not { } current)
        {
            return NotFound();
        }

        if (Read(body, current.Settings) is not { } settings)
        {
            return Unreadable();
        }

        if (SettingsRules.Check(settings) is { Count: > 0 } wrong)
        {
            return Invalid(wrong);
        }

        var (outcome, now) = await store.UpdateAsync(tenant, id, http.ExpectedVersions(), settings, ct);
        return outcome switch
        {
            WriteOutcome.Stored => Tagged(http, now!),
            WriteOutcome.Unknown => NotFound(),
            _ => IfMatch.Failed(),
        };
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> DeleteAsync(Guid id, HttpContext http, AssistantStore store, CancellationToken ct)
        => await store.DeleteAsync(http.Caller().Tenant, id, ct) switch
        {
            WriteOutcome.Stored => TypedResults.NoContent(),
            WriteOutcome.IsDefault => Problem.Of(StatusCodes.Status409Conflict, "assistant.is_default", "The default assistant cannot be deleted."),
            _ => NotFound(),
        };

    /// <summary>The settings with the body's members laid over them; null when a member is unknown or of the wrong type.</summary>
    private static AssistantSettings? Read(JsonObject body, AssistantSettings under)
    {
        var merged = JsonSerializer.SerializeToNode(under, Json)!.AsObject();
        foreach (var (name, value) in body)
        {
            merged[name] = value?.DeepClone();
        }

        try
        {
            return merged.Deserialize<AssistantSettings>(Json);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static Ok<AssistantAnswer> Tagged(HttpContext http, Assistant assistant)
    {
        http.SetETag(assistant.Version);
        return TypedResults.Ok(ToAnswer(assistant));
    }

    private static AssistantAnswer ToAnswer(Assistant a) => new(a.Id, a.IsDefault, a.Version, a.UpdatedAt, a.Settings);

    private static ProblemHttpResult NotFound() => Problem.Of(StatusCodes.Status404NotFound, "assistant.unknown", "There is no such assistant.");

    private static ProblemHttpResult Unreadable() => Problem.Of(StatusCodes.Status400BadRequest, "assistant.unreadable", "A setting is unknown or of the wrong type. docs/defaults.md lists the settings.");

    private static ProblemHttpResult Invalid(IReadOnlyList<string> wrong) => Problem.Of(StatusCodes.Status400BadRequest, "assistant.invalid", string.Join(' ', wrong));
}
