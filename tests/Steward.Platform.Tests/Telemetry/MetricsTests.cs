using System.Diagnostics.Metrics;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Steward.Platform.Telemetry;
using Steward.Platform.Telemetry.Metrics;
using Steward.Platform.Telemetry.Queues;

namespace Steward.Platform.Tests.Telemetry;

public sealed class MetricsTests : IDisposable
{
    // The product's meter name: that is what the collector listens to.
    private readonly Meter _meter = new(StewardTelemetry.Name);
    private readonly MetricsCollector _collector = new();

    public void Dispose()
    {
        _collector.Dispose();
        _meter.Dispose();
    }

    [Fact]
    public void Counters_add_up_per_label_set_in_any_order_of_labels()
    {
        var counter = _meter.CreateCounter<long>("test.sent", "By", "What was sent.");
        counter.Add(2, new("kind", "a"), new("to.whom", 1));
        counter.Add(3, new("to.whom", 1), new("kind", "a"));
        counter.Add(5, new KeyValuePair<string, object?>("kind", "b"));
        var text = _collector.Collect();
        text.ShouldContain("# HELP test_sent_bytes_total What was sent.\n# TYPE test_sent_bytes_total counter\n");
        text.ShouldContain("test_sent_bytes_total{kind=\"a\",to_whom=\"1\"} 5\n");
        text.ShouldContain("test_sent_bytes_total{kind=\"b\"} 5\n");
    }

    [Fact]
    public void A_label_cannot_break_out_of_its_quotes()
    {
        _meter.CreateCounter<int>("test.escape").Add(1, new KeyValuePair<string, object?>("v", "a\"b\\c\nd"));
        _collector.Collect().ShouldContain("test_escape_total{v=\"a\\\"b\\\\c\\nd\"} 1\n");
    }

    [Fact]
    public void Histograms_are_cumulative_and_a_bound_is_inclusive()
    {
        var histogram = _meter.CreateHistogram("test.wait", "s", null, null, new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.1, 1] });
        foreach (var value in new[] { 0.05, 0.1, 0.5, 7 })
        {
            histogram.Record(value);
        }
        var text = _collector.Collect();
        text.ShouldContain("test_wait_seconds_bucket{le=\"0.1\"} 2\n");
        text.ShouldContain("test_wait_seconds_bucket{le=\"1\"} 3\n");
        text.ShouldContain("test_wait_seconds_bucket{le=\"+Inf\"} 4\n");
        text.ShouldContain("test_wait_seconds_sum 7.65\ntest_wait_seconds_count 4\n");
    }

    [Fact]
    public void Gauges_go_down_and_observed_series_disappear_when_no_longer_reported()
    {
        var rooms = new List<string> { "a", "b" };
        _meter.CreateObservableGauge("test.room", () => rooms.Select(r => new Measurement<int>(r.Length, new KeyValuePair<string, object?>("room", r))));
        var open = _meter.CreateUpDownCounter<int>("test.open");
        open.Add(3);
        open.Add(-1);
        _collector.Collect().ShouldContain("test_room{room=\"b\"} 1\n");
        rooms.Remove("b");
        var text = _collector.Collect();
        text.ShouldNotContain("room=\"b\"");
        text.ShouldContain("# TYPE test_open gauge\ntest_open 2\n");
    }

    [Fact]
    public void Too_many_label_sets_are_counted_together_and_nothing_is_lost()
    {
        var counter = _meter.CreateCounter<int>("test.many");
        for (var i = 0; i < 2000; i++)
        {
            counter.Add(1, new KeyValuePair<string, object?>("id", i));
        }
        var lines = _collector.Collect().Split('\n').Where(l => l.StartsWith("test_many_total", StringComparison.Ordinal)).ToList();
        lines.Count.ShouldBe(501);
        lines.Sum(l => int.Parse(l.Split(' ')[1])).ShouldBe(2000);
        lines.ShouldContain("test_many_total{overflow=\"true\"} 1500");
    }

    [Theory]
    [InlineData("127.0.0.1", null, null, null, 200)]
    [InlineData("127.0.0.1", null, null, "10.0.0.1", 401)]
    [InlineData("10.1.1.1", null, null, null, 401)]
    [InlineData("10.1.1.1", "s3cret", "Bearer s3cret", null, 200)]
    [InlineData("127.0.0.1", "s3cret", null, null, 401)]
    [InlineData("127.0.0.1", "s3cret", "Bearer other", null, 401)]
    public async Task Figures_are_read_from_this_machine_or_with_the_token(string from, string? token, string? shown, string? forwarded, int status)
    {
        await using var web = await Web.StartAsync(
            app =>
            {
                app.Use((http, next) =>
                {
                    http.Connection.RemoteIpAddress = IPAddress.Parse(from);
                    return next(http);
                });
                MetricsEndpoint.Map(app);
            },
            builder =>
            {
                builder.Configuration["STEWARD_METRICS_TOKEN"] = token;
                builder.Services.AddTelemetry(builder.Configuration);
                // Here is no database whose queues could be counted.
                builder.Services.Remove(builder.Services.Single(service => service.ImplementationType == typeof(QueueGauges)));
                builder.Services.AddSingleton(TimeProvider.System);
            });
        using var request = new HttpRequestMessage(HttpMethod.Get, "/metrics");
        foreach (var (name, value) in new[] { ("Authorization", shown), ("X-Forwarded-For", forwarded) })
        {
            if (value is not null)
            {
                request.Headers.TryAddWithoutValidation(name, value);
            }
        }
        using var response = await web.Client.SendAsync(request);
        ((int)response.StatusCode).ShouldBe(status);
    }

    [Fact]
    public async Task Requests_and_the_runtime_are_measured()
    {
        await using var web = await Web.StartAsync(app => app.MapGet("/hi/{id}", (int id) => id));
        await web.Client.GetStringAsync("/hi/1");
        string text;
        do
        {
            // The server records a request after its last byte has left.
            text = _collector.Collect();
        }
        while (!text.Contains("http_route=\"/hi/{id}\"", StringComparison.Ordinal));
        text.ShouldContain("http_server_request_duration_seconds_count{");
        text.ShouldContain("dotnet_process_memory_working_set_bytes");
    }
}
