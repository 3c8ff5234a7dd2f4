using Microsoft.Extensions.AI;
using Steward.Models.Calls;
using Steward.Models.Faces;
using Steward.Models.Providers;
using Steward.Platform.Tenancy;

namespace Steward.Models;

internal sealed class ModelGateway(ModelDirectory directory, CallRuntime runtime) : IModels
{
    public IChatClient Chat(TenantId tenant, string? modelName, CallPurpose purpose) =>
        new GatewayChatClient(directory, runtime, tenant, modelName, purpose);

    public IEmbeddingGenerator<string, Embedding<float>> Embeddings(TenantId tenant, string? modelName, CallPurpose purpose) =>
        new GatewayEmbeddings(directory, runtime, tenant, modelName, purpose);

    public ValueTask<ModelDefaults> DefaultsAsync(TenantId tenant, CancellationToken ct) => directory.DefaultsAsync(tenant, ct);

    public ValueTask<IReadOnlyList<ModelInfo>> ListAsync(TenantId tenant, CancellationToken ct) => directory.ListAsync(tenant, ct);
}
