using System.Buffers.Binary;

namespace Steward.Platform.Postgres.Embedded;

/// <summary>
/// A POSIX access control list as Linux keeps it in the attribute <c>system.posix_acl_access</c>: a version, then entries of
/// tag, permissions and id, sorted. Source: <c>linux/posix_acl_xattr.h</c>.
/// </summary>
internal static class AccessList
{
    internal const string Attribute = "system.posix_acl_access";

    private const ushort Owner = 0x01, User = 0x02, OwningGroup = 0x04, Mask = 0x10, Others = 0x20;
    private const ushort Pass = 0x1;
    private const uint NoId = uint.MaxValue;

    private sealed record Entry(ushort Tag, ushort Permissions, uint Id);

    internal static bool LetsPass(byte[]? list, uint user) =>
        list is not null && Read(list).Any(e => e.Tag == User && e.Id == user && (e.Permissions & Pass) != 0);

    /// <summary>The list with one entry more: <paramref name="user"/> may pass through the directory, not list it.</summary>
    internal static byte[] WithPass(byte[]? list, UnixFileMode mode, uint user)
    {
        var entries = list is null ? FromMode(mode) : Read(list);
        entries.RemoveAll(e => e.Tag == User && e.Id == user);
        entries.Add(new Entry(User, Pass, user));
        var mask = entries.FindIndex(e => e.Tag == Mask);
        if (mask >= 0)
        {
            entries[mask] = entries[mask] with { Permissions = (ushort)(entries[mask].Permissions | Pass) };
        }
        else
        {
            var group = entries.Single(e => e.Tag == OwningGroup).Permissions;
            entries.Add(new Entry(Mask, (ushort)(group | Pass), NoId));
        }

        return Write(entries);
    }

    private static List<Entry> FromMode(UnixFileMode mode) =>
    [
        new(Owner, (ushort)(((int)mode >> 6) & 7), NoId),
        new(OwningGroup, (ushort)(((int)mode >> 3) & 7), NoId),
        new(Others, (ushort)((int)mode & 7), NoId),
    ];

    private static List<Entry> Read(byte[] list)
    {
        var entries = new List<Entry>();
        for (var at = 4; at + 8 <= list.Length; at += 8)
        {
            var entry = list.AsSpan(at);
            entries.Add(new Entry(
                BinaryPrimitives.ReadUInt16LittleEndian(entry),
                BinaryPrimitives.ReadUInt16LittleEndian(entry[2..]),
                BinaryPrimitives.ReadUInt32LittleEndian(entry[4..])));
        }

        return entries;
    }

    private static byte[] Write(List<Entry> entries)
    {
        var list = new byte[4 + (entries.Count * 8)];
        BinaryPrimitives.WriteUInt32LittleEndian(list, 2);
        var at = 4;
        foreach (var entry in entries.OrderBy(e => e.Tag).ThenBy(e => e.Id))
        {
            BinaryPrimitives.WriteUInt16LittleEndian(list.AsSpan(at), entry.Tag);
            BinaryPrimitives.WriteUInt16LittleEndian(list.AsSpan(at + 2), entry.Permissions);
            BinaryPrimitives.WriteUInt32LittleEndian(list.AsSpan(at + 4), entry.Id);
            at += 8;
        }

        return list;
    }
}
