using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Steward.Models.Shadow;
using Steward.Models.Tests.Ensemble;
using Steward.Models.Tests.Gateway;
using Steward.Platform.Erasing;
using Steward.Platform.Masking;
using Steward.Platform.Retention;
using Steward.Simulators;
using Steward.Testing;

namespace Steward.Models.Tests.Shadow;

/// <summary>Pairs of a teacher and a student that is served over HTTP, on a real database.</summary>
public sealed class ShadowTests(PostgresServer server)
{
    private const string Settings = "/api/shadow/settings";
    private const string On = """{"enabled":true,"student":"openai/student","sampleRate":1}""";

    [Fact]
    public async Task It_is_off_until_it_is_switched_on()
    {
        await using var host = await StartAsync(null);
        await TakeAsync(host, Turn(host));
        (await PairsAsync(host)).ShouldBe(0);
        host.Simulator.CallCount.ShouldBe(0);
        (await host.Http.GetFromJsonAsync<JsonElement>(Settings)).GetProperty("enabled").GetBoolean().ShouldBeFalse();
    }

    [Fact]
    public async Task A_pair_is_masked_before_the_student_sees_it_and_sealed_where_it_is_kept()
    {
        await using var host = await StartAsync(On);
        host.Simulator.Script = new Script { Default = Answer.OfText("[[EMAIL_1]] costs 18 euros, ask bob@else.example.") };
        await TakeAsync(host, Turn(host, "I am Ada Lovelace, ada@example.com. How much?", "Ada Lovelace, it costs 18 euros."));

        var call = host.Simulator.Calls.ShouldHaveSingleItem();
        call.Model.ShouldBe("student");
        foreach (var secret in (string[])["Ada", "Lovelace", "ada@example.com"]) call.Body.ShouldNotContain(secret);
        var pair = (await host.Http.GetFromJsonAsync<JsonElement>("/api/shadow/pairs")).GetProperty("items")[0];
        pair.GetProperty("intent").GetString().ShouldBe("none");
        (pair.GetProperty("teacher").GetString(), pair.GetProperty("student").GetString(), pair.GetProperty("embedder").GetString()).ShouldBe(("openai/gpt-4o", "openai/student", "steward-hash"));
        pair.GetProperty("similarity").GetDouble().ShouldBeInRange(0.01, 0.99);
        var text = pair.GetProperty("text");
        text.GetProperty("messages")[1].GetProperty("content").GetString().ShouldBe("I am [[NAME_1]], [[EMAIL_1]]. How much?");
        text.GetProperty("teacher").GetString().ShouldBe("[[NAME_1]], it costs 18 euros.");
        text.GetProperty("student").GetString().ShouldBe("[[EMAIL_1]] costs 18 euros, ask [[EMAIL_2]].");
        (await host.Database.AskAsync("select position('euros' in encode(pair, 'escape')) from models.shadow_pairs")).ShouldBe(0);
        await host.StopAsync();
        (await host.Database.AskAsync("select count(*) from models.spend where purpose = 'shadow' and model = 'student'")).ShouldBe(1L);
    }

    [Fact]
    public async Task What_cannot_be_masked_is_neither_sent_nor_kept()
    {
        await using var host = await StartAsync(On);
        var turn = Turn(host) with { Messages = [new ChatMessage(ChatRole.User, [new DataContent(new byte[] { 1 }, "image/png")])] };
        await TakeAsync(host, turn);
        host.Simulator.CallCount.ShouldBe(0);
        (await PairsAsync(host)).ShouldBe(0);
    }

    [Fact]
    public async Task A_student_that_fails_a_spent_limit_and_an_unsampled_turn_leave_no_pair_and_trouble_nobody()
    {
        await using var host = await StartAsync(On);
        host.Simulator.Use(new Rule { Fault = Fault.OfStatus(503) });
        await TakeAsync(host, Turn(host));
        await SetAsync(host, """{"enabled":true,"student":"openai/student","sampleRate":0}""");
        await TakeAsync(host, Turn(host));
        await SetAsync(host, """{"enabled":true,"student":"openai/student","sampleRate":1,"dailyUsd":0}""");
        await TakeAsync(host, Turn(host));
        (await PairsAsync(host)).ShouldBe(0);
        host.Simulator.CallCount.ShouldBe(1);
    }

    [Fact]
    public async Task Without_a_student_the_teachers_answers_alone_are_collected()
    {
        await using var host = await StartAsync("""{"enabled":true,"sampleRate":1}""");
        await TakeAsync(host, Turn(host));
        host.Simulator.CallCount.ShouldBe(0);
        (await host.Database.AskAsync("select count(*) from models.shadow_pairs where student is null and similarity is null")).ShouldBe(1L);
    }

    [Fact]
    public async Task Offers_are_taken_in_the_background_and_what_a_full_list_cannot_take_is_dropped()
    {
        await using var host = await StartAsync(On);
        // Held, so that the list fills behind the first.
        host.Simulator.Use(new Rule { Fault = new Fault { Kind = FaultKind.SlowHeaders, StallMs = 60_000 } });
        var shadow = host.Services.GetRequiredService<IShadow>();
        shadow.Offer(Turn(host));
        while (host.Simulator.CallCount == 0) await Task.Delay(5);
        for (var i = 0; i < ShadowQueue.Most + 10; i++) shadow.Offer(Turn(host));
        host.Services.GetRequiredService<ShadowQueue>().Waiting.ShouldBe(ShadowQueue.Most);
    }

    [Fact]
    public async Task The_training_part_is_exported_as_chats_and_what_is_held_back_never_is()
    {
        await using var host = await StartAsync("""{"enabled":true,"sampleRate":1}""");
        for (var i = 0; i < 60; i++) await TakeAsync(host, Turn(host, $"Question {i}?", $"Answer {i}."));
        var held = (long)(await host.Database.AskAsync("select count(*) from models.shadow_pairs where held_back"))!;
        held.ShouldBeInRange(1, 30);

        var answer = await host.Http.GetAsync("/api/shadow/export");
        answer.Content.Headers.ContentType!.MediaType.ShouldBe("application/x-ndjson");
        var lines = (await answer.Content.ReadAsStringAsync()).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        lines.Length.ShouldBe((int)(60 - held));
        foreach (var line in lines)
        {
            var chat = JsonElement.Parse(line);
            chat.EnumerateObject().Select(member => member.Name).ShouldBe(["messages"]);
            var messages = chat.GetProperty("messages").EnumerateArray().ToList();
            messages.Select(message => message.GetProperty("role").GetString()).ShouldBe(["system", "user", "assistant"]);
            messages[2].GetProperty("content").GetString().ShouldBe(messages[1].GetProperty("content").GetString()!.Replace("Question", "Answer", StringComparison.Ordinal).Replace('?', '.'));
        }

        (await host.Database.AskAsync("select count(*) from platform.events where name = 'data.exported' and body ->> 'kind' = 'shadow'")).ShouldBe(1L);
        var report = (await host.Http.GetFromJsonAsync<JsonElement>("/api/shadow/report")).GetProperty("counts");
        (report.GetProperty("pairs").GetInt64(), report.GetProperty("heldBack").GetInt64(), report.GetProperty("enough").GetInt64(), report.GetProperty("many").GetInt64()).ShouldBe((60, held, 50_000, 100_000));
    }

    [Fact]
    public async Task The_report_measures_only_held_back_pairs_of_the_student_that_is_set_by_intent()
    {
        await using var host = await StartAsync(On);
        await InsertAsync(host, 1_200, held: true, "none", 0.95);
        await InsertAsync(host, 100, held: true, "refund", 0.92);
        await InsertAsync(host, 300, held: false, "none", 0.10);
        await InsertAsync(host, 300, held: true, "none", 0.10, student: "openai/former");
        await InsertAsync(host, 300, held: true, "none", 0.10, embedder: "another");
        var promotion = (await host.Http.GetFromJsonAsync<JsonElement>("/api/shadow/report")).GetProperty("promotion");
        promotion.GetProperty("heldBackPairs").GetInt64().ShouldBe(1_300);
        promotion.GetProperty("intents").EnumerateArray().Select(intent => intent.GetProperty("intent").GetString()).ShouldBe(["none", "refund"]);
        promotion.GetProperty("ready").GetBoolean().ShouldBeTrue();
    }

    [Fact]
    public async Task Pairs_go_with_their_contact_with_their_conversation_and_with_age()
    {
        await using var host = await StartAsync("""{"enabled":true,"sampleRate":1}""");
        var (one, other, kept) = (Turn(host), Turn(host), Turn(host));
        foreach (var turn in (TaughtTurn[])[one, other, kept]) await TakeAsync(host, turn);
        var eraser = host.Services.GetServices<IEraser>().OfType<ShadowEraser>().Single();
        await eraser.EraseAsync(new ErasedSubjects(host.Database.Tenant, [one.ContactId], [other.ConversationId]), default);
        (await host.Database.AskAsync("select turn_id from models.shadow_pairs")).ShouldBe(kept.TurnId);
        var aged = host.Services.GetServices<IRetentionClass>().Single(kind => kind.Bounds.Name == "shadow_pairs");
        await aged.SweepAsync(host.Database.Tenant, DateTimeOffset.UtcNow.AddDays(-1), default);
        (await PairsAsync(host)).ShouldBe(1);
        await aged.SweepAsync(host.Database.Tenant, DateTimeOffset.UtcNow.AddDays(1), default);
        (await PairsAsync(host)).ShouldBe(0);
    }

    [Theory]
    [InlineData("""{"sampleRate":1.1}""", "shadow.invalid")]
    [InlineData("""{"dailyUsd":-1}""", "shadow.invalid")]
    [InlineData("""{"gpuRentUsd":0}""", "shadow.invalid")]
    [InlineData("""{"trainingHoursPerWeek":169}""", "shadow.invalid")]
    [InlineData("""{"student":"auto"}""", "shadow.invalid")]
    [InlineData("""{"student":"steward-extractive"}""", "shadow.invalid")]
    [InlineData("""{"student":"together/llama"}""", "shadow.student")]
    public async Task What_cannot_be_is_refused_and_not_stored(string body, string code)
    {
        await using var host = await StartAsync(null);
        var refused = await host.Http.PutIfMatchAsync(Settings, body);
        refused.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await refused.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("code").GetString().ShouldBe(code);
        (await host.Database.AskAsync("select count(*) from models.shadow_settings")).ShouldBe(0L);
    }

    private async Task<GatewayHost> StartAsync(string? settings)
    {
        var host = await GatewayHost.StartAsync(server, attempts: 1);
        host.Simulator.Script = new Script { Default = Answer.OfText("It costs 18 euros.") };
        if (settings is not null) await SetAsync(host, settings);
        return host;
    }

    private static async Task SetAsync(GatewayHost host, string settings) => (await host.Http.PutIfMatchAsync(Settings, settings)).EnsureSuccessStatusCode();

    private static Task TakeAsync(GatewayHost host, TaughtTurn turn) => host.Services.GetRequiredService<ShadowQueue>().TakeAsync(turn, default);

    private static TaughtTurn Turn(GatewayHost host, string question = "How much is a bike?", string answer = "A bike costs 18 euros.") => new(
        host.Database.Tenant, null, Guid.NewGuid(), Guid.NewGuid(), Guid.NewGuid(), null, "openai/gpt-4o",
        [new ChatMessage(ChatRole.System, "Be brief."), new ChatMessage(ChatRole.User, question)], answer, new KnownPerson([new(MaskKind.Name, "Ada Lovelace")]), 0.2f, 100);

    private static async Task<long> PairsAsync(GatewayHost host) => (long)(await host.Database.AskAsync("select count(*) from models.shadow_pairs"))!;

    private static Task<object?> InsertAsync(GatewayHost host, int count, bool held, string intent, double similarity, string student = "openai/student", string embedder = "steward-hash") => host.Database.AskAsync(
        $"""
        insert into models.shadow_pairs (tenant_id, id, at, conversation_id, contact_id, turn_id, intent, teacher, student, held_back, embedder, similarity, pair)
        select '{host.Database.Tenant.Value}', gen_random_uuid(), now(), gen_random_uuid(), gen_random_uuid(), gen_random_uuid(), '{intent}', 'openai/gpt-4o', '{student}', {held}, '{embedder}',
          {similarity.ToString(System.Globalization.CultureInfo.InvariantCulture)} + 0.01 * sin(i), ''::bytea from generate_series(1, {count}) i
        """);
}
