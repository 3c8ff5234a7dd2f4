using System.Runtime.InteropServices;

namespace Steward.Models.Calls;

/// <summary>Whether the same model is asked again.</summary>
internal enum AskAgain
{
    Never,

    /// <summary>Only where no other model stands ready: what took long would take long again.</summary>
    IfAlone,

    Yes,
}

/// <summary>Whether another model may answer instead.</summary>
internal enum TakeOver
{
    /// <summary>Any other model would say the same; the caller hears of it.</summary>
    Never,

    Yes,

    /// <summary>Only one whose context window is known to be larger.</summary>
    LargerWindow,

    /// <summary>Only where the tenant's routing says so.</summary>
    WhereAllowed,
}

/// <summary>How long a model is left alone afterwards.</summary>
internal enum Rest
{
    None,

    /// <summary>Five in a row open the breaker; a pause that the provider asks for is kept to the end.</summary>
    Counted,

    /// <summary>At once, for <see cref="CircuitBreakers.QuotaRest"/> or until the key changes; then one call looks.</summary>
    Long,

    /// <summary>At once, until the key changes; every <see cref="CircuitBreakers.KeyRest"/> one call looks.</summary>
    UntilKeyChanges,
}

/// <summary>What follows from a failure. Pure; <c>docs/gateway.md</c> shows the table.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct FailurePolicy(AskAgain Again, TakeOver TakeOver, Rest Rest)
{
    private const int Forbidden = 403;
    private const int NotFound = 404;

    /// <summary>By what was the matter: an error inside a stream is treated as the same error before it.</summary>
    public static FailurePolicy Of(ModelFailedException failure) => Of(failure.Cause ?? failure.Kind, failure.Status);

    public static FailurePolicy Of(FailureKind kind, int? status) => kind switch
    {
        FailureKind.Quota => new(AskAgain.Never, TakeOver.Yes, Rest.Long),
        // A page in the way may answer 403 to one prompt; only a key that is refused as such says something of the next call.
        FailureKind.Auth => new(AskAgain.Never, TakeOver.Yes, status == Forbidden ? Rest.Counted : Rest.UntilKeyChanges),
        FailureKind.RateLimited or FailureKind.Overloaded => new(AskAgain.Yes, TakeOver.Yes, Rest.Counted),
        FailureKind.ContextLength => new(AskAgain.Never, TakeOver.LargerWindow, Rest.None),
        FailureKind.ContentFilter => new(AskAgain.Never, TakeOver.WhereAllowed, Rest.None),
        FailureKind.Timeout => new(AskAgain.IfAlone, TakeOver.Yes, Rest.Counted),
        // Whether there is anything to say may lie in the request: it tells nothing of the next one.
        FailureKind.Empty => new(AskAgain.Yes, TakeOver.Yes, Rest.None),
        FailureKind.Malformed or FailureKind.Html or FailureKind.Truncated or FailureKind.ErrorFrame or FailureKind.Unreachable =>
            new(AskAgain.Yes, TakeOver.Yes, Rest.Counted),
        // A model that its provider does not know is not the fault of the request.
        FailureKind.Refused => new(AskAgain.Never, status == NotFound ? TakeOver.Yes : TakeOver.Never, Rest.None),
        FailureKind.CircuitOpen or FailureKind.UnknownModel or FailureKind.Unsupported or FailureKind.SchemaMismatch or FailureKind.Unpriced =>
            new(AskAgain.Never, TakeOver.Yes, Rest.None),
        _ => new(AskAgain.Never, TakeOver.Never, Rest.None),
    };
}
