using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Steward.Platform.Problems;

namespace Steward.Platform.Access;

/// <summary>What is wrong with something that was typed: a stable code and a sentence that says what to change.</summary>
internal sealed record InputFault(string Code, string Detail)
{
    public ProblemHttpResult ToProblem() => Problem.Of(StatusCodes.Status422UnprocessableEntity, Code, Detail);
}
