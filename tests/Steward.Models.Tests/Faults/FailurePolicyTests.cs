using Steward.Models.Calls;
using Steward.Testing;

namespace Steward.Models.Tests.Faults;

/// <summary>What follows from each failure: the table, and that calls keep to it.</summary>
public sealed class FailurePolicyTests
{
    private static readonly CallLimits Thrice = new();

    public static TheoryData<FailureKind, int?, string> Table => new()
    {
        { FailureKind.Quota, 429, "Never, Yes, Long" },
        { FailureKind.Auth, 401, "Never, Yes, UntilKeyChanges" },
        { FailureKind.Auth, 403, "Never, Yes, Counted" },
        { FailureKind.RateLimited, 429, "Yes, Yes, Counted" },
        { FailureKind.Overloaded, 503, "Yes, Yes, Counted" },
        { FailureKind.ContextLength, 400, "Never, LargerWindow, None" },
        { FailureKind.ContentFilter, 400, "Never, WhereAllowed, None" },
        { FailureKind.Malformed, null, "Yes, Yes, Counted" },
        { FailureKind.Html, null, "Yes, Yes, Counted" },
        { FailureKind.Empty, null, "Yes, Yes, None" },
        { FailureKind.Truncated, null, "Yes, Yes, Counted" },
        { FailureKind.Timeout, null, "IfAlone, Yes, Counted" },
        { FailureKind.ErrorFrame, null, "Yes, Yes, Counted" },
        { FailureKind.Refused, 400, "Never, Never, None" },
        { FailureKind.Refused, 404, "Never, Yes, None" },
        { FailureKind.Unreachable, null, "Yes, Yes, Counted" },
        { FailureKind.CircuitOpen, null, "Never, Yes, None" },
        { FailureKind.SpendLimit, null, "Never, Never, None" },
        { FailureKind.UnknownModel, null, "Never, Yes, None" },
        { FailureKind.Unsupported, null, "Never, Yes, None" },
        { FailureKind.SchemaMismatch, null, "Never, Yes, None" },
        { FailureKind.Unpriced, null, "Never, Yes, None" },
    };

    [Theory]
    [MemberData(nameof(Table))]
    public void Each_failure_has_its_own_consequences(FailureKind kind, int? status, string expected)
    {
        var policy = FailurePolicy.Of(kind, status);
        $"{policy.Again}, {policy.TakeOver}, {policy.Rest}".ShouldBe(expected);
    }

    [Fact]
    public void The_table_names_every_failure() =>
        Table.Select(row => row.Data.Item1).Distinct().Order().ShouldBe(Enum.GetValues<FailureKind>());

    [Theory]
    [InlineData("{\"error\":{\"type\":\"insufficient_quota\",\"message\":\"x\"}}", FailureKind.Quota)]
    [InlineData("{\"error\":{\"type\":\"rate_limit_error\",\"message\":\"x\"}}", FailureKind.RateLimited)]
    [InlineData("{\"error\":{\"type\":\"overloaded_error\",\"message\":\"x\"}}", FailureKind.Overloaded)]
    [InlineData("{\"error\":{\"code\":\"context_length_exceeded\",\"message\":\"x\"}}", FailureKind.ContextLength)]
    [InlineData("{\"error\":{\"code\":\"content_filter\",\"message\":\"x\"}}", FailureKind.ContentFilter)]
    [InlineData("{\"error\":{\"code\":\"invalid_api_key\",\"message\":\"x\"}}", FailureKind.Auth)]
    public async Task An_error_inside_a_stream_is_treated_as_the_same_error_before_it(string error, FailureKind cause)
    {
        var streamed = await new Calling().StreamAsync(new ByteTransport(BytePlan.Text($"data: {error}\n\n")), Calling.OpenAi);
        streamed.Failure!.Kind.ShouldBe(FailureKind.ErrorFrame);
        FailurePolicy.Of(streamed.Failure).ShouldBe(FailurePolicy.Of(cause, null));
    }

    [Fact]
    public async Task A_model_without_credit_is_left_alone_and_then_looked_at_once()
    {
        var time = new ManualTime();
        var calling = new Calling(time);
        var transport = new ByteTransport(Refusal(429, "insufficient_quota"));
        (await AskAsync(calling, transport)).ShouldBe("quota");
        (await AskAsync(calling, transport)).ShouldBe("quota");
        transport.Calls.ShouldBe(1);
        time.Advance(CircuitBreakers.QuotaRest);
        (await AskAsync(calling, transport)).ShouldBe("quota");
        (await AskAsync(calling, transport)).ShouldBe("quota");
        transport.Calls.ShouldBe(2);
    }

    [Fact]
    public async Task A_key_that_is_refused_is_not_used_again_and_another_one_is()
    {
        var calling = new Calling(new ManualTime());
        var transport = new ByteTransport(Refusal(401, "invalid_api_key"), BytePlan.Text(Recordings.OpenAiStream));
        (await AskAsync(calling, transport)).ShouldBe("auth");
        (await AskAsync(calling, transport)).ShouldBe("auth");
        transport.Calls.ShouldBe(1);
        (await calling.StreamAsync(transport, Calling.OpenAi, Thrice, key: 2)).Failure.ShouldBeNull();
        transport.Calls.ShouldBe(2);
    }

    [Fact]
    public async Task A_pause_that_a_provider_asks_for_binds_every_call_and_an_earlier_one_that_succeeds_does_not_end_it()
    {
        var time = new ManualTime();
        var calling = new Calling(time);
        var transport = new ByteTransport(Refusal(429, "requests") with { RetryAfter = TimeSpan.FromMinutes(2) }, BytePlan.Text(Recordings.OpenAiStream));
        (await AskAsync(calling, transport)).ShouldBe("rate_limited");
        calling.Runtime.Breakers.Of("test", "openai", "gpt-4o-mini").Succeeded();
        var failure = (await calling.StreamAsync(transport, Calling.OpenAi, Thrice)).Failure!;
        failure.Kind.ShouldBe(FailureKind.RateLimited);
        failure.RetryAfter.ShouldBe(TimeSpan.FromMinutes(2));
        transport.Calls.ShouldBe(1);
        time.Advance(TimeSpan.FromMinutes(2));
        (await calling.StreamAsync(transport, Calling.OpenAi, Thrice)).Failure.ShouldBeNull();
    }

    [Fact]
    public async Task A_pause_without_end_ends_after_an_hour()
    {
        var time = new ManualTime();
        var calling = new Calling(time);
        var transport = new ByteTransport(Refusal(503, "x") with { RetryAfter = TimeSpan.FromDays(30) }, BytePlan.Text(Recordings.OpenAiStream));
        (await AskAsync(calling, transport)).ShouldBe("overloaded");
        time.Advance(TimeSpan.FromMinutes(59));
        (await AskAsync(calling, transport)).ShouldBe("overloaded");
        time.Advance(TimeSpan.FromMinutes(1));
        (await calling.StreamAsync(transport, Calling.OpenAi, Thrice)).Failure.ShouldBeNull();
    }

    [Theory]
    [InlineData("17", 17)]
    [InlineData("Mon, 05 Jan 2026 09:00:40 GMT", 40)]
    [InlineData("Mon, 05 Jan 2026 08:00:00 GMT", 0)]
    public void Retry_After_is_seconds_or_a_date(string header, int seconds)
    {
        using var response = new HttpResponseMessage();
        response.Headers.TryAddWithoutValidation("Retry-After", header);
        ProviderErrors.RetryAfter(response.Headers, new ManualTime().GetUtcNow()).ShouldBe(TimeSpan.FromSeconds(seconds));
    }

    [Fact]
    public void What_took_long_is_not_asked_again_where_another_model_stands_ready()
    {
        var slow = new ModelFailedException(FailureKind.Timeout, "x") { Transient = true };
        Retry.Pause(slow, 1, Thrice, TimeSpan.FromMinutes(1), 1, alone: true).ShouldNotBeNull();
        Retry.Pause(slow, 1, Thrice, TimeSpan.FromMinutes(1), 1, alone: false).ShouldBeNull();
        var busy = new ModelFailedException(FailureKind.RateLimited, "x") { Transient = true, RetryAfter = TimeSpan.FromSeconds(4) };
        Retry.Pause(busy, 1, Thrice, TimeSpan.FromMinutes(1), 1, alone: true).ShouldNotBeNull();
        Retry.Pause(busy, 1, Thrice, TimeSpan.FromMinutes(1), 1, alone: false).ShouldBeNull();
    }

    private static BytePlan Refusal(int status, string type) => BytePlan.Json("{\"error\":{\"type\":\"" + type + "\",\"message\":\"x\"}}") with { Status = status };

    private static async Task<string?> AskAsync(Calling calling, ByteTransport transport) => (await calling.StreamAsync(transport, Calling.OpenAi, Thrice)).Failure?.Code;
}
