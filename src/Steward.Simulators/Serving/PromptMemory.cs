using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace Steward.Simulators.Serving;

/// <summary>What of a prompt a service took from its cache and what it wrote there, in tokens.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct CacheUse(int Read, int Written);

/// <summary>A piece of a prompt, in the order in which the model reads it.</summary>
/// <param name="Marked">The caller asked that what ends here be kept.</param>
internal sealed record PromptBlock(string Text, int Tokens, bool Marked = false);

/// <summary>A prompt as a service's cache sees it.</summary>
/// <param name="Lane">Prompts of different lanes do not meet: the model, and the caller's cache key.</param>
/// <param name="OnlyMarked">Only what is marked is kept; else every prefix is, in steps, unasked.</param>
/// <param name="Least">The shortest prefix that is kept, in tokens.</param>
internal sealed record PromptShape(string Lane, IReadOnlyList<PromptBlock> Blocks, bool OnlyMarked, int Least);

/// <summary>Remembers prefixes of prompts for five minutes after their last use, as services do. A key never meets the prefixes of another.</summary>
internal sealed class PromptMemory(TimeProvider time)
{
    private const int Most = 200_000;
    private const int LookBack = 20;
    private const int CharsPerToken = 4;
    private const int Step = 128;
    private static readonly TimeSpan Life = TimeSpan.FromMinutes(5);
    private readonly ConcurrentDictionary<(string Owner, UInt128 Prefix), DateTimeOffset> _kept = new();

    public void Clear() => _kept.Clear();

    public CacheUse Use(string owner, PromptShape shape)
    {
        if (_kept.Count > Most) _kept.Clear();
        return shape.OnlyMarked ? Marked(owner, shape) : Unasked(owner, shape);
    }

    private CacheUse Marked(string owner, PromptShape shape)
    {
        var prefixes = new (UInt128 Hash, int Tokens)[shape.Blocks.Count];
        using var hash = Begin(shape.Lane);
        var tokens = 0;
        for (var i = 0; i < prefixes.Length; i++)
        {
            hash.AppendData(Encoding.UTF8.GetBytes($"\u0001{shape.Blocks[i].Text}"));
            prefixes[i] = (Now(hash), tokens += shape.Blocks[i].Tokens);
        }

        var marks = Enumerable.Range(0, prefixes.Length).Where(i => shape.Blocks[i].Marked && prefixes[i].Tokens >= shape.Least).ToList();
        if (marks.Count == 0) return default;
        // Of each mark the longest prefix is looked for that ends at it or up to twenty blocks before.
        var found = marks.SelectMany(mark => Enumerable.Range(Math.Max(0, mark - LookBack), Math.Min(mark, LookBack) + 1)).Distinct()
            .Where(at => Keeps(owner, prefixes[at].Hash)).DefaultIfEmpty(-1).Max();
        var read = found < 0 ? 0 : prefixes[found].Tokens;
        if (found >= 0) Keep(owner, prefixes[found].Hash);
        foreach (var mark in marks) Keep(owner, prefixes[mark].Hash);
        return new(read, Math.Max(0, prefixes[marks[^1]].Tokens - read));
    }

    private CacheUse Unasked(string owner, PromptShape shape)
    {
        var text = string.Concat(shape.Blocks.Select(block => block.Text.PadRight(block.Tokens * CharsPerToken)));
        if (text.Length < shape.Least * CharsPerToken) return default;
        using var hash = Begin(shape.Lane);
        var (read, missed, from) = (0, false, 0);
        for (var tokens = shape.Least; tokens * CharsPerToken <= text.Length; tokens += Step)
        {
            hash.AppendData(MemoryMarshal.AsBytes(text.AsSpan(from, (tokens * CharsPerToken) - from)));
            from = tokens * CharsPerToken;
            var prefix = Now(hash);
            missed |= !Keeps(owner, prefix);
            if (!missed) read = tokens;
            Keep(owner, prefix);
        }

        return new(read, 0);
    }

    private bool Keeps(string owner, UInt128 prefix) => _kept.TryGetValue((owner, prefix), out var until) && time.GetUtcNow() < until;

    private void Keep(string owner, UInt128 prefix) => _kept[(owner, prefix)] = time.GetUtcNow() + Life;

    private static IncrementalHash Begin(string lane)
    {
        var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes(lane));
        return hash;
    }

    private static UInt128 Now(IncrementalHash hash)
    {
        Span<byte> bytes = stackalloc byte[32];
        hash.GetCurrentHash(bytes);
        return MemoryMarshal.Read<UInt128>(bytes);
    }
}
