using Steward.Load.Api;
using Steward.Load.Children;

namespace Steward.Load.Scenarios;

/// <summary>Knowledge, questions and conversations with a history.</summary>
internal static class Workload
{
    /// <summary>The first sentence of a scripted answer, in words, with its marker: each word is a token of the simulator.</summary>
    public const string FirstSentence = "Returned goods are accepted within thirty days when they come with their order number [1].";

    public const string Answer = FirstSentence +
        " The refund reaches the bank account within five working days after the parcel has arrived [1]." +
        " Return shipping is free inside the country and costs nine euros from anywhere else [1].";

    private static readonly (string Title, string Text)[] Sources =
    [
        ("Returning goods", "Returned goods are accepted within thirty days when they come with their order number. Goods must be unused and in their own box."),
        ("Refunds for returned goods", "The refund reaches the bank account within five working days after the parcel has arrived. It is paid the way the order was paid."),
        ("Return shipping", "Return shipping is free inside the country and costs nine euros from anywhere else. The label for returned goods is in the parcel."),
        ("Exchanging goods", "Goods can be exchanged for another size within thirty days. An exchange of returned goods costs nothing."),
        ("Damaged goods", "Damaged goods are replaced at once when a photograph is sent. Returned goods that were damaged on the way are refunded in full."),
        ("Late returns", "Goods returned after thirty days are sent back to the customer. In December the time for returned goods is sixty days."),
        ("Gift returns", "Gifts can be returned with the gift receipt. The refund for returned goods is then paid as a voucher."),
    ];

    private static readonly string[] Questions =
    [
        "How long do I have to return goods?",
        "When do I get the refund for returned goods?",
        "What does it cost to send returned goods back?",
        "Can I exchange returned goods for another size?",
        "What happens with returned goods that were damaged?",
    ];

    public static IReadOnlyList<byte[]> Messages { get; } = [.. Questions.Select(StewardClient.Message)];

    /// <summary>Adds the sources, unless an earlier run has.</summary>
    public static async Task AddKnowledgeAsync(StewardClient steward)
    {
        if ((await steward.SearchAsync(Questions[0])).Contains(Sources[0].Title)) return;
        var ids = new List<Guid>();
        foreach (var (title, text) in Sources) ids.Add(await steward.AddSourceAsync(title, text));
        foreach (var id in ids) await steward.WaitForSourceAsync(id, TimeSpan.FromSeconds(30));
        var found = await steward.SearchAsync(Questions[0]);
        if (found.Count < 5) throw new LoadException($"The search found {found.Count} passages for '{Questions[0]}'; a turn is measured with 5.");
    }

    /// <summary>A prompt such as a turn has: ten messages of history and five passages, of ordinary length, streamed.</summary>
    public static byte[] Prompt(string model)
    {
        var messages = new List<object> { new { role = "system", content = string.Concat(Enumerable.Repeat("Answer only from the numbered passages and name the one you used. ", 16)) } };
        for (var i = 0; i < 10; i++) messages.Add(new { role = i % 2 == 0 ? "user" : "assistant", content = i % 2 == 0 ? Questions[i / 2] : FirstSentence });
        var passages = string.Concat(Sources.Take(5).Select((s, i) => $"[{i + 1}] {s.Title}\n{string.Join(' ', Enumerable.Repeat(s.Text, 5))}\n\n"));
        messages.Add(new { role = "user", content = $"Passages:\n{passages}The customer writes:\n{Questions[0]}" });
        return System.Text.Json.JsonSerializer.SerializeToUtf8Bytes(new { model, stream = true, stream_options = new { include_usage = true }, messages });
    }

    /// <summary>Conversations that each have this many messages, half of them replies.</summary>
    public static async Task<Guid[]> ConversationsAsync(StewardClient steward, int count, int messages)
    {
        var ids = new Guid[count];
        await Parallel.ForAsync(0, count, new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (i, _) =>
        {
            ids[i] = await steward.StartConversationAsync();
            for (var turn = 0; turn < messages / 2; turn++)
            {
                var result = await steward.AskAsync(ids[i], Messages[turn % Messages.Count]);
                if (!result.Replied) throw new LoadException($"A turn of the preparation got no reply: {result.Problem ?? result.Action}");
            }
        });
        return ids;
    }
}
