using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Steward.Chaos.Tests.Traffic;

/// <summary>The tenant's own server as a sender: signs, and posts the same message until it is acknowledged.</summary>
internal sealed class HookClient(Uri address) : IDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);
    private readonly HttpClient _http = new() { BaseAddress = address, Timeout = TimeSpan.FromSeconds(15) };

    /// <summary>Posts that were made again because nobody knew their outcome.</summary>
    public int Repeats => _repeats;

    private int _repeats;

    public async Task<(Guid Conversation, Guid Message)> SayAsync(Guid channel, string from, string messageId, string text)
    {
        var body = JsonSerializer.SerializeToUtf8Bytes(new { messageId, from = new { identity = from, name = "Sam" }, text });
        while (true)
        {
            try
            {
                using var request = new HttpRequestMessage(HttpMethod.Post, $"hooks/callback/{channel}") { Content = new ByteArrayContent(body) };
                request.Headers.Add("Steward-Signature", Sign(body));
                using var answer = await _http.SendAsync(request);
                var said = await answer.Content.ReadAsStringAsync();
                if (answer.IsSuccessStatusCode)
                {
                    var stored = JsonElement.Parse(said);
                    return (stored.GetProperty("conversationId").GetGuid(), stored.GetProperty("messageId").GetGuid());
                }

                ((int)answer.StatusCode).ShouldBeGreaterThanOrEqualTo(500, said);
            }
            catch (Exception unknown) when (unknown is HttpRequestException or TaskCanceledException or IOException)
            {
                // Killed, or never reached: posted again, as every sender of webhooks does.
            }

            Interlocked.Increment(ref _repeats);
            await Task.Delay(Pause);
        }
    }

    public void Dispose() => _http.Dispose();

    private static string Sign(byte[] body)
    {
        var seconds = DateTimeOffset.UtcNow.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        byte[] signed = [.. Encoding.ASCII.GetBytes(seconds + "."), .. body];
        return $"t={seconds},v1={Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(Receivers.Secret), signed))}";
    }
}
