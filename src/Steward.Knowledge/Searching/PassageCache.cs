using Steward.Platform.Tenancy;

namespace Steward.Knowledge.Searching;

/// <summary>Passages shown lately, opened, within a budget of bytes; the one not shown longest goes first. The key names the tenant.</summary>
internal sealed class PassageCache(KnowledgeSettings settings)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<(TenantId, Guid), LinkedListNode<(TenantId Tenant, OpenedPassage Passage)>> _nodes = [];
    private readonly LinkedList<(TenantId Tenant, OpenedPassage Passage)> _byUse = [];
    private long _bytes;

    public OpenedPassage? Get(TenantId tenant, Guid passage)
    {
        lock (_lock)
        {
            if (!_nodes.TryGetValue((tenant, passage), out var node))
                return null;
            _byUse.Remove(node);
            _byUse.AddFirst(node);
            return node.Value.Passage;
        }
    }

    public void Put(TenantId tenant, OpenedPassage passage)
    {
        lock (_lock)
        {
            if (_nodes.ContainsKey((tenant, passage.Id)))
                return;
            _nodes[(tenant, passage.Id)] = _byUse.AddFirst((tenant, passage));
            _bytes += passage.Bytes;
            while (_bytes > settings.PassageBytes && _byUse.Last is { } last)
                Drop(last);
        }
    }

    /// <summary>Something of the tenant changed or was erased: what was opened before is not shown again.</summary>
    public void Forget(TenantId tenant)
    {
        lock (_lock)
        {
            for (var node = _byUse.First; node is not null;)
            {
                var next = node.Next;
                if (node.Value.Tenant == tenant)
                    Drop(node);
                node = next;
            }
        }
    }

    private void Drop(LinkedListNode<(TenantId Tenant, OpenedPassage Passage)> node)
    {
        _byUse.Remove(node);
        _nodes.Remove((node.Value.Tenant, node.Value.Passage.Id));
        _bytes -= node.Value.Passage.Bytes;
    }
}
