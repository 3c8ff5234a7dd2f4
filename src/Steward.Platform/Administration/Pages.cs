using Steward.Platform.Paging;

namespace Steward.Platform.Administration;

/// <summary>Whole lists out of pages, for people at a terminal.</summary>
internal static class Pages
{
    /// <summary>Reads page after page; a page has one row more than asked when another follows.</summary>
    public static async Task<IReadOnlyList<T>> AllAsync<T>(Func<TimeCursor?, int, Task<List<T>>> read, Func<T, TimeCursor> cursorOf)
    {
        var all = new List<T>();
        TimeCursor? after = null;
        while (true)
        {
            var page = await read(after, Page.MaxSize);
            all.AddRange(page.Take(Page.MaxSize));
            if (page.Count <= Page.MaxSize)
            {
                return all;
            }

            after = cursorOf(all[^1]);
        }
    }
}
