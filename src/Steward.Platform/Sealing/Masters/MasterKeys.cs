using System.Collections.Frozen;

namespace Steward.Platform.Sealing;

/// <summary>
/// The master keys this process was given, the wanted one first. Which number each has, and which one wraps what is new, is the
/// database's to say: nodes that were given the same keys in another order agree all the same.
/// </summary>
internal sealed class MasterKeys
{
    private Known _known;

    public MasterKeys(IReadOnlyList<MasterKey> given)
    {
        Given = given;
        _known = new(new Dictionary<int, MasterKey> { [1] = given[0] }.ToFrozenDictionary(), 1);
    }

    public IReadOnlyList<MasterKey> Given { get; }

    /// <summary>The number of the key that wraps what is new.</summary>
    public int Current => Volatile.Read(ref _known).Current;

    /// <summary>The numbers of the keys given.</summary>
    public int[] Numbers => [.. Volatile.Read(ref _known).Keys.Keys.Order()];

    /// <summary>Takes the numbers that the database has for the keys given.</summary>
    public void Adopt(IEnumerable<MasterKeyRow> rows)
    {
        var list = rows.ToList();
        var known = list
            .Select(row => (row.Number, Key: Given.FirstOrDefault(key => row.Proof.AsSpan().SequenceEqual(key.Check))))
            .Where(pair => pair.Key is not null)
            .ToFrozenDictionary(pair => pair.Number, pair => pair.Key!);
        var current = list.Single(row => row.IsCurrent).Number;
        if (known.ContainsKey(current))
        {
            Volatile.Write(ref _known, new(known, current));
        }
    }

    /// <summary>A key of 32 bytes for one purpose, from the master key of that number.</summary>
    public byte[] Derive(int master, string purpose) => Volatile.Read(ref _known).Keys[master].Derive(purpose);

    public (byte[] Wrapped, int Master) Wrap(ReadOnlySpan<byte> plain, string purpose)
    {
        var known = Volatile.Read(ref _known);
        return (known.Keys[known.Current].Wrap(plain, purpose), known.Current);
    }

    /// <summary>Opens what a master key wrapped. Without a number, as an earlier version left it, every key given is tried.</summary>
    public byte[] Unwrap(ReadOnlySpan<byte> wrapped, string purpose, int? master)
    {
        var known = Volatile.Read(ref _known);
        if (master is { } number)
        {
            return known.Keys.TryGetValue(number, out var key)
                ? key.Unwrap(wrapped, purpose)
                : throw new MasterKeyException($"The key for {purpose} is wrapped by master key number {number}, which was not given. Add it after the others in STEWARD_MASTER_KEY (or its file or command).");
        }

        MasterKeyException? failed = null;
        foreach (var key in known.Keys.Values)
        {
            try
            {
                return key.Unwrap(wrapped, purpose);
            }
            catch (MasterKeyException wrong)
            {
                failed = wrong;
            }
        }

        throw failed!;
    }

    private sealed record Known(FrozenDictionary<int, MasterKey> Keys, int Current);
}

/// <summary>A master key as the database knows it.</summary>
internal sealed record MasterKeyRow(int Number, byte[] Proof, bool IsCurrent);
