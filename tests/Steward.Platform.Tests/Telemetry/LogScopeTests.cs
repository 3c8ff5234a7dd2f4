using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Steward.Platform.Telemetry;

namespace Steward.Platform.Tests.Telemetry;

public sealed class LogScopeTests
{
    [Fact]
    public async Task A_line_logged_during_a_request_does_not_carry_the_requests_path()
    {
        var lines = new ScopeRecorder();
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.AddStewardLogs(production: true);
        builder.Logging.AddProvider(lines);
        await using var app = builder.Build();
        app.MapGet("/secret-token", (ILogger<LogScopeTests> log) =>
        {
            log.LogWarning("inside");
            return Results.Ok();
        });
        await app.StartAsync(TestContext.Current.CancellationToken);
        var address = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
        using var client = new HttpClient();
        (await client.GetAsync($"{address}/secret-token", TestContext.Current.CancellationToken)).EnsureSuccessStatusCode();
        lines.Seen.ShouldContain(line => line.StartsWith("inside", StringComparison.Ordinal));
        lines.Seen.ShouldAllBe(line => !line.Contains("secret-token"));
    }

    private sealed class ScopeRecorder : ILoggerProvider, ISupportExternalScope
    {
        private IExternalScopeProvider _scopes = new LoggerExternalScopeProvider();

        public List<string> Seen { get; } = [];

        public ILogger CreateLogger(string categoryName) => new Recorder(this);

        public void SetScopeProvider(IExternalScopeProvider scopeProvider) => _scopes = scopeProvider;

        public void Dispose()
        {
        }

        private sealed class Recorder(ScopeRecorder owner) : ILogger
        {
            public IDisposable? BeginScope<TState>(TState state)
                where TState : notnull
                => owner._scopes.Push(state);

            public bool IsEnabled(LogLevel logLevel) => true;

            public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
            {
                var line = formatter(state, exception);
                owner._scopes.ForEachScope((scope, _) => line += $" {scope}", 0);
                lock (owner.Seen)
                {
                    owner.Seen.Add(line);
                }
            }
        }
    }
}
