using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.AI;
using Steward.Models.Calls;
using Steward.Models.Faces;
using Steward.Models.Providers;
using Steward.Models.Routing;
using Steward.Platform.Access;

namespace Steward.Models.Gateway;

/// <summary>An ensemble's answer on the OpenAI wire: its words leave when the vote is over, as a stream too.</summary>
internal static class EnsembleAnswer
{
    public static async Task WriteAsync(HttpContext http, ModelDirectory directory, ModelRouter router, CallRuntime runtime, ReadOnlyMemory<byte> body, ChatRequestScan scan, HeldAnswer? held)
    {
        if (scan.Choices > 1) throw new JsonException("An ensemble gives one choice; 'n' must be 1.");
        var (messages, options) = MappedRequest.Read(body);
        var now = runtime.Time.GetUtcNow();
        var updates = await VoteAsync(http, directory, router, runtime, messages, options);
        var model = updates[0].ModelId!;
        var ct = http.RequestAborted;
        await (!scan.Stream ? MappedAnswer.WholeAsync(http, updates.ToChatResponse(), model, now)
            : held is null ? MappedAnswer.StreamAsync(http, Replay(updates, ct), model, scan.AsksForUsage, runtime.Time)
            : MappedAnswer.HoldAsync(held, Replay(updates, ct), model, scan.AsksForUsage, now, ct));
    }

    /// <summary>The winner's updates, at least one, and in the headers how the members voted.</summary>
    public static async Task<List<ChatResponseUpdate>> VoteAsync(
        HttpContext http, ModelDirectory directory, ModelRouter router, CallRuntime runtime, List<ChatMessage> messages, ChatOptions options)
    {
        var caller = http.Caller();
        using var client = new GatewayChatClient(directory, router, runtime, caller.Tenant, VirtualModels.Ensemble, GatewayRequest.Purpose(caller, "chat"));
        var updates = new List<ChatResponseUpdate>();
        await foreach (var update in client.GetStreamingResponseAsync(messages, options, http.RequestAborted)) updates.Add(update);
        if (!http.Response.HasStarted) Tell(http, EnsembleVote.Of(updates[^1]));
        return updates;
    }

    private static void Tell(HttpContext http, EnsembleVote? vote)
    {
        if (vote is null) return;
        http.Response.Headers["Steward-Model"] = HeaderText.Of(vote.Winner);
        http.Response.Headers["Steward-Votes"] = string.Join(", ", vote.Votes.Select(one => $"{HeaderText.Of(one.Model)}={one.Outcome.ToString().ToLowerInvariant()}"));
        if (vote.Agreement is { } agreement) http.Response.Headers["Steward-Agreement"] = agreement.ToString("0.####", CultureInfo.InvariantCulture);
    }

    public static async IAsyncEnumerable<ChatResponseUpdate> Replay(List<ChatResponseUpdate> updates, [EnumeratorCancellation] CancellationToken ct)
    {
        foreach (var update in updates)
        {
            ct.ThrowIfCancellationRequested();
            yield return update;
        }

        await Task.CompletedTask;
    }
}
