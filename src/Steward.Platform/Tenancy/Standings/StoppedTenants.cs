using Microsoft.AspNetCore.Http;
using Steward.Platform.Access.Authentication;

namespace Steward.Platform.Tenancy.Standings;

/// <summary>How the calls of a tenant that may not use the installation are answered: one code, whatever was called.</summary>
internal static class StoppedTenants
{
    private static readonly AccessFailure Suspended = new(
        StatusCodes.Status403Forbidden, "tenant.suspended", "The operator of this installation has stopped this tenant. Nothing is lost; ask the operator.");

    private static readonly AccessFailure Deleting = Suspended with
    {
        Detail = "This tenant is to be deleted. Ask the operator of this installation, if that is a mistake.",
    };

    // A token outlives its tenant.
    private static readonly AccessFailure Erased = new(
        StatusCodes.Status404NotFound, "tenant.unknown", "The tenant is not on this installation any more.");

    /// <summary>The refusal, or null for a tenant in good standing.</summary>
    public static AccessFailure? Refusal(TenantStanding standing) => standing switch
    {
        TenantStanding.Suspended => Suspended,
        TenantStanding.Deleting => Deleting,
        TenantStanding.Erased => Erased,
        _ => null,
    };
}
