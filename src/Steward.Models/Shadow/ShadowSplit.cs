using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Steward.Models.Shadow;

/// <summary>Which turns are sampled, and which of them are held back. The same turn and the same conversation always fall the same way. Pure.</summary>
internal static class ShadowSplit
{
    public static bool IsSampled(Guid turn, double rate) => Fraction("sample", turn) < rate;

    /// <summary>By conversation, so that nothing a student was trained on is close to what it is measured with.</summary>
    public static bool IsHeldBack(Guid conversation) => Fraction("held", conversation) < ShadowRules.HeldBackPercent / 100.0;

    /// <summary>0 up to 1, spread evenly; of one id another for each use.</summary>
    private static double Fraction(string use, Guid id)
    {
        Span<byte> named = stackalloc byte[16 + use.Length];
        id.TryWriteBytes(named);
        for (var i = 0; i < use.Length; i++) named[16 + i] = (byte)use[i];
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(named, hash);
        return BinaryPrimitives.ReadUInt32BigEndian(hash) / (uint.MaxValue + 1.0);
    }
}
