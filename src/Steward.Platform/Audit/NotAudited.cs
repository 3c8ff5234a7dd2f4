using Microsoft.AspNetCore.Builder;

namespace Steward.Platform.Audit;

/// <summary>Metadata of an endpoint that changes something and leaves no entry in the audit, and why.</summary>
public sealed record NotAudited(string Reason);

/// <summary>What an endpoint says about the audit. One that changes something and says nothing leaves an entry, and a test holds that.</summary>
public static class AuditedEndpoints
{
    /// <summary>Says that and why calls leave no entry.</summary>
    public static TBuilder NotAudited<TBuilder>(this TBuilder builder, string reason)
        where TBuilder : IEndpointConventionBuilder => builder.WithMetadata(new NotAudited(reason));
}
