namespace Steward.Search.Indexing;

/// <summary>The attributes of a segment's passages, one array per attribute; names and ids that repeat are numbered.</summary>
internal sealed class PassageTable
{
    public required Guid[] Ids { get; init; }
    public required Guid[] Articles { get; init; }
    public required ushort[] Article { get; init; }
    public required Guid[] Sources { get; init; }
    public required ushort[] Source { get; init; }

    /// <summary>Kinds, categories, languages and tags; number 0 is "none".</summary>
    public required string[] Names { get; init; }
    public required ushort[] Kind { get; init; }
    public required ushort[] Category { get; init; }
    public required ushort[] Language { get; init; }
    public required int[] TagStarts { get; init; }
    public required ushort[] Tags { get; init; }
    public required int[] Priority { get; init; }

    /// <summary>UTC ticks; <see cref="long.MinValue"/> and <see cref="long.MaxValue"/> where the window is open.</summary>
    public required long[] ValidFrom { get; init; }
    public required long[] ValidTo { get; init; }

    public required ushort[] BodyLength { get; init; }
    public required byte[] TitleLength { get; init; }
    public required byte[] KeywordLength { get; init; }

    /// <summary>See <see cref="PassageTraits"/>.</summary>
    public required byte[] Traits { get; init; }

    public int Count => Ids.Length;

    public bool HasValidity { get; private set; }

    public long BodyTotal { get; private set; }
    public long TitleTotal { get; private set; }
    public long KeywordTotal { get; private set; }

    public long MemoryBytes => (Count * 52L) + ((Articles.Length + Sources.Length) * 16L) + (Tags.Length * 2L) + (Names.Length * 48L);

    /// <summary>Derives the totals; called once, when the table is complete.</summary>
    public PassageTable Sealed()
    {
        HasValidity = ValidFrom.AsSpan().ContainsAnyExcept(long.MinValue) || ValidTo.AsSpan().ContainsAnyExcept(long.MaxValue);
        foreach (var length in BodyLength)
        {
            BodyTotal += length;
        }

        foreach (var length in TitleLength)
        {
            TitleTotal += length;
        }

        foreach (var length in KeywordLength)
        {
            KeywordTotal += length;
        }

        return this;
    }

    public string? Name(ushort number) => number == 0 ? null : Names[number];

    public int NumberOf(string name) => Array.IndexOf(Names, name);
}
