using System.Text.Json.Serialization;

namespace Steward.Platform.Paging;

/// <summary>One page of a list.</summary>
/// <param name="Items">The rows.</param>
/// <param name="Next">Give it as <c>cursor</c> for the next page; absent on the last page.</param>
public sealed record Page<T>(
    IReadOnlyList<T> Items, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Next);

/// <summary>Makes pages.</summary>
public static class Page
{
    /// <summary>Rows of a page when the caller does not say.</summary>
    public const int DefaultSize = 50;

    /// <summary>Most rows of a page.</summary>
    public const int MaxSize = 200;

    /// <summary>The size asked for, held between 1 and <see cref="MaxSize"/>. Read one row more, to know whether there is a next page.</summary>
    public static int Size(int? asked) => Math.Clamp(asked ?? DefaultSize, 1, MaxSize);

    /// <summary>A page of <paramref name="size"/> out of up to size + 1 rows read.</summary>
    public static Page<T> Of<T>(IReadOnlyList<T> rows, int size, Func<T, string> cursorOf) =>
        rows.Count > size ? new Page<T>([.. rows.Take(size)], cursorOf(rows[size - 1])) : new Page<T>(rows, null);
}
