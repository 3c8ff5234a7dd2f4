using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Steward.Platform.Idempotency;
using Steward.Platform.Problems;
using Steward.Platform.Retention;
using Steward.Testing;

namespace Steward.Platform.Tests.Idempotency;

public sealed class IdempotentCallTests(PostgresServer server) : IAsyncLifetime
{
    private readonly Guid _caller = Guid.NewGuid();
    private int _ran;
    private TaskCompletionSource? _hold;
    private TestDatabase _db = null!;
    private Web _web = null!;

    public async ValueTask InitializeAsync()
    {
        _db = await TestDatabase.CreateAsync(server);
        _web = await Web.StartAsync(
            app =>
            {
                app.UseProblems();
                app.MapPost("/things", async (Thing thing) =>
                {
                    var n = Interlocked.Increment(ref _ran);
                    await (_hold?.Task ?? Task.CompletedTask);
                    return thing.Name switch
                    {
                        "bad" => Problem.Of(400, "thing.bad", "No."),
                        "busy" => Problem.Of(503, "busy", "No."),
                        "bug" => throw new InvalidOperationException(),
                        _ => Results.Created($"/things/{n}", new { n, thing.Name }),
                    };
                }).Idempotent(Owner);
                app.MapDelete("/things/{id:int}", (int id) =>
                {
                    Interlocked.Increment(ref _ran);
                    return Results.NoContent();
                }).Idempotent(Owner);
            },
            builder => builder.Services.AddSingleton(_db.Database).AddSingleton(_db.Sealing).AddProblems().AddIdempotency());
    }

    public async ValueTask DisposeAsync()
    {
        await _web.DisposeAsync();
        await _db.DisposeAsync();
    }

    [Fact]
    public async Task A_repetition_gets_the_first_answer_and_runs_nothing()
    {
        using var first = await PostAsync("k", "Käse");
        using var second = await PostAsync("k", "Käse");
        _ran.ShouldBe(1);
        second.StatusCode.ShouldBe(HttpStatusCode.Created);
        second.Headers.Location.ShouldBe(first.Headers.Location);
        second.Content.Headers.ContentType!.ToString().ShouldBe(first.Content.Headers.ContentType!.ToString());
        (await second.Content.ReadAsStringAsync()).ShouldBe(await first.Content.ReadAsStringAsync());
        second.Headers.GetValues("Idempotency-Replayed").ShouldBe(["true"]);
        first.Headers.Contains("Idempotency-Replayed").ShouldBeFalse();
    }

    [Fact]
    public async Task Another_body_or_address_under_the_same_key_is_refused()
    {
        (await PostAsync("k", "a")).Dispose();
        (await CodeAsync(PostAsync("k", "b"), 422)).ShouldBe("idempotency.mismatch");
        (await CodeAsync(SendAsync(HttpMethod.Delete, "/things/1", "k", null), 422)).ShouldBe("idempotency.mismatch");
        _ran.ShouldBe(1);
    }

    [Fact]
    public async Task Without_a_key_every_use_runs_and_keys_of_two_callers_are_two_keys()
    {
        (await PostAsync(null, "a")).Dispose();
        (await PostAsync(null, "a")).Dispose();
        (await PostAsync("k", "a")).Dispose();
        (await PostAsync("k", "other", Guid.NewGuid())).StatusCode.ShouldBe(HttpStatusCode.Created);
        _ran.ShouldBe(4);
    }

    [Fact]
    public async Task A_refusal_is_kept_and_a_failure_is_not()
    {
        (await CodeAsync(PostAsync("k1", "bad"), 400)).ShouldBe("thing.bad");
        (await CodeAsync(PostAsync("k1", "bad"), 400)).ShouldBe("thing.bad");
        _ran.ShouldBe(1);
        foreach (var (name, status) in new[] { ("busy", 503), ("bug", 500) })
        {
            (await CodeAsync(PostAsync(name, name), status)).ShouldNotBeNull();
            (await CodeAsync(PostAsync(name, name), status)).ShouldNotBeNull();
        }
        _ran.ShouldBe(5);
    }

    [Fact]
    public async Task An_answer_without_a_body_is_repeated()
    {
        (await SendAsync(HttpMethod.Delete, "/things/1", "k", null)).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        (await SendAsync(HttpMethod.Delete, "/things/1", "k", null)).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        _ran.ShouldBe(1);
    }

    [Fact]
    public async Task Of_many_at_once_one_runs_and_the_others_are_told_to_ask_again()
    {
        _hold = new TaskCompletionSource();
        var first = PostAsync("k", "a");
        while (Volatile.Read(ref _ran) == 0)
        {
            await Task.Yield();
        }
        var others = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => CodeAsync(PostAsync("k", "a"), 409)));
        others.ShouldAllBe(code => code == "idempotency.running");
        _hold.SetResult();
        (await first).StatusCode.ShouldBe(HttpStatusCode.Created);
        (await PostAsync("k", "a")).StatusCode.ShouldBe(HttpStatusCode.Created);
        _ran.ShouldBe(1);
    }

    [Fact]
    public async Task A_key_is_free_again_after_a_day_or_when_its_node_died()
    {
        (await PostAsync("old", "a")).Dispose();
        await _db.AskAsync("update platform.idempotency set created_at = now() - interval '25 hours'");
        (await PostAsync("old", "b")).StatusCode.ShouldBe(HttpStatusCode.Created);
        await _db.AskAsync("update platform.idempotency set status = null, created_at = now() - interval '6 minutes'");
        (await PostAsync("old", "b")).StatusCode.ShouldBe(HttpStatusCode.Created);
        _ran.ShouldBe(3);
    }

    [Fact]
    public async Task What_is_past_its_day_is_swept_and_nothing_is_kept_in_the_clear()
    {
        (await PostAsync("k", "marmalade")).Dispose();
        (await _db.AskAsync("select count(*) from platform.idempotency i where i::text like '%marmalade%' or position(convert_to('marmalade', 'UTF8') in body) > 0")).ShouldBe(0L);
        var answers = _web.Services.GetServices<IRetentionClass>().Single();
        var before = DateTimeOffset.UtcNow.AddDays(-1);
        await answers.SweepAsync(_db.Tenant, before, default);
        (await _db.AskAsync("select count(*) from platform.idempotency")).ShouldBe(1L);
        await _db.AskAsync("update platform.idempotency set created_at = now() - interval '25 hours'");
        await answers.SweepAsync(_db.Tenant, before, default);
        (await _db.AskAsync("select count(*) from platform.idempotency")).ShouldBe(0L);
    }

    [Fact]
    public async Task An_unreadable_key_is_refused()
    {
        (await CodeAsync(PostAsync("has space", "a"), 400)).ShouldBe("idempotency.key");
        (await CodeAsync(PostAsync(new string('k', 256), "a"), 400)).ShouldBe("idempotency.key");
        _ran.ShouldBe(0);
    }

    private IdempotencyOwner? Owner(HttpContext http) =>
        new IdempotencyOwner(_db.Tenant, http.Request.Headers["caller"] is [{ } id] ? Guid.Parse(id) : _caller);

    private Task<HttpResponseMessage> PostAsync(string? key, string name, Guid? caller = null) =>
        SendAsync(HttpMethod.Post, "/things", key, JsonContent.Create(new Thing(name)), caller);

    private async Task<HttpResponseMessage> SendAsync(HttpMethod method, string address, string? key, HttpContent? content, Guid? caller = null)
    {
        using var request = new HttpRequestMessage(method, address) { Content = content };
        if (key is not null)
        {
            request.Headers.TryAddWithoutValidation("Idempotency-Key", key);
        }
        if (caller is { } id)
        {
            request.Headers.Add("caller", id.ToString());
        }
        return await _web.Client.SendAsync(request);
    }

    private static async Task<string?> CodeAsync(Task<HttpResponseMessage> pending, int status)
    {
        using var response = await pending;
        ((int)response.StatusCode).ShouldBe(status);
        return JsonElement.Parse(await response.Content.ReadAsStringAsync()).GetProperty("code").GetString();
    }

    private sealed record Thing(string Name);
}
