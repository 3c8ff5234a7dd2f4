namespace Steward.Platform.Files;

/// <summary>Bytes that may not be stored. The code is stable, the sentence says what to change; nothing was stored.</summary>
public sealed class FileRejectedException(int status, string code, string detail) : Exception(detail)
{
    /// <summary>HTTP status.</summary>
    public int Status { get; } = status;

    /// <summary>The stable code: <c>files.too_large</c>, <c>files.type_refused</c>, ...</summary>
    public string Code { get; } = code;
}

/// <summary>The store of the bytes did not answer, refused, or does not have what it should have. Trying later may help.</summary>
public sealed class FileStoreException(string message, Exception? inner = null) : IOException(message, inner);
