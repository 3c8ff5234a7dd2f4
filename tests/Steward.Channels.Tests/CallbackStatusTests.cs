using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Steward.Channels.Callback;
using Steward.Conversations;
using Steward.Platform.Outbound;
using Steward.Platform.Tenancy;

namespace Steward.Channels.Tests;

/// <summary>Asking a tenant's server what became of a message whose outcome nobody knows.</summary>
public sealed class CallbackStatusTests
{
    private const string Secret = "a secret of the test";

    [Theory]
    [InlineData(200, "Taken")]
    [InlineData(404, "NotTaken")]
    [InlineData(500, "CannotTell")]
    public async Task The_servers_answer_tells_whether_it_has_the_message(int status, string expected)
    {
        var asked = new List<string>();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        await using var server = builder.Build();
        server.MapGet("/status/{id}", (string id, HttpContext http) =>
        {
            asked.Add(id);
            return BodySignature.Holds(http.Request.Headers[BodySignature.Header], Secret, [], TimeProvider.System.GetUtcNow()) ? Results.StatusCode(status) : Results.Unauthorized();
        });
        await server.StartAsync();
        using var outbound = new Direct();
        var message = Message($$"""{ "statusUrl": "{{server.Urls.Single()}}/status/", "secret": "{{Secret}}" }""");
        (await new CallbackCarrier(outbound, TimeProvider.System).QueryAsync(message, CancellationToken.None)).GetType().Name.ShouldBe(expected);
        asked.ShouldBe([message.DeliveryId.ToString("D")]);
    }

    [Fact]
    public async Task Without_an_address_to_ask_nobody_can_tell_and_without_one_to_send_to_nothing_is_sent()
    {
        using var outbound = new Direct();
        var carrier = new CallbackCarrier(outbound, TimeProvider.System);
        var message = Message($$"""{ "secret": "{{Secret}}" }""");
        (await carrier.QueryAsync(message, CancellationToken.None)).ShouldBeOfType<CarrierStatus.CannotTell>();
        (await carrier.SendAsync(message, CancellationToken.None)).ShouldBe(new CarrierOutcome.Refused("callback.not_configured", Permanent: true));
    }

    [Theory]
    [InlineData(OutboundCodes.PrivateAddress, true)]
    [InlineData(OutboundCodes.BadAddress, true)]
    public async Task What_the_guard_refuses_was_surely_not_sent(string code, bool permanent)
    {
        using var outbound = new Direct(new OutboundException(code, "No."));
        var sent = await new CallbackCarrier(outbound, TimeProvider.System).SendAsync(Message($$"""{ "url": "https://example.com/in", "secret": "{{Secret}}" }"""), CancellationToken.None);
        sent.ShouldBe(new CarrierOutcome.Refused(code, permanent));
    }

    private static OutgoingMessage Message(string settings) => new(
        TenantId.New(), Guid.CreateVersion7(), Guid.CreateVersion7(), settings, Guid.CreateVersion7(), "someone",
        new BriefMessage(Guid.CreateVersion7(), 2, MessageAuthor.Member, "Hello", DateTimeOffset.UnixEpoch), [], 1, false);

    private sealed class Direct(Exception? failure = null) : IGuardedHttp, IDisposable
    {
        public HttpClient Client { get; } = failure is null ? new HttpClient() : new HttpClient(new Failing(failure));

        public void Dispose() => Client.Dispose();

        private sealed class Failing(Exception failure) : HttpMessageHandler
        {
            protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) => Task.FromException<HttpResponseMessage>(failure);
        }
    }
}
