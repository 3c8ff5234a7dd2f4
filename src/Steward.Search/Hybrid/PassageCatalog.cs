using Steward.Search.Indexing;

namespace Steward.Search.Hybrid;

/// <summary>Finds a passage's segment from its position in the whole index.</summary>
internal sealed class PassageCatalog(SearchIndex index)
{
    public Guid IdOf(int passage)
    {
        var (view, local) = Locate(passage);
        return view.Segment.Passages.Ids[local];
    }

    public (SegmentView View, int Local) Locate(int passage)
    {
        var views = index.Views;
        int low = 0, high = views.Length - 1;
        while (low < high)
        {
            var middle = (low + high + 1) / 2;
            if (views[middle].Base <= passage)
            {
                low = middle;
            }
            else
            {
                high = middle - 1;
            }
        }

        return (views[low], passage - views[low].Base);
    }
}
