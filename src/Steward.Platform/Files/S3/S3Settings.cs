using Microsoft.Extensions.Configuration;

namespace Steward.Platform.Files.S3;

/// <summary>An S3-compatible address that the operator chose, and how to speak to it.</summary>
internal sealed record S3Settings
{
    public required Uri Endpoint { get; init; }

    public required string Bucket { get; init; }

    public required S3Credentials Credentials { get; init; }

    public string Region { get; init; } = "us-east-1";

    /// <summary>Whether the bucket is the first label of the host; else it is the first segment of the path.</summary>
    public bool VirtualHost { get; init; }

    /// <summary>Begins the key of every object; empty, or letters, digits, <c>- _ /</c>, ending with a slash.</summary>
    public string Prefix { get; init; } = "";

    /// <summary>Whether an ETag is the MD5 of what was sent, which S3 and most others promise; turned off for stores that number their objects.</summary>
    public bool CheckETags { get; init; } = true;

    /// <summary>Bytes of a part of a multipart upload, and of the largest object sent in one piece. S3 wants at least 5 MB.</summary>
    public int PartBytes { get; init; } = 8 * 1024 * 1024;

    public int Attempts { get; init; } = 5;

    /// <summary>Most time until the headers of an answer, the sending of a part included.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Most time without a byte of an answer's body.</summary>
    public TimeSpan Silence { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The first pause before another attempt, doubled each time; a random part of it is waited.</summary>
    public TimeSpan Pause { get; init; } = TimeSpan.FromMilliseconds(200);

    /// <summary>Null when no endpoint is set; a <see cref="FormatException"/> names what is wrong.</summary>
    public static S3Settings? Read(IConfiguration configuration)
    {
        if (configuration["STEWARD_S3_ENDPOINT"] is not { Length: > 0 } endpoint)
        {
            return null;
        }

        if (!Uri.TryCreate(endpoint, UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https") || address.AbsolutePath != "/" || address.Query.Length > 0)
        {
            throw new FormatException("STEWARD_S3_ENDPOINT must be an address without a path: https://s3.eu-central-1.amazonaws.com.");
        }

        var prefix = (configuration["STEWARD_S3_PREFIX"] ?? "").Trim('/');
        if (prefix.Any(c => !char.IsAsciiLetterOrDigit(c) && c is not ('-' or '_' or '/')) || prefix.Contains("//", StringComparison.Ordinal))
        {
            throw new FormatException("STEWARD_S3_PREFIX may have letters, digits, '-', '_' and '/'.");
        }

        return new S3Settings
        {
            Endpoint = address,
            Bucket = Bucketed(Required(configuration, "STEWARD_S3_BUCKET")),
            Region = configuration["STEWARD_S3_REGION"] is { Length: > 0 } region ? region : "us-east-1",
            VirtualHost = Choice(configuration, "STEWARD_S3_STYLE", "path", "virtual"),
            CheckETags = !Choice(configuration, "STEWARD_S3_ETAG", "md5", "opaque"),
            Prefix = prefix.Length == 0 ? "" : prefix + "/",
            Credentials = new S3Credentials(
                Required(configuration, "STEWARD_S3_ACCESS_KEY"), Required(configuration, "STEWARD_S3_SECRET_KEY"), configuration["STEWARD_S3_SESSION_TOKEN"] is { Length: > 0 } token ? token : null),
        };
    }

    /// <summary>The address of an object, or of the bucket for an empty key. Keys are ours: they need no escaping.</summary>
    public Uri AddressOf(string key, string query) => VirtualHost
        ? new UriBuilder(Endpoint) { Host = $"{Bucket}.{Endpoint.Host}", Path = "/" + key, Query = query }.Uri
        : new UriBuilder(Endpoint) { Path = $"/{Bucket}/{key}".TrimEnd('/'), Query = query }.Uri;

    private static string Bucketed(string bucket) =>
        bucket.Length is >= 3 and <= 63 && bucket.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '-' or '.')
            ? bucket
            : throw new FormatException("STEWARD_S3_BUCKET must be the name of a bucket: 3 to 63 lower-case letters, digits, '-' and '.'.");

    private static string Required(IConfiguration configuration, string name) => configuration[name] is { Length: > 0 } value
        ? value
        : throw new FormatException($"STEWARD_S3_ENDPOINT is set and {name} is not.");

    private static bool Choice(IConfiguration configuration, string name, string usual, string other) => configuration[name] switch
    {
        null or "" => false,
        { } value when value == usual => false,
        { } value when value == other => true,
        _ => throw new FormatException($"{name} must be {usual} or {other}."),
    };
}

/// <summary>Who asks: an access key, its secret, and for temporary credentials their token.</summary>
internal sealed record S3Credentials(string AccessKey, string SecretKey, string? SessionToken = null);
