using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Steward.Platform.Access;

namespace Steward.Models.Gateway;

/// <summary>Lists of models, in our shape and in OpenAI's.</summary>
internal static class ModelEndpoints
{
    public static async Task<Ok<ModelList>> ListAsync(HttpContext http, IModels models, CancellationToken ct)
    {
        var tenant = http.Caller().Tenant;
        return TypedResults.Ok(new ModelList(await models.ListAsync(tenant, ct), await models.DefaultsAsync(tenant, ct)));
    }

    public static async Task<Ok<OpenAiModelList>> OpenAiListAsync(HttpContext http, IModels models, CancellationToken ct)
    {
        var list = await models.ListAsync(http.Caller().Tenant, ct);
        return TypedResults.Ok(new OpenAiModelList("list", [.. list.Select(model => new OpenAiModel(model.Name, "model", 0, model.Provider)
        {
            ContextWindow = model.ContextWindow,
            MaxOutputTokens = model.MaxOutput,
            Abilities = model.Abilities,
        })]));
    }
}

internal sealed record ModelList(IReadOnlyList<ModelInfo> Items, ModelDefaults Defaults);

internal sealed record OpenAiModelList(string Object, IReadOnlyList<OpenAiModel> Data);

/// <summary>OpenAI's members, and beside them what the catalogue says.</summary>
internal sealed record OpenAiModel(string Id, string Object, long Created, [property: JsonPropertyName("owned_by")] string OwnedBy)
{
    [JsonPropertyName("context_window")]
    public int? ContextWindow { get; init; }

    [JsonPropertyName("max_output_tokens")]
    public int? MaxOutputTokens { get; init; }

    public ModelAbilities? Abilities { get; init; }
}
