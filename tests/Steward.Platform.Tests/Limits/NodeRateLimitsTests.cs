using System.Net;
using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Steward.Platform.Access;
using Steward.Platform.Limits;
using Steward.Platform.Tenancy;

namespace Steward.Platform.Tests.Limits;

public sealed class NodeRateLimitsTests
{
    private static readonly TenantId Tenant = TenantId.New();
    private readonly Clock _clock = new();

    [Fact]
    public async Task A_visitor_may_burst_ten_a_minute_and_a_hundred_an_hour()
    {
        var limits = Limits("100/1h,10/1m");
        var allowed = 0;
        for (var minute = 0; minute < 60; minute++)
        {
            for (var i = 0; i < 12; i++)
            {
                allowed += (await limits.TryTakeAsync(Tenant, "rule", "v", default)).Allowed ? 1 : 0;
            }
            allowed.ShouldBeLessThanOrEqualTo((minute + 1) * 10);
            _clock.Now += TimeSpan.FromMinutes(1);
        }
        allowed.ShouldBe(100);
    }

    [Fact]
    public async Task A_clock_that_is_set_forward_and_back_changes_nothing()
    {
        var limits = Limits("3/1m");
        _clock.Set = TimeSpan.FromDays(1);
        for (var i = 0; i < 3; i++)
        {
            (await limits.TryTakeAsync(Tenant, "rule", "v", default)).Allowed.ShouldBeTrue();
        }
        _clock.Set = TimeSpan.Zero;
        (await limits.TryTakeAsync(Tenant, "rule", "v", default)).RetryAfter.ShouldBeInRange(TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(2));
        _clock.Now += TimeSpan.FromMinutes(2);
        (await limits.TryTakeAsync(Tenant, "rule", "v", default)).Allowed.ShouldBeTrue();
    }

    [Fact]
    public async Task After_the_time_it_names_a_refused_use_is_allowed_and_not_before()
    {
        var limits = Limits("3/1m");
        for (var i = 0; i < 3; i++)
        {
            await limits.TryTakeAsync(Tenant, "rule", "v", default);
            _clock.Now += TimeSpan.FromSeconds(7);
        }
        var refused = await limits.TryTakeAsync(Tenant, "rule", "v", default);
        refused.Allowed.ShouldBeFalse();
        _clock.Now += refused.RetryAfter - TimeSpan.FromTicks(1);
        (await limits.TryTakeAsync(Tenant, "rule", "v", default)).Allowed.ShouldBeFalse();
        _clock.Now += TimeSpan.FromTicks(1);
        (await limits.TryTakeAsync(Tenant, "rule", "v", default)).Allowed.ShouldBeTrue();
    }

    [Fact]
    public void No_window_of_any_schedule_of_uses_holds_more_than_the_limit() =>
        Prop.ForAll(
            Gen.OneOf(Gen.Constant(0), Gen.Choose(0, 10), Gen.Choose(48, 66)).ListOf().Where(l => l.Count > 0).ToArbitrary(),
            gaps =>
            {
                var count = new SlidingCount(new RateWindow(5, TimeSpan.FromSeconds(60)));
                var now = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
                var taken = new List<DateTimeOffset>();
                foreach (var gap in gaps)
                {
                    now += TimeSpan.FromSeconds(gap);
                    if (count.Wait(now) == TimeSpan.Zero)
                    {
                        count.Take();
                        taken.Add(now);
                    }
                }
                return taken.TrueForAll(start => taken.Count(t => t >= start && t < start + TimeSpan.FromSeconds(60)) <= 5);
            }).QuickCheckThrowOnFailure();

    [Fact]
    public async Task Tenants_rules_and_keys_are_counted_apart()
    {
        var limits = Limits("1/1h");
        (await limits.TryTakeAsync(Tenant, "rule", "a", default)).Allowed.ShouldBeTrue();
        (await limits.TryTakeAsync(Tenant, "rule", "a", default)).Allowed.ShouldBeFalse();
        (await limits.TryTakeAsync(Tenant, "rule", "b", default)).Allowed.ShouldBeTrue();
        (await limits.TryTakeAsync(TenantId.New(), "rule", "a", default)).Allowed.ShouldBeTrue();
        (await limits.TryTakeAsync(Tenant, RateRule.Parse("key:1", "1/1h"), "a", default)).Allowed.ShouldBeTrue();
    }

    [Fact]
    public async Task A_flood_of_keys_keeps_memory_bounded_and_the_busy_key_counted()
    {
        var limits = new NodeRateLimits([RateRule.Parse("rule", "2/1h")], _clock, capacity: 3200);
        await limits.TryTakeAsync(Tenant, "rule", "busy", default);
        await limits.TryTakeAsync(Tenant, "rule", "busy", default);
        for (var i = 0; i < 20_000; i++)
        {
            await limits.TryTakeAsync(Tenant, "rule", $"k{i}", default);
            if (i % 50 == 0)
            {
                (await limits.TryTakeAsync(Tenant, "rule", "busy", default)).Allowed.ShouldBeFalse();
            }
        }
        limits.Count.ShouldBeLessThanOrEqualTo(3200);
    }

    [Fact]
    public async Task Many_callers_at_once_get_exactly_the_limit()
    {
        var limits = Limits("50/1h");
        var verdicts = await Task.WhenAll(Enumerable.Range(0, 400).Select(_ => Task.Run(async () => await limits.TryTakeAsync(Tenant, "rule", "v", default))));
        verdicts.Count(v => v.Allowed).ShouldBe(50);
    }

    [Theory]
    [InlineData("ten/1m")]
    [InlineData("10/1x")]
    [InlineData("10")]
    [InlineData("0/1m")]
    [InlineData("10/0m")]
    [InlineData("10/1m,")]
    public void An_unreadable_rule_stops_the_start(string text) =>
        Should.Throw<FormatException>(() => RateRule.Parse("rule", text));

    [Fact]
    public void Settings_override_defaults()
    {
        RateRule.Parse("r", "5/m").Windows.ShouldBe([new RateWindow(5, TimeSpan.FromMinutes(1))]);
        RateRule.Parse("r", "none").Windows.ShouldBeEmpty();
    }

    [Fact]
    public async Task An_endpoint_over_its_limit_says_429_and_when_to_come_back()
    {
        await using var web = await Web.StartAsync(
            app => app.MapGet("/", () => "in").LimitBy(RateRules.Start, http => http.Request.Headers["visitor"] is [{ } v] ? new RateSubject(Tenant, v) : null),
            builder =>
            {
                builder.Configuration["STEWARD_LIMIT_START"] = "1/1m";
                builder.Services.AddSingleton<TimeProvider>(_clock).AddLimits();
            });
        web.Client.DefaultRequestHeaders.Add("visitor", "v");
        (await web.Client.GetStringAsync("/")).ShouldBe("in");
        using var refused = await web.Client.GetAsync("/");
        refused.StatusCode.ShouldBe(HttpStatusCode.TooManyRequests);
        refused.Headers.RetryAfter!.Delta!.Value.ShouldBeInRange(TimeSpan.FromSeconds(55), TimeSpan.FromSeconds(66));
        JsonElement.Parse(await refused.Content.ReadAsStringAsync()).GetProperty("code").GetString().ShouldBe("limit.rate");
        web.Client.DefaultRequestHeaders.Remove("visitor");
        (await web.Client.GetStringAsync("/")).ShouldBe("in");
    }

    [Theory]
    [InlineData(CallerKind.Visitor, 2)]
    [InlineData(CallerKind.ApiKey, 4)]
    [InlineData(CallerKind.Member, 2)]
    public async Task Each_kind_of_caller_has_its_own_limits(CallerKind kind, int allowed)
    {
        var caller = new Caller(Tenant, kind, Guid.NewGuid(), null, null, new HashSet<string>());
        await using var web = await Web.StartAsync(
            app =>
            {
                app.Use((http, next) =>
                {
                    http.Features.Set(caller);
                    return next(http);
                });
                app.MapGet("/", () => "in").LimitCaller().LimitStarts();
            },
            builder =>
            {
                builder.Configuration["STEWARD_LIMIT_START"] = "2/1h";
                builder.Configuration["STEWARD_LIMIT_API_KEY"] = "4/1h";
                builder.Services.AddSingleton<TimeProvider>(_clock).AddLimits();
            });
        var answers = new List<HttpStatusCode>();
        for (var i = 0; i < 6; i++)
        {
            using var answer = await web.Client.GetAsync("/");
            answers.Add(answer.StatusCode);
        }
        answers.Count(a => a == HttpStatusCode.OK).ShouldBe(allowed);
    }

    [Theory]
    [InlineData("::ffff:9.8.7.6", "9.8.7.6")]
    [InlineData("2a00:1:2:3:4:5:6:7", "2a00:1:2:3::/64")]
    public void Addresses_of_one_household_share_a_key(string address, string key)
    {
        var http = new DefaultHttpContext { Connection = { RemoteIpAddress = IPAddress.Parse(address) } };
        http.AddressKey().ShouldBe(key);
    }

    private NodeRateLimits Limits(string windows) => new([RateRule.Parse("rule", windows)], _clock);

    private sealed class Clock : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);

        /// <summary>How wrong the time of day is.</summary>
        public TimeSpan Set { get; set; }

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override DateTimeOffset GetUtcNow() => Now + Set;

        public override long GetTimestamp() => Now.UtcTicks;
    }
}
