using System.Net;
using System.Net.Http.Headers;
using Steward.Channels.Callback;
using Steward.Conversations;

namespace Steward.Channels.Tests;

public sealed class CallbackOutcomeTests
{
    [Theory]
    [InlineData(200, "Accepted")]
    [InlineData(202, "Accepted")]
    [InlineData(400, "Refused permanent")]
    [InlineData(410, "Refused permanent")]
    [InlineData(408, "Refused transient")]
    [InlineData(429, "Refused transient")]
    [InlineData(503, "Refused transient")]
    [InlineData(500, "Unknown")]
    [InlineData(502, "Unknown")]
    public void A_status_says_whether_the_message_was_taken(int status, string expected)
    {
        using var response = new HttpResponseMessage((HttpStatusCode)status);
        var outcome = CallbackCarrier.Outcome(response, Guid.NewGuid());
        (outcome switch
        {
            CarrierOutcome.Accepted => "Accepted",
            CarrierOutcome.Refused { Permanent: true } => "Refused permanent",
            CarrierOutcome.Refused => "Refused transient",
            _ => "Unknown",
        }).ShouldBe(expected);
    }

    [Fact]
    public void A_busy_server_says_when_to_come_back()
    {
        using var response = new HttpResponseMessage(HttpStatusCode.TooManyRequests);
        response.Headers.RetryAfter = new RetryConditionHeaderValue(TimeSpan.FromSeconds(7));
        CallbackCarrier.Outcome(response, Guid.NewGuid()).ShouldBeOfType<CarrierOutcome.Refused>().RetryAfter.ShouldBe(TimeSpan.FromSeconds(7));
    }
}
