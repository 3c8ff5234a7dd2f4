using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.AI;

namespace Steward.Models.Wires.Mistral;

/// <summary>Brings messages into the form Mistral insists on: ids of tool calls are nine letters or digits; after tools the assistant speaks before
/// the user does; an answer without a result is not in the history; and the last word is the user's or a tool's, or is marked as a beginning to
/// be continued. Each departure is noted.</summary>
internal static class MistralMessages
{
    internal const string PrefixKey = "prefix";
    private const string Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    private const int IdLength = 9;

    public static void Arrange(WireRequest request)
    {
        var arranged = new List<ChatMessage>(request.Messages.Count);
        var answered = request.Messages.SelectMany(message => message.Contents).OfType<FunctionResultContent>().Select(result => result.CallId).ToHashSet();
        var asked = request.Messages.SelectMany(message => message.Contents).OfType<FunctionCallContent>().Select(call => call.CallId).ToHashSet();
        var afterTool = false;
        foreach (var message in request.Messages)
        {
            var contents = message.Contents.Where(content => Stays(content, asked, answered)).Select(Renamed).ToList();
            if (contents.Count < message.Contents.Count) request.Note("dropped:unpaired_tool_call");
            if (contents.Count == 0 && message.Contents.Count > 0) continue;
            var tool = contents.Exists(content => content is FunctionResultContent);
            if (afterTool && !tool && message.Role != ChatRole.Assistant)
            {
                arranged.Add(new ChatMessage(ChatRole.Assistant, "OK."));
                request.Note("added:assistant_after_tool");
            }

            afterTool = tool;
            arranged.Add(new ChatMessage(message.Role, contents));
        }

        if (arranged.Count > 0 && arranged[^1].Role == ChatRole.Assistant && !arranged[^1].Contents.Any(content => content is FunctionCallContent))
        {
            arranged[^1].AdditionalProperties = new AdditionalPropertiesDictionary { [PrefixKey] = true };
            request.Note("added:prefix");
        }

        request.Messages = arranged;
    }

    /// <summary>An id that Mistral takes: its own as it is, any other as nine letters made of its hash, so that call and result still match.</summary>
    public static string Id(string id)
    {
        if (id.Length == IdLength && id.All(char.IsAsciiLetterOrDigit)) return id;
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes(id), hash);
        return string.Create(IdLength, BitConverter.ToUInt64(hash), static (letters, number) =>
        {
            foreach (ref var letter in letters)
            {
                letter = Alphabet[(int)(number % (ulong)Alphabet.Length)];
                number /= (ulong)Alphabet.Length;
            }
        });
    }

    private static bool Stays(AIContent content, HashSet<string> asked, HashSet<string> answered) => content switch
    {
        FunctionCallContent call => answered.Contains(call.CallId),
        FunctionResultContent result => asked.Contains(result.CallId),
        _ => true,
    };

    private static AIContent Renamed(AIContent content) => content switch
    {
        FunctionCallContent call => new FunctionCallContent(Id(call.CallId), call.Name, call.Arguments),
        FunctionResultContent result => new FunctionResultContent(Id(result.CallId), result.Result),
        _ => content,
    };
}
