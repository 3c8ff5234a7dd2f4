using System.Security.Cryptography;
using System.Text;
using Steward.Assistants.Context;
using Steward.Platform.Tenancy;

namespace Steward.Assistants.Reusing;

/// <summary>Under what an answer is kept: who answers whose customers, and what was asked. The question itself is not in it, only a hash under a key of this process.</summary>
/// <param name="Version">Of the assistant: changed settings find nothing.</param>
/// <param name="Asked">The hash of language and normalised question.</param>
/// <param name="Context">The hash of the passages. Another passage, order, text or address is another context, so what changes in the knowledge drops what was answered from it.</param>
internal sealed record AnswerKey(TenantId Tenant, Guid Assistant, int Version, string Asked, string Context)
{
    // Only what ends sentences: "C#" and "C" are two things.
    private const string Ends = " .!?\u2026\u3002\u061F";
    private static readonly byte[] Secret = RandomNumberGenerator.GetBytes(32);

    public static AnswerKey Of(TenantId tenant, Guid assistant, int version, string? language, IEnumerable<string> messages, IEnumerable<RecalledPassage> passages) =>
        new(tenant, assistant, version, Hash([language ?? "", .. messages.Select(Normalised)]), Hash(passages.SelectMany(Parts)));

    /// <summary>Case, full width, white space and what ends the sentence do not make another question. Pure.</summary>
    /// <remarks>What of NFKC matters for questions that people type; all of it is not at hand where a program runs without the tables of a culture. What it does not fold is only not found.</remarks>
    public static string Normalised(string question)
    {
        var text = new StringBuilder(question.Length);
        foreach (var rune in question.EnumerateRunes())
        {
            if (Rune.IsWhiteSpace(rune) || Rune.IsControl(rune))
            {
                Space(text);
            }
            else
            {
                text.Append(Rune.ToLowerInvariant(rune.Value is >= 0xFF01 and <= 0xFF5E ? new Rune(rune.Value - 0xFEE0) : rune));
            }
        }

        var end = text.Length;
        while (end > 0 && Ends.Contains(text[end - 1]))
        {
            end--;
        }

        // A question of signs alone is what it is.
        return (end == 0 ? text : text.Remove(end, text.Length - end)).ToString().Trim();
    }

    private static void Space(StringBuilder text)
    {
        if (text.Length > 0 && text[^1] != ' ')
        {
            text.Append(' ');
        }
    }

    private static IEnumerable<string> Parts(RecalledPassage passage) =>
        [$"{passage.N} {passage.PassageId:N} {passage.ArticleId:N} {passage.SourceId:N}", passage.Title, passage.Url ?? "", passage.Text];

    private static string Hash(IEnumerable<string> parts)
    {
        using var hash = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, Secret);
        foreach (var part in parts)
        {
            // The length goes first, so that no two lists read alike.
            hash.AppendData(BitConverter.GetBytes(part.Length));
            hash.AppendData(Encoding.Unicode.GetBytes(part));
        }

        return Convert.ToBase64String(hash.GetHashAndReset());
    }
}
