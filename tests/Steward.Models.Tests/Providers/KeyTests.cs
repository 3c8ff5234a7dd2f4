using System.Net;
using System.Net.Http.Json;
using Steward.Models.Calls;
using Steward.Models.Providers;
using Steward.Models.Tests.Gateway;
using Steward.Simulators;
using Steward.Testing;

namespace Steward.Models.Tests.Providers;

public sealed class KeyTests(PostgresServer server)
{
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task A_key_file_that_changes_counts_without_a_restart()
    {
        var file = Path.Combine(Path.GetTempPath(), $"steward-key-{Guid.NewGuid():N}");
        await File.WriteAllTextAsync(file, "first\n");
        try
        {
            var time = new ManualTime(Now);
            var kind = ProviderKind.BuiltIn.Single(known => known.Name == "mistral");
            using var connections = new ProviderConnections(time, new CallLimits());
            var providers = new InstallationProviders(new ModelSettings { Providers = [new(kind, null, null, file)] }, connections, time);
            KeyOf(providers).ShouldBe("Bearer first");

            await File.WriteAllTextAsync(file, "second");
            KeyOf(providers).ShouldBe("Bearer first");
            time.Advance(TimeSpan.FromSeconds(5));
            KeyOf(providers).ShouldBe("Bearer second");

            // While a secret is replaced its file may be away, or empty.
            File.Delete(file);
            time.Advance(TimeSpan.FromSeconds(5));
            KeyOf(providers).ShouldBe("Bearer second");
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public void A_key_file_that_cannot_be_read_stops_the_start()
    {
        var kind = ProviderKind.BuiltIn.Single(known => known.Name == "gemini");
        using var connections = new ProviderConnections(TimeProvider.System, new CallLimits());
        Should.Throw<InvalidDataException>(() => new InstallationProviders(
            new ModelSettings { Providers = [new(kind, null, null, "/nowhere/key")] }, connections, TimeProvider.System)).Message.ShouldContain("GEMINI_API_KEY_FILE");
    }

    [Fact]
    public async Task A_tenants_key_is_used_changed_and_removed_without_a_restart()
    {
        await using var host = await GatewayHost.StartAsync(server, 1, ("GEMINI_API_KEY", "installation"), ("GEMINI_BASE_URL", "http://127.0.0.1:9/v1beta"));
        foreach (var key in (string[])["one", "two"])
        {
            using var put = await host.Http.PutAsJsonAsync("api/models/providers/gemini", new { key, baseUrl = host.Simulator.AddressOf("gemini") });
            put.StatusCode.ShouldBe(HttpStatusCode.NoContent);
            await AskAsync(host);
            host.Simulator.Calls[^1].Headers["x-goog-api-key"].ShouldBe(KeyFingerprint.Of(key));
        }

        using var removed = await host.Http.DeleteAsync(new Uri("api/models/providers/gemini", UriKind.Relative));
        removed.StatusCode.ShouldBe(HttpStatusCode.NoContent);
        (await Should.ThrowAsync<ModelFailedException>(() => AskAsync(host))).Kind.ShouldBe(FailureKind.Unreachable);
    }

    [Fact]
    public async Task A_key_for_a_server_without_an_address_needs_one()
    {
        await using var host = await GatewayHost.StartAsync(server);
        using var put = await host.Http.PutAsJsonAsync("api/models/providers/azure", new { key = "k" });
        put.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await put.Content.ReadAsStringAsync()).ShouldContain("models.base_url_missing");
    }

    private static string KeyOf(InstallationProviders providers) =>
        providers.Current[0].Embeddings("mistral-embed")!.Route.Headers.Single(header => header.Key == "Authorization").Value;

    private static Task<Microsoft.Extensions.AI.ChatResponse> AskAsync(GatewayHost host) => host.Models.Chat(host.Database.Tenant, "gemini/gemini-2.5-flash", Calling.Purpose)
        .GetResponseAsync([new(Microsoft.Extensions.AI.ChatRole.User, "Hi")]);
}
