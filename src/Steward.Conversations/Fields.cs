using System.Text.Json;
using System.Text.Json.Serialization;
using System.Runtime.InteropServices;
using Microsoft.Extensions.DependencyInjection;
using Steward.Platform.Sealing;
using Steward.Platform.Sealing.Rotation;

namespace Steward.Conversations;

/// <summary>Where this room's sealed values live.</summary>
internal static class Fields
{
    public static SealedField Text(Guid message) => new("conversations.messages", "text", message);

    public static SealedField Citations(Guid message) => new("conversations.messages", "citations", message);

    public static SealedField Title(Guid conversation) => new("conversations.conversations", "title", conversation);

    public static SealedField Trace(Guid turn) => new("conversations.turns", "trace", turn);

    public static SealedField Arguments(Guid call) => new("conversations.tool_calls", "arguments", call);

    public static SealedField Result(Guid call) => new("conversations.tool_calls", "result", call);

    public static SealedField ContactName(Guid contact) => new("conversations.contacts", "name", contact);

    public static SealedField ContactEmail(Guid contact) => new("conversations.contacts", "email", contact);

    public static SealedField ContactPhone(Guid contact) => new("conversations.contacts", "phone", contact);

    public static SealedField Identity(Guid contact) => new("conversations.contact_identities", "identity", contact);

    public static SealedField Settings(Guid channel) => new("conversations.channels", "settings", channel);

    public static SealedField Snapshot(Guid turn) => new("conversations.live_snapshots", "text", turn);

    public static IServiceCollection AddSealedTables(this IServiceCollection services) => services
        .AddSealedTable(new("conversations.messages", "id", "text", "citations") { Portion = 1000 })
        .AddSealedTable(new("conversations.conversations", "id", "title"))
        .AddSealedTable(new("conversations.turns", "turn_id", "trace"))
        .AddSealedTable(new("conversations.tool_calls", "id", "arguments", "result"))
        .AddSealedTable(new("conversations.contacts", "id", "name", "email", "phone"))
        .AddSealedTable(new("conversations.contact_identities", "contact_id", "identity"))
        .AddSealedTable(new("conversations.channels", "id", "settings"))
        .AddSealedTable(new("conversations.live_snapshots", "turn_id", "text"));

    public static byte[]? SealOrNull(this TenantSealer sealer, in SealedField field, string? text)
        => text is null ? null : sealer.Seal(field, text);

    public static string? OpenOrNull(this TenantSealer sealer, in SealedField field, byte[]? bytes)
        => bytes is null ? null : sealer.Open(field, bytes);

    public static byte[]? SealCitations(this TenantSealer sealer, Guid message, IReadOnlyList<Citation> citations)
        => citations.Count == 0
            ? null
            : sealer.SealBytes(Citations(message), JsonSerializer.SerializeToUtf8Bytes(citations, FieldJson.Default.IReadOnlyListCitation));

    public static IReadOnlyList<Citation> OpenCitations(this TenantSealer sealer, Guid message, byte[]? bytes)
        => bytes is null
            ? []
            : JsonSerializer.Deserialize(sealer.OpenBytes(Citations(message), bytes), FieldJson.Default.IReadOnlyListCitation) ?? [];
}

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(IReadOnlyList<Citation>))]
internal sealed partial class FieldJson : JsonSerializerContext;

/// <summary>One conversation of one tenant: the key of everything a node keeps in memory about it.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct ConversationKey(Platform.Tenancy.TenantId Tenant, Guid Id);
