namespace Steward.Platform.Idempotency;

/// <summary>An answer kept for a key. No status: the first use still runs.</summary>
internal sealed record StoredAnswer(Guid Id, byte[] RequestHash, int? Status, string? ContentType, string? Location, byte[]? Body);
