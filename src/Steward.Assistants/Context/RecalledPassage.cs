namespace Steward.Assistants.Context;

/// <summary>A passage as it stands in a turn's context. Its number is what a citation names.</summary>
internal sealed record RecalledPassage(int N, Guid PassageId, Guid ArticleId, Guid SourceId, string Title, string? Url, string Text, double Score);
