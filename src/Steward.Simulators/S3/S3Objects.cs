using System.Collections.Concurrent;
using System.Security.Cryptography;

namespace Steward.Simulators.S3;

/// <summary>What a bucket holds: objects, and uploads that are not complete.</summary>
internal sealed class S3Objects(S3Options options)
{
    private readonly ConcurrentDictionary<string, (byte[] Bytes, string ETag)> _objects = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, (string Key, ConcurrentDictionary<int, byte[]> Parts)> _uploads = new(StringComparer.Ordinal);
    private int _number;

    public ICollection<string> Keys => _objects.Keys;

    public ICollection<string> Uploads => _uploads.Keys;

    public byte[]? Find(string key) => _objects.TryGetValue(key, out var found) ? found.Bytes : null;

    public string ETag(string key) => _objects[key].ETag;

    public string Put(string key, byte[] bytes)
    {
        var tag = Tag(bytes);
        _objects[key] = (bytes, tag);
        return tag;
    }

    public void Change(string key, Action<byte[]> change) => change(_objects[key].Bytes);

    public void Delete(string key) => _objects.TryRemove(key, out _);

    public string Begin(string key)
    {
        var id = $"upload-{Interlocked.Increment(ref _number)}+/=";
        _uploads[id] = (key, new());
        return id;
    }

    public bool Has(string upload) => _uploads.ContainsKey(upload);

    public string AddPart(string upload, int number, byte[] bytes)
    {
        _uploads[upload].Parts[number] = bytes;
        return Tag(bytes);
    }

    public IEnumerable<(string Id, string Key)> UploadsUnder(string prefix) =>
        _uploads.Where(upload => upload.Value.Key.StartsWith(prefix, StringComparison.Ordinal)).Select(upload => (upload.Key, upload.Value.Key));

    public void Abort(string upload) => _uploads.TryRemove(upload, out _);

    /// <summary>Null when the object was made; else the code that S3 answers.</summary>
    public string? Complete(string upload, IReadOnlyList<(int Number, string ETag)> named)
    {
        var (key, parts) = _uploads[upload];
        if (named.Count == 0 || named.Select(part => part.Number).Zip(named.Skip(1).Select(part => part.Number)).Any(pair => pair.First >= pair.Second)) return "InvalidPartOrder";
        foreach (var (number, tag) in named)
        {
            if (!parts.TryGetValue(number, out var bytes) || Tag(bytes) != tag) return "InvalidPart";
            if (number != named[^1].Number && bytes.Length < options.MinPartBytes) return "EntityTooSmall";
        }

        byte[] whole = [.. named.SelectMany(part => parts[part.Number])];
        _objects[key] = (whole, $"\"{Tag(whole).Trim('"')}-{named.Count}\"");
        _uploads.TryRemove(upload, out _);
        return null;
    }

#pragma warning disable CA5351 // The protocol's checksum.
    private static string Tag(byte[] bytes) => $"\"{Convert.ToHexStringLower(MD5.HashData(bytes))}\"";
#pragma warning restore CA5351
}
