using Microsoft.Extensions.AI;
using Steward.Models.BuiltIn;
using Steward.Models.Calls;
using Steward.Models.Faces;
using Steward.Models.Providers;
using Steward.Models.Routing;
using Steward.Platform.Tenancy;

namespace Steward.Models;

internal sealed class ModelGateway(ModelDirectory directory, CallRuntime runtime, ModelRouter router) : IModels
{
    public IChatClient Chat(TenantId tenant, string? modelName, CallPurpose purpose) =>
        new GatewayChatClient(directory, router, runtime, tenant, modelName, purpose);

    public IEmbeddingGenerator<string, Embedding<float>> Embeddings(TenantId tenant, string? modelName, CallPurpose purpose) =>
        new GatewayEmbeddings(directory, runtime, tenant, modelName, purpose);

    public ValueTask<ModelDefaults> DefaultsAsync(TenantId tenant, CancellationToken ct) => directory.DefaultsAsync(tenant, ct);

    public async ValueTask<IReadOnlyList<ModelInfo>> ListAsync(TenantId tenant, CancellationToken ct) =>
        [.. VirtualModels.All.Select(name => new ModelInfo(name, BuiltInModels.Provider, "chat", true, name == directory.Default)), .. await directory.ListAsync(tenant, ct)];
}
