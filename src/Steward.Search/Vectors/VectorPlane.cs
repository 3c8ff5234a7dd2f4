using System.Numerics.Tensors;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Steward.Search.Vectors;

/// <summary>
/// The unit vectors of a segment, each number in 16 bits of a per-vector scale, split into a high and a low byte: the high bytes alone
/// are an 8-bit quantisation that is scanned, both together are exact to about 1e-5 and give the cosine that is reported.
/// </summary>
internal sealed class VectorPlane(string? model, int dimensions, float[] scales, sbyte[] high, sbyte[] low)
{
    // The largest number whose rounded high byte is still 127.
    private const float Full = 127 * 256;

    public static VectorPlane None(int count) => new(null, 0, new float[count], [], []);

    public string? Model { get; } = model;
    public int Dimensions { get; } = dimensions;

    /// <summary>What a 16-bit step is worth; 0 marks a passage without a vector.</summary>
    public float[] Scales { get; } = scales;
    public sbyte[] High { get; } = high;
    public sbyte[] Low { get; } = low;

    public long MemoryBytes => (Scales.LongLength * 4) + High.LongLength + Low.LongLength;

    /// <summary>Stores a vector scaled to length 1; a vector of zeros is stored as none.</summary>
    public static float Quantise(ReadOnlySpan<float> vector, Span<sbyte> high, Span<sbyte> low)
    {
        var norm = TensorPrimitives.Norm(vector);
        if (!(norm > 0) || !float.IsFinite(norm))
        {
            return 0;
        }

        var largest = TensorPrimitives.MaxMagnitude(vector);
        var steps = Full / Math.Abs(largest);
        for (var i = 0; i < vector.Length; i++)
        {
            var value = (int)MathF.Round(vector[i] * steps);
            var top = (value + 128) >> 8;
            high[i] = (sbyte)top;
            low[i] = (sbyte)(value - (top << 8));
        }

        return 1 / (steps * norm);
    }

    /// <summary>The cosine of a unit query vector with a stored vector.</summary>
    public float Cosine(ReadOnlySpan<float> query, int passage)
    {
        var tops = High.AsSpan(passage * Dimensions, Dimensions);
        var rests = Low.AsSpan(passage * Dimensions, Dimensions);
        // In lanes of eight on every machine, so that the sum is rounded alike on each.
        var total = Vector256<float>.Zero;
        var i = 0;
        for (; i + 16 <= query.Length; i += 16)
        {
            var (lower, upper) = Vector256.Widen((Vector256.WidenLower(Vector128.Create(tops[i..]).ToVector256()) << 8) + Vector256.WidenLower(Vector128.Create(rests[i..]).ToVector256()));
            total += Vector256.ConvertToSingle(lower) * Vector256.Create(query[i..]);
            total += Vector256.ConvertToSingle(upper) * Vector256.Create(query[(i + 8)..]);
        }

        var sum = Vector256.Sum(total);
        for (; i < query.Length; i++)
        {
            sum += query[i] * ((tops[i] << 8) + rests[i]);
        }

        return sum * Scales[passage];
    }

    /// <summary>Approximate cosines of all vectors, up to one common positive factor, into <paramref name="scores"/>.</summary>
    public void Scan(ReadOnlySpan<short> query, Span<float> scores)
    {
        for (var passage = 0; passage < Scales.Length; passage++)
        {
            scores[passage] = Scales[passage] == 0
                ? float.NegativeInfinity
                : Dot(query, High.AsSpan(passage * Dimensions, Dimensions)) * Scales[passage];
        }
    }

    /// <summary>The query's own 8-bit codes.</summary>
    public static short[] Codes(ReadOnlySpan<float> query)
    {
        var largest = Math.Abs(TensorPrimitives.MaxMagnitude(query));
        var codes = new short[query.Length];
        for (var i = 0; i < codes.Length; i++)
        {
            codes[i] = largest > 0 ? (short)MathF.Round(query[i] * 127 / largest) : (short)0;
        }

        return codes;
    }

    /// <summary>The product of the query's codes, held 16 bits wide so that they are widened once, and a stored vector.</summary>
    internal static int Dot(ReadOnlySpan<short> a, ReadOnlySpan<sbyte> b)
    {
        var i = 0;
        var sum = 0;
        if (Avx512BW.IsSupported && a.Length >= 32)
        {
            var total = Vector512<int>.Zero;
            for (; i + 32 <= a.Length; i += 32)
            {
                total += Avx512BW.MultiplyAddAdjacent(Vector512.Create(a[i..]), Avx512BW.ConvertToVector512Int16(Vector256.Create(b[i..])));
            }

            sum = Vector512.Sum(total);
        }
        else if (Avx2.IsSupported && a.Length >= 16)
        {
            var total = Vector256<int>.Zero;
            for (; i + 16 <= a.Length; i += 16)
            {
                total += Avx2.MultiplyAddAdjacent(Vector256.Create(a[i..]), Avx2.ConvertToVector256Int16(Vector128.Create(b[i..])));
            }

            sum = Vector256.Sum(total);
        }
        else if (Vector128.IsHardwareAccelerated && a.Length >= 16)
        {
            var total = Vector128<int>.Zero;
            for (; i + 16 <= a.Length; i += 16)
            {
                var (lower, upper) = Vector128.Widen(Vector128.Create(b[i..]));
                var (first, second) = Vector128.Widen(Vector128.Create(a[i..]) * lower);
                var (third, fourth) = Vector128.Widen(Vector128.Create(a[(i + 8)..]) * upper);
                total += first + second + third + fourth;
            }

            sum = Vector128.Sum(total);
        }

        for (; i < a.Length; i++)
        {
            sum += a[i] * b[i];
        }

        return sum;
    }
}
