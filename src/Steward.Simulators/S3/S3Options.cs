namespace Steward.Simulators.S3;

/// <summary>How an <see cref="S3Simulator"/> is set up.</summary>
public sealed record S3Options
{
    /// <summary>Where to listen; port 0 takes a free one.</summary>
    public string Url { get; init; } = "http://127.0.0.1:0";

    public string Bucket { get; init; } = "steward-files";

    public string Region { get; init; } = "us-east-1";

    public string AccessKey { get; init; } = "AKIASIMULATED";

    public string SecretKey { get; init; } = "a simulated secret key";

    /// <summary>Smallest part of a multipart upload that is not its last; S3 itself asks for 5 MB.</summary>
    public int MinPartBytes { get; init; } = 5 * 1024 * 1024;
}

/// <summary>A request as the simulator saw it.</summary>
/// <param name="Method">HTTP method.</param>
/// <param name="Key">The object; empty for the bucket.</param>
/// <param name="Query">The query without its question mark.</param>
/// <param name="Bytes">Bytes of the body.</param>
/// <param name="Status">What was answered; 0 when the connection was broken.</param>
public sealed record S3Call(string Method, string Key, string Query, long Bytes, int Status);

/// <summary>What goes wrong with one request.</summary>
public enum S3FaultKind
{
    /// <summary>503 SlowDown.</summary>
    SlowDown,

    /// <summary>500 InternalError.</summary>
    Internal,

    /// <summary>The request is carried out and the connection then broken.</summary>
    DoneThenDrop,

    /// <summary>The body of the answer stops half way.</summary>
    Cut,

    /// <summary>The answer waits.</summary>
    Stall,

    /// <summary>The answer names another ETag than the object's.</summary>
    WrongETag,

    /// <summary>200 with an error in its body, as S3 answers to completions that fail late.</summary>
    ErrorInBody,

    /// <summary>403 AccessDenied.</summary>
    Denied,
}

/// <summary>A fault and for how long it lasts.</summary>
public sealed record S3Fault(S3FaultKind Kind)
{
    /// <summary>Milliseconds that <see cref="S3FaultKind.Stall"/> waits.</summary>
    public int StallMs { get; init; } = 50;
}
