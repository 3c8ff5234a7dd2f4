using Steward.Platform.Sealing;
using Steward.Platform.Tenancy;

namespace Steward.Platform.Files.Storing;

/// <summary>Where the bytes of one content are.</summary>
/// <param name="Tenant">Whose they are.</param>
/// <param name="Id">The blob; never used again for other bytes.</param>
/// <param name="Store">The store's name.</param>
internal sealed record BlobAddress(TenantId Tenant, Guid Id, string Store)
{
    public static BlobAddress None { get; } = new(default, Guid.Empty, "");

    /// <summary>The ordinal, and whether the chunk is the last, are part of what is sealed: a chunk in another place does not open, and neither does a shortened row of them.</summary>
    public SealedField Chunk(int ordinal, bool last) => new("platform.file_chunks", last ? $"body/{ordinal}/last" : $"body/{ordinal}", Id);
}

/// <summary>What is known of bytes that were written and not kept yet.</summary>
internal sealed record StagedBytes(BlobAddress Blob, byte[] ContentHash, byte[] SealedName, NewFile Asked);

/// <summary>How a content is cut. Figures of the format: changing one makes stored files unreadable.</summary>
internal static class Chunks
{
    /// <summary>Bytes of a chunk before it is sealed. Below the size from which .NET treats an array as large, sealed too.</summary>
    public const int Plain = 64 * 1024;

    /// <summary>Bytes of a full chunk when it is sealed.</summary>
    public const int Sealed = Plain + TenantSealer.Overhead;

    /// <summary>Chunks of a content; an empty one has one.</summary>
    public static int Count(long size) => size == 0 ? 1 : checked((int)((size + Plain - 1) / Plain));
}
