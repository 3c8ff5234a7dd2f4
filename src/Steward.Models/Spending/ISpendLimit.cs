using Steward.Platform.Tenancy;

namespace Steward.Models;

/// <summary>A call that is about to be made.</summary>
/// <param name="PromptBytes">Bytes of the request: a bound for its input tokens.</param>
public sealed record SpendRequest(TenantId Tenant, CallPurpose Purpose, string Provider, string Model, long PromptBytes);

/// <summary>Whether a call may be made; <paramref name="Reason"/> is a sentence for the developer of the tenant.</summary>
public readonly record struct SpendVerdict(bool Allowed, string? Reason = null);

/// <summary>Port: who limits what a tenant may spend. Asked before anything is sent; must be quick and never wait for the network.</summary>
public interface ISpendLimit
{
    ValueTask<SpendVerdict> MayCallAsync(SpendRequest request, CancellationToken ct);

    /// <summary>Called once for every call that was made, with what it cost.</summary>
    void Settled(CallResult result);
}

/// <summary>No limit: the default.</summary>
internal sealed class NoSpendLimit : ISpendLimit
{
    public ValueTask<SpendVerdict> MayCallAsync(SpendRequest request, CancellationToken ct) => new(new SpendVerdict(true));

    public void Settled(CallResult result)
    {
        // Nothing is counted where nothing is limited.
    }
}
