using System.Globalization;
using System.Net;
using System.Text;
using System.Xml;
using System.Xml.Linq;

namespace Steward.Platform.Files.S3;

/// <summary>An upload in parts: begun, fed in order, completed or aborted.</summary>
internal sealed class S3Multipart
{
    private readonly S3Client _client;
    private readonly S3Settings _settings;
    private readonly string _key;
    private readonly string _id;
    private readonly List<string> _tags = [];

    private S3Multipart(S3Client client, S3Settings settings, string key, string id) => (_client, _settings, _key, _id) = (client, settings, key, id);

    public static async Task<S3Multipart> BeginAsync(S3Client client, S3Settings settings, string key, CancellationToken ct)
    {
        using var response = await client.SendAsync(new S3Request(HttpMethod.Post, key, "uploads="), ct);
        var xml = await ReadAsync(response, ct);
        return new S3Multipart(client, settings, key, Value(xml.Root, "UploadId") ?? throw new FileStoreException("The S3 store began an upload without an id."));
    }

    public async Task AddAsync(ReadOnlyMemory<byte> body, CancellationToken ct)
    {
        var number = _tags.Count + 1;
        using var response = await _client.SendAsync(
            new S3Request(HttpMethod.Put, _key, string.Create(CultureInfo.InvariantCulture, $"partNumber={number}&{Upload(_id)}"), body)
            {
                IsBroken = answer => S3ETags.Of(answer) is null || S3ETags.Differs(answer, body.Span, _settings),
            },
            ct);
        _tags.Add(S3ETags.Of(response)!);
    }

    /// <summary>Makes the parts one object. The store may say 200 and then report a failure in the body.</summary>
    public async Task CompleteAsync(CancellationToken ct)
    {
        var body = new StringBuilder("<CompleteMultipartUpload>");
        for (var i = 0; i < _tags.Count; i++)
        {
            body.Append(CultureInfo.InvariantCulture, $"<Part><PartNumber>{i + 1}</PartNumber><ETag>{_tags[i]}</ETag></Part>");
        }

        var bytes = Encoding.UTF8.GetBytes(body.Append("</CompleteMultipartUpload>").ToString());
        for (var attempt = 1; ; attempt++)
        {
            using var response = await _client.SendAsync(new S3Request(HttpMethod.Post, _key, Upload(_id), bytes) { Accept = [HttpStatusCode.NotFound] }, ct);
            if (response.StatusCode == HttpStatusCode.NotFound)
            {
                // An earlier attempt was carried out and its answer lost, or somebody aborted the upload: the object knows.
                using var head = await _client.SendAsync(new S3Request(HttpMethod.Head, _key), ct);
                return;
            }

            if ((await ReadAsync(response, ct)).Root?.Name.LocalName == "CompleteMultipartUploadResult")
            {
                return;
            }

            if (attempt >= _settings.Attempts)
            {
                throw new FileStoreException("The S3 store did not put the parts together.");
            }

            await _client.PauseAsync(attempt, ct);
        }
    }

    public async Task TryAbortAsync()
    {
        try
        {
            await AbortAsync(_client, _key, _id, CancellationToken.None);
        }
        catch (FileStoreException)
        {
            // The sweep asks the store for unfinished uploads of this key.
        }
    }

    public static async Task AbortAsync(S3Client client, string key, string id, CancellationToken ct)
    {
        using var response = await client.SendAsync(new S3Request(HttpMethod.Delete, key, Upload(id)) { Accept = [HttpStatusCode.NotFound] }, ct);
    }

    /// <summary>Uploads of a key that were begun and neither completed nor aborted.</summary>
    public static async Task<IReadOnlyList<string>> UnfinishedAsync(S3Client client, string key, CancellationToken ct)
    {
        // A store that does not list uploads has none to abort, as far as anyone can know.
        using var response = await client.SendAsync(
            new S3Request(HttpMethod.Get, "", $"prefix={Uri.EscapeDataString(key)}&uploads=") { Accept = [HttpStatusCode.NotFound, HttpStatusCode.MethodNotAllowed, HttpStatusCode.NotImplemented] }, ct);
        if (!response.IsSuccessStatusCode)
        {
            return [];
        }

        var xml = await ReadAsync(response, ct);
        return
        [
            .. from upload in xml.Root?.Elements() ?? []
               where upload.Name.LocalName == "Upload" && Value(upload, "Key") == key
               let id = Value(upload, "UploadId")
               where id is not null
               select id,
        ];
    }

    private static string Upload(string id) => "uploadId=" + Uri.EscapeDataString(id);

    private static string? Value(XElement? parent, string name) => parent?.Elements().FirstOrDefault(element => element.Name.LocalName == name)?.Value;

    private static async Task<XDocument> ReadAsync(HttpResponseMessage response, CancellationToken ct)
    {
        try
        {
            await using var body = await response.Content.ReadAsStreamAsync(ct);
            using var reader = XmlReader.Create(body, new XmlReaderSettings { Async = true, DtdProcessing = DtdProcessing.Prohibit, MaxCharactersInDocument = 4 * 1024 * 1024 });
            return await XDocument.LoadAsync(reader, LoadOptions.None, ct);
        }
        catch (Exception failure) when (failure is XmlException or IOException or HttpRequestException)
        {
            throw new FileStoreException("The S3 store answered with something that is not its XML.", failure);
        }
    }
}

/// <summary>What an ETag tells about a transfer.</summary>
internal static class S3ETags
{
    /// <summary>The ETag with its quotes, which some stores leave out; null when there is none.</summary>
    public static string? Of(HttpResponseMessage answer) =>
        answer.Headers.TryGetValues("ETag", out var tags) && tags.First() is { Length: > 0 } tag ? $"\"{tag.Trim('"')}\"" : null;

    /// <summary>
    /// Whether the store says it has other bytes than those sent. Objects that the store encrypts with keys of its own service have ETags
    /// that are no MD5, and it says so in a header ("Common Response Headers" of the Amazon S3 API Reference).
    /// </summary>
    public static bool Differs(HttpResponseMessage answer, ReadOnlySpan<byte> sent, S3Settings settings)
    {
        if (!settings.CheckETags || Of(answer) is not { Length: 34 } tag)
        {
            return false;
        }

        var opaque = answer.Headers.Contains("x-amz-server-side-encryption-customer-algorithm")
            || (answer.Headers.TryGetValues("x-amz-server-side-encryption", out var kinds) && kinds.Any(kind => kind.StartsWith("aws:kms", StringComparison.Ordinal)));
        return !opaque && !string.Equals(tag, S3Client.ETagOf(sent), StringComparison.OrdinalIgnoreCase);
    }
}
