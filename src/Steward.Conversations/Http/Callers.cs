using System.Globalization;
using Microsoft.AspNetCore.Http;
using Steward.Platform.Access;
using Steward.Platform.Limits;
using Steward.Platform.Problems;

namespace Steward.Conversations.Http;

/// <summary>Who a request's caller is to this room, and how this room's problems are answered.</summary>
internal static class Callers
{
    public static Viewer Viewer(this Caller caller) => new(caller.Tenant, caller.MemberId, caller.ContactId);

    public static bool IsContact(this Caller caller) => caller.Kind == CallerKind.Visitor;

    /// <summary>Maps this room's problems to problem details.</summary>
    public static async ValueTask<object?> AnswerProblems(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        try
        {
            return await next(context);
        }
        catch (ConversationProblemException problem)
        {
            if (problem is { Code: ConversationProblems.RateCode, RetryAfter: { } wait })
            {
                return RateLimitEndpoints.Refused(context.HttpContext, wait);
            }

            if (problem.RetryAfter is { } after)
            {
                context.HttpContext.Response.Headers.RetryAfter = Math.Ceiling(after.TotalSeconds).ToString(CultureInfo.InvariantCulture);
            }

            return Problem.Of(problem.Status, problem.Code, problem.Message);
        }
    }

    /// <summary>As limits count the caller; null for programs, whose requests have a limit of their own.</summary>
    public static MessageSender? Sender(this Caller caller) => caller.Kind switch
    {
        CallerKind.Visitor => new MessageSender(RateRules.Contact, caller.Id.ToString()),
        CallerKind.Member => new MessageSender(RateRules.Member, caller.Id.ToString()),
        _ => null,
    };

    public static T Enum<T>(string? text, string name)
        where T : struct, Enum
        => System.Enum.TryParse<T>(text, ignoreCase: true, out var value) && System.Enum.IsDefined(value) && !int.TryParse(text, out _)
            ? value
            : throw new ConversationProblemException(400, "request.parameter", $"'{name}' is one of: {string.Join(", ", System.Enum.GetNames<T>()).ToLowerInvariant()}.");
}
