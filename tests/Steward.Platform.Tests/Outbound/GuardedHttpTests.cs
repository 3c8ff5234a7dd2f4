using System.IO.Compression;
using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Steward.Platform.Outbound;

namespace Steward.Platform.Tests.Outbound;

public sealed class GuardedHttpTests : IAsyncLifetime
{
    private readonly Dictionary<string, IPAddress[]> _names = new(StringComparer.OrdinalIgnoreCase);
    private Web _web = null!;
    private GuardedHttp _http = null!;
    private string Base => _web.Address.GetLeftPart(UriPartial.Authority);

    public async ValueTask InitializeAsync()
    {
        _web = await Web.StartAsync(app =>
        {
            app.MapGet("/hello", () => "hello");
            app.MapGet("/headers", (HttpContext http) => string.Join('\n', http.Request.Headers.Select(h => $"{h.Key}={h.Value}")));
            app.MapMethods("/echo", ["POST", "GET", "PUT"], async (HttpContext http) =>
                $"{http.Request.Method}:{await new StreamReader(http.Request.Body).ReadToEndAsync()}");
            app.MapMethods("/to", ["GET", "POST", "PUT"], (string url, int? status, HttpContext http) =>
            {
                http.Response.StatusCode = status ?? 302;
                http.Response.Headers.Location = url;
            });
            app.MapGet("/hops/{n:int}", (int n) => n == 0 ? Results.Text("end") : Results.Redirect($"/hops/{n - 1}"));
            app.MapGet("/bytes/{n:int}", (int n) => Results.Bytes(new byte[n]));
            app.MapGet("/stream", async (HttpContext http) =>
            {
                while (!http.RequestAborted.IsCancellationRequested)
                {
                    await http.Response.Body.WriteAsync(new byte[4096]);
                }
            });
            app.MapGet("/slow", async (HttpContext http) =>
            {
                await http.Response.WriteAsync("first");
                await http.Response.Body.FlushAsync();
                await Task.Delay(Timeout.Infinite, http.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
            });
            app.MapGet("/silent", (HttpContext http) => Task.Delay(Timeout.Infinite, http.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default));
            app.MapGet("/bomb", async (HttpContext http) =>
            {
                http.Response.Headers.ContentEncoding = "gzip";
                await using var zip = new GZipStream(http.Response.Body, CompressionLevel.Fastest);
                for (var i = 0; i < 400; i++)
                {
                    await zip.WriteAsync(new byte[64 * 1024]);
                }
            });
            app.MapGet("/big-headers", (HttpContext http) =>
            {
                for (var i = 0; i < 50; i++)
                {
                    http.Response.Headers[$"x-{i}"] = new string('a', 1000);
                }
            });
        });
        _http = Guard($"127.0.0.1:{_web.Address.Port},[::1]:{_web.Address.Port}");
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _web.DisposeAsync();
    }

    [Fact]
    public async Task A_listed_host_answers() =>
        (await _http.Client.GetStringAsync(new Uri($"{Base}/hello"))).ShouldBe("hello");

    [Theory]
    [InlineData("http://127.0.0.1/")]
    [InlineData("http://localhost/")]
    [InlineData("http://2130706433/")]
    [InlineData("http://0x7f000001/")]
    [InlineData("http://0x7f.0.0.1/")]
    [InlineData("http://0177.0.0.1/")]
    [InlineData("http://017700000001/")]
    [InlineData("http://127.1/")]
    [InlineData("http://127.0.0.1./")]
    [InlineData("http://0/")]
    [InlineData("http://[::1]/")]
    [InlineData("http://[::ffff:127.0.0.1]/")]
    [InlineData("http://[::ffff:7f00:1]/")]
    [InlineData("http://[64:ff9b::a9fe:a9fe]/")]
    [InlineData("http://[2002:7f00:1::]/")]
    [InlineData("http://[fe80::1%25lo]/")]
    [InlineData("http://169.254.169.254/latest/meta-data/")]
    [InlineData("http://[fd00:ec2::254]/latest/meta-data/")]
    [InlineData("http://100.100.100.200/latest/meta-data/")]
    [InlineData("http://168.63.129.16/metadata")]
    [InlineData("https://192.168.0.1/")]
    [InlineData("http://１２７.0.0.1/")]
    [InlineData("http://①②⑦.0.0.1/")]
    public async Task However_it_is_written_a_private_address_is_refused(string address)
    {
        _names["*"] = [IPAddress.Loopback];
        (await RefusedAsync(address)).ShouldBe(OutboundCodes.PrivateAddress);
    }

    [Theory]
    [InlineData("10.1.2.3")]
    [InlineData("::1")]
    [InlineData("::ffff:10.0.0.1")]
    [InlineData("93.184.216.34,127.0.0.1")]
    public async Task A_name_that_leads_inside_is_refused_even_when_one_of_its_addresses_is_public(string addresses)
    {
        _names["inside.example"] = [.. addresses.Split(',').Select(IPAddress.Parse)];
        (await RefusedAsync("http://inside.example/")).ShouldBe(OutboundCodes.PrivateAddress);
    }

    [Fact]
    public async Task A_name_is_reached_at_the_address_that_was_checked()
    {
        _names["shop.example"] = [IPAddress.Loopback];
        (await _http.Client.GetStringAsync(new Uri($"http://shop.example:{_web.Address.Port}/hello"))).ShouldBe("hello");
    }

    [Theory]
    [InlineData("http://127.0.0.1:1/")]
    [InlineData("http://169.254.169.254/")]
    [InlineData("//10.0.0.1/")]
    [InlineData("http://2130706433:1/")]
    public async Task A_redirect_to_a_private_address_is_refused(string target) =>
        (await RefusedAsync($"{Base}/to?url={Uri.EscapeDataString(target)}")).ShouldBe(OutboundCodes.PrivateAddress);

    [Theory]
    [InlineData("file:///etc/passwd")]
    [InlineData("ftp://example.com/")]
    [InlineData("gopher://example.com/")]
    [InlineData("http://user:secret@example.com/")]
    public async Task Only_plain_web_addresses_are_followed_or_requested(string address)
    {
        (await RefusedAsync($"{Base}/to?url={Uri.EscapeDataString(address)}")).ShouldBe(OutboundCodes.BadAddress);
        if (address.StartsWith("http", StringComparison.Ordinal))
        {
            (await RefusedAsync(address)).ShouldBe(OutboundCodes.BadAddress);
        }
    }

    [Fact]
    public async Task Five_redirects_are_followed_and_six_are_not()
    {
        (await _http.Client.GetStringAsync(new Uri($"{Base}/hops/5"))).ShouldBe("end");
        (await RefusedAsync($"{Base}/hops/6")).ShouldBe(OutboundCodes.TooManyRedirects);
    }

    [Fact]
    public async Task Another_origin_never_sees_the_credentials_of_the_first()
    {
        _names["second.example"] = [IPAddress.Loopback];
        var target = $"http://second.example:{_web.Address.Port}/headers";
        using var request = new HttpRequestMessage(HttpMethod.Get, $"{Base}/to?url={Uri.EscapeDataString(target)}");
        request.Headers.TryAddWithoutValidation("Authorization", "Bearer secret");
        request.Headers.TryAddWithoutValidation("X-Signature", "secret");
        request.Headers.TryAddWithoutValidation("Accept-Language", "fr");
        using var response = await _http.Client.SendAsync(request);
        var seen = await response.Content.ReadAsStringAsync();
        seen.ShouldNotContain("secret");
        seen.ShouldContain("Accept-Language=fr");
    }

    [Theory]
    [InlineData(302, "GET:")]
    [InlineData(303, "GET:")]
    [InlineData(307, "POST:body")]
    [InlineData(308, "POST:body")]
    public async Task A_redirected_post_keeps_its_body_only_where_the_status_says_so(int status, string expected)
    {
        using var content = new StringContent("body");
        using var response = await _http.Client.PostAsync(new Uri($"{Base}/to?status={status}&url=/echo"), content);
        (await response.Content.ReadAsStringAsync()).ShouldBe(expected);
    }

    [Theory]
    [InlineData("/bytes/20000")]
    [InlineData("/stream")]
    [InlineData("/bomb")]
    [InlineData("/big-headers")]
    public async Task What_is_larger_than_allowed_is_cut(string path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, Base + path).WithLimits(maxBytes: 10_000);
        (await Should.ThrowAsync<OutboundException>(() => _http.Client.SendAsync(request))).Code.ShouldBe(OutboundCodes.TooLarge);
    }

    [Fact]
    public async Task A_body_of_exactly_the_limit_is_read()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"{Base}/bytes/10000").WithLimits(maxBytes: 10_000);
        using var response = await _http.Client.SendAsync(request);
        (await response.Content.ReadAsByteArrayAsync()).Length.ShouldBe(10_000);
    }

    [Theory]
    [InlineData("/silent")]
    [InlineData("/slow")]
    public async Task A_server_that_never_ends_is_a_timeout(string path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, Base + path).WithLimits(timeout: TimeSpan.FromMilliseconds(200));
        (await Should.ThrowAsync<OutboundException>(() => _http.Client.SendAsync(request))).Code.ShouldBe(OutboundCodes.Timeout);
    }

    [Fact]
    public async Task A_caller_that_gives_up_is_not_a_timeout()
    {
        using var stop = new CancellationTokenSource();
        var pending = _http.Client.GetStringAsync(new Uri($"{Base}/silent"), stop.Token);
        await stop.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => pending);
    }

    [Fact]
    public async Task A_closed_port_and_an_unknown_name_are_unreachable()
    {
        using var free = new TcpListener(IPAddress.Loopback, 0);
        free.Start();
        var port = ((IPEndPoint)free.LocalEndpoint).Port;
        free.Stop();
        using var http = Guard("127.0.0.1");
        (await RefusedAsync($"http://127.0.0.1:{port}/", http)).ShouldBe(OutboundCodes.Unreachable);
        (await RefusedAsync("http://nowhere.example/")).ShouldBe(OutboundCodes.Unreachable);
    }

    private async Task<string> RefusedAsync(string address, GuardedHttp? http = null) =>
        (await Should.ThrowAsync<OutboundException>(() => (http ?? _http).Client.GetAsync(new Uri(address)))).Code;

    private GuardedHttp Guard(string allow) =>
        new(new OutboundSettings { Allow = OutboundSettings.ParseAllow(allow) }, new Names(_names), TimeProvider.System);

    private sealed class Names(Dictionary<string, IPAddress[]> names) : INameResolver
    {
        public Task<IPAddress[]> ResolveAsync(string host, CancellationToken ct) =>
            names.TryGetValue(host, out var found) || names.TryGetValue("*", out found) ? Task.FromResult(found) : Task.FromException<IPAddress[]>(new SocketException((int)SocketError.HostNotFound));
    }
}
