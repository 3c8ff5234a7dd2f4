using Microsoft.Extensions.DependencyInjection;

namespace Steward.Platform.Sealing.Rotation;

/// <summary>
/// A table of tenants with sealed columns. Every module registers its own with <see cref="SealedTables.AddSealedTable"/>; a test finds the
/// column that is in no registration.
/// </summary>
/// <param name="Name">Schema and table.</param>
/// <param name="Row">SQL over the row for <see cref="SealedField.Row"/>: most often <c>id</c>.</param>
/// <param name="Columns">The sealed columns.</param>
public sealed record SealedTable(string Name, string Row, params SealedColumn[] Columns)
{
    /// <summary>Rows sealed again by one statement. Fewer where a value is large.</summary>
    public int Portion { get; init; } = 200;
}

/// <summary>A sealed column.</summary>
/// <param name="Name">The column.</param>
/// <param name="Label">SQL over the row for <see cref="SealedField.Column"/> where that is more than the column's name.</param>
/// <param name="Suffix">What some rows' label ends with and others' does not, where the row itself does not tell.</param>
public sealed record SealedColumn(string Name, string? Label = null, string? Suffix = null)
{
    /// <summary>A column that is bound under its own name.</summary>
    public static implicit operator SealedColumn(string name) => new(name);
}

/// <summary>Registers sealed tables.</summary>
public static class SealedTables
{
    /// <summary>Registers a table with sealed columns, so that a change of keys reaches it.</summary>
    public static IServiceCollection AddSealedTable(this IServiceCollection services, SealedTable table) => services.AddSingleton(table);
}
