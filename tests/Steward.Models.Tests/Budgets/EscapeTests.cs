using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Steward.Models.Tests.Gateway;
using Steward.Testing;

namespace Steward.Models.Tests.Budgets;

/// <summary>Every way to call a model, under a hard budget that has no room.</summary>
public sealed class EscapeTests(PostgresServer server)
{
    private static readonly ChatMessage[] Question = [new(ChatRole.User, "What is it?")];

    /// <summary>The faces of <see cref="IModels"/>, by the method that gives them; what each can do.</summary>
    private static readonly Dictionary<string, Func<IModels, Platform.Tenancy.TenantId, string, Task>[]> Faces = new()
    {
        [nameof(IModels.Chat)] =
        [
            (models, tenant, purpose) => models.Chat(tenant, "gpt-4o-mini", new CallPurpose("chat", purpose)).GetResponseAsync(Question),
            (models, tenant, purpose) => models.Chat(tenant, "gpt-4o-mini", new CallPurpose("chat", purpose)).GetStreamingResponseAsync(Question).ToListAsync().AsTask(),
            (models, tenant, purpose) => models.Chat(tenant, "claude-haiku-4-5", new CallPurpose("judge", purpose)).GetResponseAsync(Question),
        ],
        [nameof(IModels.Embeddings)] = [(models, tenant, purpose) => models.Embeddings(tenant, "text-embedding-3-small", new CallPurpose("embedding", purpose)).GenerateAsync(["a text"])],
    };

    private static readonly Dictionary<string, object[]> Bodies = new()
    {
        ["CreateChatCompletion"] =
        [
            new { model = "gpt-4o-mini", messages = new[] { new { role = "user", content = "Hi" } } },
            new { model = "gpt-4o-mini", stream = true, messages = new[] { new { role = "user", content = "Hi" } } },
            new { model = "claude-haiku-4-5", messages = new[] { new { role = "user", content = "Hi" } } },
            new { model = "claude-haiku-4-5", stream = true, messages = new[] { new { role = "user", content = "Hi" } } },
        ],
        ["CreateMessage"] =
        [
            new { model = "gpt-4o-mini", max_tokens = 10, messages = new[] { new { role = "user", content = "Hi" } } },
            new { model = "gpt-4o-mini", max_tokens = 10, stream = true, messages = new[] { new { role = "user", content = "Hi" } } },
            new { model = "claude-haiku-4-5", max_tokens = 10, messages = new[] { new { role = "user", content = "Hi" } } },
            new { model = "claude-haiku-4-5", max_tokens = 10, stream = true, messages = new[] { new { role = "user", content = "Hi" } } },
        ],
        ["CreateEmbeddings"] = [new { model = "text-embedding-3-small", input = "a text" }],
    };

    [Fact]
    public async Task No_face_of_the_gateway_escapes_an_exhausted_budget()
    {
        await using var host = await ExhaustedAsync();
        // A face that is added must be added here.
        typeof(IModels).GetMethods().Where(method => typeof(IDisposable).IsAssignableFrom(method.ReturnType)).Select(method => method.Name).ShouldBe(Faces.Keys, ignoreOrder: true);
        foreach (var call in Faces.Values.SelectMany(calls => calls))
            foreach (var purpose in (string[])["turn", "search", "ingestion", "evaluation", "shadow"])
                (await Should.ThrowAsync<ModelFailedException>(() => call(host.Models, host.Database.Tenant, purpose))).Code.ShouldBe("spend_limit");
        host.Simulator.CallCount.ShouldBe(0);
        await host.StopAsync();
        (await host.Database.AskAsync("select count(*) from models.spend")).ShouldBe(0L);
    }

    [Fact]
    public async Task No_endpoint_of_v1_escapes_an_exhausted_budget_and_each_says_it_as_clients_read_it()
    {
        await using var host = await ExhaustedAsync();
        var routes = host.Services.GetServices<EndpointDataSource>().SelectMany(source => source.Endpoints).OfType<RouteEndpoint>()
            .Where(route => route.RoutePattern.RawText!.TrimStart('/').StartsWith("v1/", StringComparison.Ordinal)
                && route.Metadata.GetMetadata<HttpMethodMetadata>()!.HttpMethods.Contains("POST")).ToList();
        routes.Select(route => route.Metadata.GetMetadata<IEndpointNameMetadata>()!.EndpointName).ShouldBe(Bodies.Keys, ignoreOrder: true, "say here what a new endpoint takes");
        foreach (var route in routes)
        {
            var name = route.Metadata.GetMetadata<IEndpointNameMetadata>()!.EndpointName;
            foreach (var body in Bodies[name])
            {
                using var answer = await host.Http.PostAsJsonAsync(route.RoutePattern.RawText!.TrimStart('/'), body);
                answer.StatusCode.ShouldBe(HttpStatusCode.PaymentRequired);
                var error = (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("error");
                error.GetProperty("code").GetString().ShouldBe("spend_limit");
                error.GetProperty("type").GetString().ShouldBe(name == "CreateMessage" ? "billing_error" : "insufficient_quota");
            }
        }

        host.Simulator.CallCount.ShouldBe(0);
    }

    [Fact]
    public async Task The_built_in_models_cost_nothing_and_answer_on()
    {
        await using var host = await ExhaustedAsync();
        var options = new ExtractiveOptions([new ExtractiveQuestion("Are helmets free?", true, 0.9)],
            [new ExtractivePassage(1, Guid.NewGuid(), "Rental", "Helmets are free with every rental.", 1)]).AddTo(new ChatOptions());
        (await host.Models.Chat(host.Database.Tenant, BuiltInModelNames.Extractive, Calling.Purpose).GetResponseAsync(Question, options)).Text.ShouldContain("Helmets");
        (await host.Models.Embeddings(host.Database.Tenant, BuiltInModelNames.Hash, new CallPurpose("embedding", "search")).GenerateAsync(["a text"])).Count.ShouldBe(1);
    }

    private async Task<GatewayHost> ExhaustedAsync()
    {
        var host = await GatewayHost.StartAsync(server);
        using var request = new HttpRequestMessage(HttpMethod.Put, "api/budgets/tenant.month") { Content = JsonContent.Create(new { hardUsd = 0.000001 }) };
        request.Headers.TryAddWithoutValidation("If-Match", "*");
        (await host.Http.SendAsync(request)).EnsureSuccessStatusCode();
        return host;
    }
}
