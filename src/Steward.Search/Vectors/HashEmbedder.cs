using System.Runtime.InteropServices;
using Steward.Search.Analysis;

namespace Steward.Search.Vectors;

/// <summary>
/// The algorithm of the built-in embedder <c>steward-hash</c>: signed feature hashing (Weinberger et al., 2009) of words, pairs of
/// neighbouring words and character trigrams, scaled to length 1. It knows spelling, not meaning: texts that share words or parts of
/// words are near. It needs no data and gives the same vector on every machine.
/// </summary>
public sealed class HashEmbedder
{
    /// <summary>The name that stored vectors carry; it changes when the algorithm does.</summary>
    public const string ModelName = "steward-hash";

    private const float WordWeight = 1f;
    private const float PairWeight = 0.5f;
    private const float GramWeight = 0.25f;

    /// <summary>An embedder with the given number of dimensions, 8 to 8,192.</summary>
    public HashEmbedder(int dimensions = 384)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(dimensions, 8);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(dimensions, 8192);
        Dimensions = dimensions;
    }

    /// <summary>How many numbers a vector has.</summary>
    public int Dimensions { get; }

    /// <summary>The vector of a text, of length 1; all zeros when the text has no words.</summary>
    public float[] Embed(ReadOnlySpan<char> text)
    {
        var vector = new float[Dimensions];
        Embed(text, vector);
        return vector;
    }

    /// <summary>Writes the vector of a text into <paramref name="target"/>, which has <see cref="Dimensions"/> elements.</summary>
    public void Embed(ReadOnlySpan<char> text, Span<float> target)
    {
        if (target.Length != Dimensions)
        {
            throw new ArgumentException($"The target needs {Dimensions} elements.", nameof(target));
        }

        target.Clear();
        if (!AddFeatures(text, target, withStopWords: false))
        {
            AddFeatures(text, target, withStopWords: true);
        }

        // One order of addition on every machine: a vectorised sum depends on the width of its registers.
        var squares = 0.0;
        foreach (var value in target)
        {
            squares += (double)value * value;
        }

        var scale = squares > 0 ? 1 / Math.Sqrt(squares) : 0;
        foreach (ref var value in target)
        {
            value = (float)(value * scale);
        }
    }

    private static bool AddFeatures(ReadOnlySpan<char> text, Span<float> target, bool withStopWords)
    {
        var any = false;
        var before = 0UL;
        var reader = TextAnalyzer.English.Read(text);
        while (reader.MoveNext())
        {
            if (reader.IsStopWord && !withStopWords)
            {
                continue;
            }

            any = true;
            var term = reader.Term;
            var hash = Hash(term, 0x5715UL);
            Add(target, hash, WordWeight);
            if (before != 0)
            {
                Add(target, Mix(before ^ (hash * 0x9E3779B97F4A7C15UL)), PairWeight);
            }

            before = hash;
            for (var i = 0; i + 3 <= term.Length; i++)
            {
                Add(target, Hash(term.Slice(i, 3), 0x6EA3UL), GramWeight);
            }
        }

        return any;
    }

    private static void Add(Span<float> target, ulong hash, float weight)
    {
        var index = (int)((hash >> 1) % (ulong)target.Length);
        target[index] += (hash & 1) == 0 ? weight : -weight;
    }

    /// <summary>FNV-1a over the UTF-16 units, finished with the mixer of SplitMix64: no seed that changes per process.</summary>
    private static ulong Hash(ReadOnlySpan<char> term, ulong kind)
    {
        var hash = 0xCBF29CE484222325UL ^ kind;
        foreach (var unit in MemoryMarshal.Cast<char, ushort>(term))
        {
            hash = (hash ^ unit) * 0x100000001B3UL;
        }

        return Mix(hash);
    }

    private static ulong Mix(ulong value)
    {
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9UL;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EBUL;
        return value ^ (value >> 31);
    }
}
