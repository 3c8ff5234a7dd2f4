using Microsoft.AspNetCore.Http;
using Steward.Knowledge.Extraction;
using Steward.Knowledge.Searching;
using Steward.Platform.Paging;
using Steward.Platform.Problems;

namespace Steward.Knowledge.Http;

/// <summary>Sources were accepted. With one file <c>id</c> says all there is to say; with several <c>items</c> has them in order.</summary>
/// <param name="Id">The first source.</param>
/// <param name="Items">All of them.</param>
public sealed record AcceptedSources(Guid Id, IReadOnlyList<AcceptedSource> Items);

/// <summary>One accepted source.</summary>
/// <param name="Id">The source.</param>
/// <param name="Unchanged">The same bytes were known: this is the source that has them, and nothing is done again.</param>
public sealed record AcceptedSource(Guid Id, bool Unchanged);

/// <summary>What a search found.</summary>
/// <param name="Results">Best first.</param>
/// <param name="Answerable">Whether the assistant would answer from them.</param>
/// <param name="Answerability">0 to 1.</param>
/// <param name="MissingTerms">Content words of the question that the best passage does not have.</param>
public sealed record SearchAnswer(IReadOnlyList<SearchAnswerItem> Results, bool Answerable, double Answerability, IReadOnlyList<string> MissingTerms);

/// <summary>One passage found.</summary>
public sealed record SearchAnswerItem(
    Guid PassageId, Guid ArticleId, Guid SourceId, Articles.ArticleKind Kind, string Title, string Headings, string? Url, string Text, double Score, PassageStages Stages);

/// <summary>Refusals of this room become problem details in one place.</summary>
internal sealed class RefusalFilter : IEndpointFilter
{
    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        try
        {
            return await next(context);
        }
        catch (SourceRejectedException refused)
        {
            return Problem.Of(refused.Status, refused.Code, refused.Message);
        }
    }
}

/// <summary>Parameters of lists.</summary>
internal static class Query
{
    /// <summary>Ids are ordered by time, so the id of the last row is the place.</summary>
    public static Guid? Cursor(string list, string? cursor) => Cursors.ReadTime(list, cursor)?.Id;

    public static T? Name<T>(string? value, string parameter)
        where T : struct, Enum
        => string.IsNullOrEmpty(value) ? null
            : Names.TryParse<T>(value, out var parsed) ? parsed
            : throw new SourceRejectedException("request.parameter", $"{parameter} must be one of {string.Join(", ", Enum.GetValues<T>().Select(Names.Of))}.", 400);
}
