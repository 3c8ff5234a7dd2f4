using System.Net;
using System.Text;
using System.Text.Json;

namespace Steward.Api.Tests.Routes;

/// <summary>Every route with what it cannot read: a refusal with a stable code, never a failure, and nothing stored.</summary>
public sealed class MalformedTests(ApiHost host)
{
    private const long Hundred = 100L * 1024 * 1024;

    private static readonly Dictionary<string, Func<HttpContent>> Bodies = new()
    {
        ["cut JSON"] = () => new StringContent("{\"text\": \"half", Encoding.UTF8, "application/json"),
        ["a list"] = () => new StringContent("[1, 2]", Encoding.UTF8, "application/json"),
        ["wrong types"] = () => new StringContent(
            """{"text":{},"name":[],"email":{},"role":{},"title":{},"typing":"no","until":"never","memberId":7,"token":{},"contact":7,"model":{},"input":{},"kind":{},"url":{},"reason":{},"key":{},"permissions":7,"tags":7,"priority":"high","webhook":7,"contactPerHour":{}}""",
            Encoding.UTF8, "application/json"),
        ["another content type"] = () => new StringContent("text=hello", Encoding.UTF8, "text/plain"),
        ["no UTF-8"] = () => new ByteArrayContent([0x7b, 0xff, 0xfe, 0x7d]) { Headers = { ContentType = new("application/json") } },
        ["a hundred megabytes"] = () => new Declared(Hundred),
    };

    public static TheoryData<string> BodyNames => [.. Bodies.Keys];

    [Theory]
    [MemberData(nameof(BodyNames))]
    public async Task A_body_that_cannot_be_read_is_refused(string body)
    {
        var business = await host.NewBusinessAsync();
        var before = await host.RowsOfAsync(business.Tenant);
        var wrong = new List<string>();
        var tried = 0;
        foreach (var route in RouteList.Of(host).Where(route => route.TakesBody()))
        {
            using var request = new HttpRequestMessage(new HttpMethod(route.Method), route.Address(Guid.CreateVersion7().ToString())) { Content = Bodies[body]() };
            request.Headers.TryAddWithoutValidation("If-Match", "*");
            request.Headers.ExpectContinue = body == "a hundred megabytes";
            tried++;
            using var response = await business.Http.SendAsync(request);
            if (await WrongAsync(response) is { } reason)
            {
                wrong.Add($"{route}: {reason}");
            }
        }

        tried.ShouldBeGreaterThan(20);
        wrong.ShouldBeEmpty();
        (await host.RowsOfAsync(business.Tenant)).ShouldBe(before);
    }

    [Fact]
    public async Task An_id_that_is_none_is_not_found()
    {
        var business = await host.NewBusinessAsync();
        var wrong = new List<string>();
        foreach (var route in RouteList.Of(host).Where(route => route.HasId))
        {
            using var request = new HttpRequestMessage(new HttpMethod(route.Method), route.Address("not-an-id"));
            using var response = await business.Http.SendAsync(request);
            if (await WrongAsync(response) is { } reason || response.StatusCode is not (HttpStatusCode.NotFound or HttpStatusCode.MethodNotAllowed))
            {
                wrong.Add($"{route}: {(int)response.StatusCode}");
            }
        }

        wrong.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_query_that_cannot_be_read_is_refused()
    {
        var business = await host.NewBusinessAsync();
        var (conversation, _) = await business.StartAsync();
        string[] addresses =
        [
            "/api/conversations?limit=many", "/api/conversations?cursor=made-up", "/api/conversations?state=happy", "/api/conversations?assignee=me",
            "/api/contacts?cursor=made-up", $"/api/conversations/{conversation}/messages?after=first", $"/api/conversations/{conversation}/turns?cursor=made-up",
            "/api/knowledge/sources?cursor=made-up", "/api/knowledge/sources?state=happy", "/api/knowledge/articles?cursor=made-up", "/api/knowledge/articles?kind=song",
            "/api/knowledge/search", "/api/knowledge/search?q=hours&k=0", "/api/knowledge/search?q=hours&k=many", "/api/members?cursor=made-up", "/api/keys?cursor=made-up",
            "/api/invitations?cursor=made-up", "/api/spend?from=yesterday", "/api/spend?by=mood",
        ];
        foreach (var address in addresses)
        {
            var (status, code) = await (await business.Http.GetAsync(address)).ProblemAsync();
            status.ShouldBe(HttpStatusCode.BadRequest, $"{address} {code}");
        }
    }

    /// <summary>What is wrong with a refusal; null when it is one. <c>/v1</c> refuses in the shape that OpenAI's clients read.</summary>
    private static async Task<string?> WrongAsync(HttpResponseMessage response)
    {
        var text = await response.Content.ReadAsStringAsync();
        if ((int)response.StatusCode is < 400 or >= 500)
        {
            return $"{(int)response.StatusCode} {text}";
        }

        try
        {
            var json = JsonSerializer.Deserialize<JsonElement>(text);
            var holder = response.RequestMessage!.RequestUri!.AbsolutePath.StartsWith("/v1/", StringComparison.Ordinal) && json.TryGetProperty("error", out var error) ? error : json;
            return holder.GetProperty("code").GetString() is { Length: > 0 } ? null : $"no code: {text}";
        }
        catch (Exception unreadable) when (unreadable is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return $"{(int)response.StatusCode} is no problem document: {text}";
        }
    }

    /// <summary>Says how long it is and waits to be asked for it; nobody should ask.</summary>
    private sealed class Declared : HttpContent
    {
        private readonly long length;

        public Declared(long length)
        {
            this.length = length;
            Headers.ContentType = new("application/json");
        }

        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
            throw new InvalidOperationException("The server asked for a body that it should have refused.");

        protected override bool TryComputeLength(out long computed)
        {
            computed = length;
            return true;
        }
    }
}
