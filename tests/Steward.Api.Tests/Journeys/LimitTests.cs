using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Steward.Platform.Access;
using Steward.Testing;

namespace Steward.Api.Tests.Journeys;

public sealed class LimitTests(ApiHost host)
{
    [Fact]
    public async Task A_key_s_own_limit_binds_it_alone_and_is_changed_while_it_is_used()
    {
        var business = await host.NewBusinessAsync();
        var made = await business.PostAsync("/api/keys", new { name = "Import", permissions = new[] { Permissions.ConversationsConverse }, perHour = 3 });
        var path = $"/api/keys/{made.GetProperty("details").GetProperty("id").GetGuid()}";
        using var program = Business.Client(host, made.GetProperty("key").GetString());
        for (var i = 0; i < 3; i++)
        {
            using var started = await StartAsync(program);
            started.StatusCode.ShouldBe(HttpStatusCode.Created);
        }

        await StartAsync(program).ShouldBeProblemAsync(429, "limit.rate");
        await business.StartAsync();

        (await business.GetAsync(path)).GetProperty("perHour").GetInt32().ShouldBe(3);
        await business.Http.PatchAsJsonAsync(path, new { perHour = 5 }).ShouldBeProblemAsync(428, "precondition.required");
        await business.EditAsync(path, new { perHour = -1 }, "\"1\"").ShouldBeProblemAsync(422, "key.limit");
        using (var edited = await business.EditAsync(path, new { perMinute = 100, perHour = 0 }, "\"1\""))
        {
            edited.StatusCode.ShouldBe(HttpStatusCode.OK, await edited.Content.ReadAsStringAsync());
            var now = await edited.Content.ReadFromJsonAsync<JsonElement>();
            now.GetProperty("perHour").ValueKind.ShouldBe(JsonValueKind.Null);
            (now.GetProperty("perMinute").GetInt32(), now.GetProperty("name").GetString(), edited.Headers.ETag!.Tag).ShouldBe((100, "Import", "\"2\""));
        }

        await business.EditAsync(path, new { perMinute = 1 }, "\"1\"").ShouldBeProblemAsync(412, "precondition.failed");
        await Eventually.TrueAsync(async () =>
        {
            using var started = await StartAsync(program);
            return started.StatusCode == HttpStatusCode.Created;
        });
    }

    [Fact]
    public async Task Of_two_who_change_limits_at_once_one_is_told_to_read_again()
    {
        var business = await host.NewBusinessAsync();
        var answers = await Task.WhenAll(Enumerable.Range(1, 8).Select(i => PutAsync(business, new { contactPerHour = i * 10 }, "\"0\"")));
        answers.Count(answer => answer.StatusCode == HttpStatusCode.OK).ShouldBe(1);
        answers.Count(answer => answer.StatusCode == HttpStatusCode.PreconditionFailed).ShouldBe(7);
    }

    [Fact]
    public async Task What_an_operator_grants_is_the_ceiling_of_what_the_tenant_sets_and_binds_at_once()
    {
        var business = await host.NewBusinessAsync();
        using var olga = await host.OperatorAsync();
        var path = $"/api/operator/tenants/{business.Tenant.Value}/limits";
        await olga.PutAsJsonAsync(path, new { contactPerHour = 2 }).ShouldBeProblemAsync(428, "precondition.required");
        using (var granted = await PutAsync(olga, path, new { contactPerHour = 2, weight = 3 }, "\"0\""))
        {
            granted.StatusCode.ShouldBe(HttpStatusCode.OK, await granted.Content.ReadAsStringAsync());
            var now = (await granted.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("effective");
            (now.GetProperty("contactPerHour").GetInt32(), now.GetProperty("weight").GetInt32()).ShouldBe((2, 3));
        }

        await PutAsync(olga, path, new { contactPerHour = 9 }, "\"0\"").ShouldBeProblemAsync(412, "precondition.failed");
        await PutAsync(olga, path, new { contactPerHour = -9 }, "\"1\"").ShouldBeProblemAsync(400, "limits.value");
        await PutAsync(olga, $"/api/operator/tenants/{Guid.NewGuid()}/limits", new { contactPerHour = 9 }, "\"0\"").ShouldBeProblemAsync(404, "not_found");
        await PutAsync(business, new { contactPerHour = 50 }, "\"1\"").ShouldBeProblemAsync(400, "limits.value");

        var (conversation, visitor) = await business.StartAsync();
        using (visitor)
        {
            await Eventually.TrueAsync(async () =>
            {
                using var said = await visitor.PostAsJsonAsync($"/api/conversations/{conversation}/messages", new { text = "Hello" });
                return said.StatusCode == HttpStatusCode.TooManyRequests && said.Headers.RetryAfter is not null;
            });
        }
    }

    [Fact]
    public async Task Sources_and_files_share_one_storage()
    {
        var business = await host.NewBusinessAsync();
        using (var set = await PutAsync(business, new { storageBytes = 1000, uploadBytes = 900 }, "\"0\""))
        {
            set.StatusCode.ShouldBe(HttpStatusCode.OK, await set.Content.ReadAsStringAsync());
        }

        await business.LearnAsync("Hours", string.Concat(Enumerable.Repeat("The shop opens at nine. ", 30)));
        await business.Http.PostAsync("/api/files?name=a", new ByteArrayContent(new byte[500])).ShouldBeProblemAsync(413, "files.quota");
        await business.Http.PostAsJsonAsync("/api/knowledge/sources", new { title = "More", text = new string('x', 500), type = "text" }).ShouldBeProblemAsync(413, "files.quota");
        await business.Http.PostAsJsonAsync("/api/knowledge/sources", new { title = "Long", text = new string('x', 901), type = "text" }).ShouldBeProblemAsync(413, "files.too_large");
        using (var small = await business.Http.PostAsync("/api/files?name=a", new ByteArrayContent(new byte[200])))
        {
            small.StatusCode.ShouldBe(HttpStatusCode.Created);
        }

        var usage = (await business.GetAsync("/api/usage")).GetProperty("items").EnumerateArray().Single(item => item.GetProperty("name").GetString() == "storageBytes");
        usage.GetProperty("used").GetInt64().ShouldBe(720 + 200);
    }

    [Fact]
    public async Task When_the_month_s_turns_are_used_up_a_person_is_offered_and_comes()
    {
        var business = await host.NewBusinessAsync();
        using (var set = await PutAsync(business, new { turnsPerMonth = 1 }, "\"0\""))
        {
            set.StatusCode.ShouldBe(HttpStatusCode.OK, await set.Content.ReadAsStringAsync());
        }

        await business.LearnAsync("Hours", "The shop opens at nine and closes at five.");
        var (conversation, visitor) = await business.StartAsync();
        using (visitor)
        {
            (await business.AskAsync(conversation, "When does the shop open?")).GetProperty("text").GetString()!.ShouldContain("nine");
            var refused = await business.AskAsync(conversation, "And when does it close?");
            (refused.GetProperty("action").GetString(), refused.GetProperty("costUsd").GetDecimal()).ShouldBe(("ask", 0m));
            refused.GetProperty("text").GetString()!.ShouldContain("person");
            (await business.AskAsync(conversation, "Yes, please")).GetProperty("action").GetString().ShouldBe("handoff");
        }

        var usage = (await business.GetAsync("/api/usage")).GetProperty("items").EnumerateArray().Single(item => item.GetProperty("name").GetString() == "turnsPerMonth");
        (usage.GetProperty("used").GetInt64(), usage.GetProperty("limit").GetInt64()).ShouldBe((1, 1));
    }

    private static Task<HttpResponseMessage> StartAsync(HttpClient program) => program.PostAsJsonAsync("/api/conversations", new { });

    private static Task<HttpResponseMessage> PutAsync(Business business, object limits, string ifMatch) => PutAsync(business.Http, "/api/limits", limits, ifMatch);

    private static async Task<HttpResponseMessage> PutAsync(HttpClient caller, string path, object limits, string ifMatch)
    {
        using var request = new HttpRequestMessage(HttpMethod.Put, path) { Content = JsonContent.Create(limits) };
        request.Headers.TryAddWithoutValidation("If-Match", ifMatch);
        return await caller.SendAsync(request);
    }
}
