using Steward.Models.Budgets;
using Steward.Models.Caching;
using Steward.Models.Wires;
using Steward.Platform.Tenancy;

namespace Steward.Models.Calls;

internal delegate Task<HttpResponseMessage> HttpSend(HttpRequestMessage request, CancellationToken cancelled);

/// <summary>Where a call goes. <paramref name="Owner"/> is whose key it is (a tenant, or the installation): breakers are kept apart by it.</summary>
internal sealed record CallRoute(
    string Provider, string Owner, string Model, Uri Endpoint, IReadOnlyList<KeyValuePair<string, string>> Headers, HttpSend Send)
{
    /// <summary>Tells this key and address from others, and does not give them away.</summary>
    public long Key { get; init; }
}

/// <summary>One call: these bytes to this route, read by this reader.</summary>
internal sealed record CallRequest(
    TenantId Tenant, CallPurpose Purpose, CallRoute Route, ReadOnlyMemory<byte> Body, bool Stream, WireReader Reader)
{
    public Guid SpendId { get; init; } = Guid.CreateVersion7();
    public CallLimits Limits { get; init; } = new();

    /// <summary>Whether an empty or filtered answer is a failure.</summary>
    public bool Strict { get; init; } = true;

    /// <summary>The answer is passed on as it is: a filter's finish reason after the first words, and an answer that its limit cut before them, are the
    /// caller's to read.</summary>
    public bool Verbatim { get; init; }

    /// <summary>Whether no other model stands ready to answer instead.</summary>
    public bool Alone { get; init; } = true;

    /// <summary>What was sent otherwise than asked for; see <see cref="CallResult.Notes"/>.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>What of the prompt could come from the provider's cache; null where that is not known.</summary>
    public CacheablePart? Cacheable { get; init; }

    /// <summary>The operation by its OpenTelemetry GenAI name: chat or embeddings.</summary>
    public string Operation { get; init; } = "chat";
}

internal readonly record struct CallFigures(
    CallOutcome Outcome, ModelFailedException? Failure, TokenUsage Usage, bool Estimated, int Attempts, TimeSpan? FirstToken, TimeSpan Duration,
    DateTimeOffset StartedAt, BudgetHold? Hold);
