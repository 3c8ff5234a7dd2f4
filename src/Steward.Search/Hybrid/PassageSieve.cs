using Steward.Search.Indexing;

namespace Steward.Search.Hybrid;

/// <summary>Decides which passages of a segment a search may return.</summary>
internal static class PassageSieve
{
    /// <summary>Writes into <paramref name="excluded"/> which passages may not be found; false when all of them may.</summary>
    public static bool Exclude(SegmentView view, SearchFilter filter, Span<bool> excluded)
    {
        var table = view.Segment.Passages;
        var any = view.Removed is not null;
        if (any)
        {
            view.Removed.CopyTo(excluded);
        }
        else
        {
            excluded.Clear();
        }

        any |= ByName(table, table.Kind, filter.Kinds, allowUnnamed: false, excluded);
        any |= ByName(table, table.Category, filter.Categories, allowUnnamed: false, excluded);
        any |= ByName(table, table.Language, filter.Languages, allowUnnamed: true, excluded);
        if (filter.ValidAt is { } time && table.HasValidity)
        {
            var ticks = time.UtcTicks;
            any = true;
            for (var i = 0; i < excluded.Length; i++)
            {
                excluded[i] |= table.ValidFrom[i] > ticks || table.ValidTo[i] <= ticks;
            }
        }

        return any;
    }

    private static bool ByName(PassageTable table, ushort[] numbers, IReadOnlyCollection<string>? allowed, bool allowUnnamed, Span<bool> excluded)
    {
        if (allowed is null)
        {
            return false;
        }

        var allows = new bool[table.Names.Length];
        allows[0] = allowUnnamed;
        foreach (var name in allowed)
        {
            if (table.NumberOf(name) is var number and > 0)
            {
                allows[number] = true;
            }
        }

        for (var i = 0; i < excluded.Length; i++)
        {
            excluded[i] |= !allows[numbers[i]];
        }

        return true;
    }
}
