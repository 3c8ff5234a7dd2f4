using System.Text.RegularExpressions;

namespace Steward.Api.Tests.Description;

/// <summary>The figures of the running program, as a collector scrapes them.</summary>
public sealed partial class MetricsTests(ApiHost host)
{
    [Fact]
    public async Task Requests_tokens_errors_conversations_messages_turns_and_queues_are_counted_without_naming_a_tenant()
    {
        var business = await host.NewBusinessAsync();
        await business.LearnAsync("Hours", "The shop opens at nine and closes at five.");
        await business.AskAsync("When does the shop open?");
        using var refused = await business.Http.GetAsync("/api/conversations?state=happy");
        var text = await ScrapeAsync("steward_queue_age_seconds{queue=\"events.");

        foreach (var series in (string[])
        [
            "http_server_request_duration_seconds_count{", "gen_ai_client_token_usage_sum{", "steward_problems_total{error_type=\"request.parameter\"}", "steward_conversations_started_total ",
            "steward_messages_total{role=\"contact\"}", "steward_messages_total{role=\"assistant\"}", "steward_turn_duration_seconds_count{outcome=\"reply\"}",
            "steward_queue_depth{queue=\"turns\"}", "steward_queue_depth{queue=\"deliveries\"}", "steward_queue_depth{queue=\"mail\"}", "steward_queue_age_seconds{queue=\"events.",
        ])
        {
            text.ShouldContain(series);
        }

        text.ShouldContain("http_route=\"/api/conversations/{id:guid}/messages\"");
        text.ShouldNotContain(business.Tenant.ToString());
    }

    [Fact]
    public async Task Every_figure_of_the_product_is_in_the_operator_s_list()
    {
        // Figures are there once something was counted, whichever test runs first.
        await (await host.NewBusinessAsync()).AskAsync("Are you there?");
        var docs = await File.ReadAllTextAsync(Checkout.PathOf("docs/operate.md"));
        var names = Family().Matches(await ScrapeAsync("steward_queue_depth{")).Select(match => match.Groups["name"].Value).Where(name => name.StartsWith("steward_", StringComparison.Ordinal)).ToList();

        names.Count.ShouldBeGreaterThan(5);
        names.Where(name => !docs.Contains($"`{name}`", StringComparison.Ordinal)).ShouldBeEmpty();
    }

    /// <summary>The figures once a series is among them: queues are counted after the start.</summary>
    private async Task<string> ScrapeAsync(string series)
    {
        using var anyone = Business.Client(host, null);
        for (var look = 0; look < 300; look++)
        {
            var text = await anyone.GetStringAsync("/metrics");
            if (text.Contains(series, StringComparison.Ordinal))
            {
                return text;
            }

            await Task.Delay(100);
        }

        throw new TimeoutException(series);
    }

    [GeneratedRegex("^# TYPE (?<name>[a-z0-9_]+) ", RegexOptions.ExplicitCapture | RegexOptions.Multiline, 1000)]
    private static partial Regex Family();
}
