using System.Net;
using System.Text;

namespace Steward.Simulators.Tests;

public sealed class CallbackReceiverTests
{
    private static readonly HttpClient Http = new();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_delivery_is_taken_once_however_often_it_comes()
    {
        await using var receiver = await CallbackReceiver.StartAsync(ct: Ct);
        var first = await PostAsync(receiver, "d1");
        (await PostAsync(receiver, "d1")).Body.ShouldBe(first.Body);
        receiver.Attempts.Select(a => a.Attempt).ShouldBe([1, 2]);
        receiver.Taken.Single().Body.ShouldBe("""{"text":"Hello"}""");
        (await StatusAsync(receiver, "d1")).ShouldContain("accepted");
    }

    [Fact]
    public async Task An_unknown_outcome_can_be_asked_about()
    {
        await using var receiver = await CallbackReceiver.StartAsync(ct: Ct);
        receiver.Plan(new CallbackFault(CallbackFaultKind.TakeThenDrop), new CallbackFault(CallbackFaultKind.Drop));
        await Should.ThrowAsync<HttpRequestException>(() => PostAsync(receiver, "taken"));
        await Should.ThrowAsync<HttpRequestException>(() => PostAsync(receiver, "lost"));
        (await StatusAsync(receiver, "taken")).ShouldContain("accepted");
        (await StatusAsync(receiver, "lost")).ShouldContain("unknown");
        receiver.Taken.Select(d => d.Key).ShouldBe(["taken"]);
    }

    [Fact]
    public async Task Refused_and_stalled_deliveries_follow_the_plan()
    {
        await using var receiver = await CallbackReceiver.StartAsync(ct: Ct);
        receiver.Plan(new CallbackFault(CallbackFaultKind.Status) { Status = 503 }, null, new CallbackFault(CallbackFaultKind.Stall) { StallMs = 20 });
        (await PostAsync(receiver, "a")).Status.ShouldBe(HttpStatusCode.ServiceUnavailable);
        (await PostAsync(receiver, "a")).Status.ShouldBe(HttpStatusCode.OK);
        (await PostAsync(receiver, "b")).Status.ShouldBe(HttpStatusCode.OK);
        receiver.Taken.Select(d => d.Key).ShouldBe(["a", "b"]);
    }

    [Fact]
    public async Task A_delivery_with_a_bad_signature_or_without_a_key_is_not_taken()
    {
        await using var receiver = await CallbackReceiver.StartAsync(new CallbackOptions { Verify = d => d.Headers.ContainsKey("X-Signed") }, Ct);
        (await PostAsync(receiver, "a")).Status.ShouldBe(HttpStatusCode.Unauthorized);
        (await PostAsync(receiver, null)).Status.ShouldBe(HttpStatusCode.BadRequest);
        receiver.Taken.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("t=1700000000,v1=9970ea725f588c18994e10955bc91a528e6597eae2ea58788fbc7c5d090eafbe", HttpStatusCode.OK)]
    [InlineData("t=1700000001,v1=9970ea725f588c18994e10955bc91a528e6597eae2ea58788fbc7c5d090eafbe", HttpStatusCode.Unauthorized)]
    [InlineData("t=1700000000", HttpStatusCode.Unauthorized)]
    public async Task Only_a_signature_under_the_secret_opens_the_door(string signature, HttpStatusCode status)
    {
        await using var receiver = await CallbackReceiver.StartAsync(new CallbackOptions { Secret = "sixteen-or-more-c" }, Ct);
        using var request = new HttpRequestMessage(HttpMethod.Post, receiver.CallbackAddress) { Content = new StringContent("""{"deliveryId":"d1"}""", Encoding.UTF8, "application/json") };
        request.Headers.Add("Steward-Signature", signature);
        using var response = await Http.SendAsync(request, Ct);
        response.StatusCode.ShouldBe(status);
    }

    private static async Task<(HttpStatusCode Status, string Body)> PostAsync(CallbackReceiver receiver, string? key)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, receiver.CallbackAddress) { Content = new StringContent("""{"text":"Hello"}""", Encoding.UTF8, "application/json") };
        if (key is not null) request.Headers.Add("Idempotency-Key", key);
        using var response = await Http.SendAsync(request, Ct);
        return (response.StatusCode, await response.Content.ReadAsStringAsync(Ct));
    }

    private static async Task<string> StatusAsync(CallbackReceiver receiver, string key)
    {
        using var response = await Http.GetAsync(new Uri(receiver.BaseAddress, $"status/{key}"), Ct);
        return await response.Content.ReadAsStringAsync(Ct);
    }
}
