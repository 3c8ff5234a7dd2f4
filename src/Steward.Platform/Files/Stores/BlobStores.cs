namespace Steward.Platform.Files.Stores;

/// <summary>The stores of the installation: bytes stay in the store they were written to, whatever new ones go to.</summary>
internal sealed class BlobStores(IEnumerable<IBlobStore> stores, FileSettings settings)
{
    private readonly Dictionary<string, IBlobStore> _stores = stores.ToDictionary(store => store.Name, StringComparer.Ordinal);

    public IBlobStore ForNew => Named(settings.Store);

    public IBlobStore Named(string name) => _stores.TryGetValue(name, out var store)
        ? store
        : throw new FileStoreException($"Bytes are in the store {name}, which is not configured any more.");
}
