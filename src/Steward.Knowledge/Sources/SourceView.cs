using System.Text.Json.Serialization;
using Steward.Knowledge.Articles;
using Steward.Knowledge.Extraction;

namespace Steward.Knowledge.Sources;

/// <summary>Where a source came from.</summary>
[JsonConverter(typeof(CamelCase<SourceKind>))]
public enum SourceKind
{
    /// <summary>An uploaded file.</summary>
    File,

    /// <summary>A web page.</summary>
    Url,

    /// <summary>A text typed or sent by a program.</summary>
    Text,
}

/// <summary>How far a source is.</summary>
[JsonConverter(typeof(CamelCase<SourceState>))]
public enum SourceState
{
    /// <summary>Accepted; nobody works on it yet.</summary>
    Queued,

    /// <summary>A step is running, or waits to be tried again.</summary>
    Working,

    /// <summary>Its newest content answers.</summary>
    Ready,

    /// <summary>It cannot be read; content that answered before still does.</summary>
    Failed,
}

/// <summary>Figures for a person who waits. <paramref name="Done"/> and <paramref name="Total"/> count within the step; total is null while unknown.</summary>
/// <param name="Step">fetch, extract, split, embed, index, publish, or null when nothing runs.</param>
/// <param name="Done">Pages, articles or passages done.</param>
/// <param name="Total">Of how many.</param>
/// <param name="Percent">0 to 100 over all steps.</param>
public sealed record SourceProgress(string? Step, int Done, int? Total, int Percent);

/// <summary>Why a source failed, or why its step is tried again.</summary>
public sealed record SourceError(string Code, string Detail);

/// <summary>A source as the API shows it.</summary>
public sealed record SourceView(
    Guid Id,
    SourceKind Kind,
    SourceFormat? Type,
    string Title,
    string? Url,
    SourceState State,
    SourceProgress Progress,
    IReadOnlyList<SourceError> Errors,
    int Version,
    int? LiveVersion,
    long? Size,
    int Articles,
    int Passages,
    DateTimeOffset CreatedAt,
    DateTimeOffset UpdatedAt);
