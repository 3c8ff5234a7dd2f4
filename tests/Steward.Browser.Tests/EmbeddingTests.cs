using System.Collections.Concurrent;
using System.Globalization;
using System.IO.Compression;
using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Playwright;

namespace Steward.Browser.Tests;

public sealed class EmbeddingTests(Site site)
{
    [Fact]
    public async Task A_strict_page_of_another_origin_shows_the_chat_only_once_the_tenant_allows_it()
    {
        await using var visitor = await site.VisitorAsync();
        var host = visitor.Host;
        var key = await CreateWidgetAsync(host);
        await using var shop = new ShopPage(host.Address, key.PublicKey);
        var refused = new TaskCompletionSource();
        visitor.Page.Console += (_, message) =>
        {
            if (message.Text.Contains("frame-ancestors", StringComparison.Ordinal))
            {
                refused.TrySetResult();
            }
        };

        await visitor.Page.GotoAsync(shop.Address);
        await visitor.Launcher.ClickAsync();
        await refused.Task.WaitAsync(TimeSpan.FromSeconds(30));
        await Assertions.Expect(visitor.Composer).ToHaveCountAsync(0);

        await AllowAsync(host, key.Id, shop.Address);
        var complaints = new ConcurrentQueue<string>();
        visitor.Page.Console += (_, message) =>
        {
            if (message.Type == "error")
            {
                complaints.Enqueue(message.Text);
            }
        };
        await visitor.Page.ReloadAsync();
        await visitor.Launcher.ClickAsync();
        await Visitor.SeeAsync(visitor.Composer);
        await Visitor.SeeTextAsync(await visitor.AskAsync("Do you sell gift vouchers?"), "20 euros");
        await visitor.PictureAsync("embedded");
        complaints.ShouldBeEmpty();

        await visitor.Page.Keyboard.PressAsync("Escape");
        await Assertions.Expect(visitor.Launcher).ToBeFocusedAsync();
    }

    [Fact]
    public void The_loader_and_the_application_stay_within_their_weight()
    {
        var dist = Path.Combine(Repository.Root, "web", "widget", "dist");

        Weight(Path.Combine(dist, "loader.js")).ShouldBeLessThan(5_000);
        Directory.GetFiles(Path.Combine(dist, "assets")).Append(Path.Combine(dist, "frame.html")).Sum(Weight).ShouldBeLessThan(40_000);
    }

    private static long Weight(string file)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.SmallestSize, leaveOpen: true))
        {
            gzip.Write(File.ReadAllBytes(file));
        }

        return packed.Length;
    }

    private static async Task<(string Id, string PublicKey)> CreateWidgetAsync(StewardHost host)
    {
        var channel = (await host.PostAsync("/api/channels", new { kind = "widget", name = "Another site", settings = new { } }))!;
        return (channel["id"]!.GetValue<string>(), channel["publicKey"]!.GetValue<string>());
    }

    private static async Task AllowAsync(StewardHost host, string id, string origin)
    {
        using var found = await host.Api.GetAsync($"/api/channels/{id}");
        using var request = new HttpRequestMessage(HttpMethod.Patch, $"/api/channels/{id}")
        {
            Content = JsonContent.Create(new JsonObject { ["settings"] = new JsonObject { ["sites"] = new JsonArray(origin) } }),
        };
        request.Headers.TryAddWithoutValidation("If-Match", found.Headers.ETag?.ToString());
        using var response = await host.Api.SendAsync(request);
        response.StatusCode.ShouldBe(HttpStatusCode.OK, await response.Content.ReadAsStringAsync());
    }

    /// <summary>A page of another origin with a strict content security policy, which names Steward's address and nothing else.</summary>
    private sealed class ShopPage : IAsyncDisposable
    {
        private readonly HttpListener _listener = new();
        private readonly Task _serving;
        private readonly byte[] _page;
        private readonly string _policy;

        public ShopPage(string steward, string key)
        {
            Address = string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{FreePort()}");
            _page = Encoding.UTF8.GetBytes($"""
                <!doctype html><html lang="en"><head><meta charset="utf-8"><title>Shop</title>
                <script async src="{steward}/widget/loader.js" data-steward-key="{key}"></script></head><body><main><h1>Shop</h1></main></body></html>
                """);
            _policy = $"default-src 'none'; script-src {steward}; frame-src {steward}";
            _listener.Prefixes.Add(Address + "/");
            _listener.Start();
            _serving = ServeAsync();
        }

        public string Address { get; }

        public async ValueTask DisposeAsync()
        {
            _listener.Stop();
            await _serving;
            _listener.Close();
        }

        private async Task ServeAsync()
        {
            while (_listener.IsListening)
            {
                try
                {
                    var context = await _listener.GetContextAsync();
                    context.Response.ContentType = "text/html; charset=utf-8";
                    context.Response.Headers["Content-Security-Policy"] = _policy;
                    context.Response.StatusCode = context.Request.RawUrl == "/" ? 200 : 204;
                    await context.Response.OutputStream.WriteAsync(context.Request.RawUrl == "/" ? _page : []);
                    context.Response.Close();
                }
                catch (Exception stopped) when (stopped is HttpListenerException or ObjectDisposedException)
                {
                    return;
                }
            }
        }

        private static int FreePort()
        {
            using var probe = new TcpListener(IPAddress.Loopback, 0);
            probe.Start();
            return ((IPEndPoint)probe.LocalEndpoint).Port;
        }
    }
}
