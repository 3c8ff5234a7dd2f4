namespace Steward.Search.Ranks;

/// <summary>The best of many scored passages: a heap of fixed size whose root is the worst that is kept.</summary>
/// <remarks>Equal scores are ordered by passage id, so a result never depends on the order of segments.</remarks>
internal sealed class TopList(int size, Func<int, Guid> idOf)
{
    private readonly List<(float Score, int Passage)> _heap = new(size);

    /// <summary>A score under this one is not kept.</summary>
    public float Floor { get; private set; } = float.NegativeInfinity;

    public void Offer(float score, int passage)
    {
        if (size == 0)
        {
            return;
        }

        if (_heap.Count < size)
        {
            _heap.Add((score, passage));
            Up(_heap.Count - 1);
        }
        else if (IsWorse(_heap[0], (score, passage)))
        {
            _heap[0] = (score, passage);
            Down();
        }

        if (_heap.Count == size)
        {
            Floor = _heap[0].Score;
        }
    }

    /// <summary>What was kept, best first.</summary>
    public List<(float Score, int Passage)> Sorted()
    {
        var sorted = new List<(float Score, int Passage)>(_heap);
        sorted.Sort((a, b) => IsWorse(b, a) ? -1 : IsWorse(a, b) ? 1 : 0);
        return sorted;
    }

    private bool IsWorse((float Score, int Passage) a, (float Score, int Passage) b) =>
        a.Score < b.Score || (a.Score == b.Score && a.Passage != b.Passage && idOf(a.Passage).CompareTo(idOf(b.Passage)) > 0);

    private void Up(int child)
    {
        while (child > 0)
        {
            var parent = (child - 1) / 2;
            if (!IsWorse(_heap[child], _heap[parent]))
            {
                return;
            }

            (_heap[child], _heap[parent]) = (_heap[parent], _heap[child]);
            child = parent;
        }
    }

    private void Down()
    {
        var parent = 0;
        while (true)
        {
            var child = (2 * parent) + 1;
            if (child >= _heap.Count)
            {
                return;
            }

            if (child + 1 < _heap.Count && IsWorse(_heap[child + 1], _heap[child]))
            {
                child++;
            }

            if (!IsWorse(_heap[child], _heap[parent]))
            {
                return;
            }

            (_heap[child], _heap[parent]) = (_heap[parent], _heap[child]);
            parent = child;
        }
    }
}
