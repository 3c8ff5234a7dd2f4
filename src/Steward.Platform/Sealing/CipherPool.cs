using System.Collections.Concurrent;
using System.Security.Cryptography;

namespace Steward.Platform.Sealing;

/// <summary>Ciphers of one key. An <see cref="AesGcm"/> is not safe for concurrent use, and making one costs more than a short message's encryption.</summary>
internal sealed class CipherPool(byte[] key)
{
    private readonly ConcurrentBag<AesGcm> _idle = [];

    public AesGcm Take() => _idle.TryTake(out var cipher) ? cipher : new AesGcm(key, tagSizeInBytes: 16);

    public void Return(AesGcm cipher) => _idle.Add(cipher);
}
