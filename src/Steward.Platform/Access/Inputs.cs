using System.Net.Mail;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Steward.Platform.Problems;

namespace Steward.Platform.Access;

/// <summary>Rules for what people type, and the problems that say what to change.</summary>
internal static class Inputs
{
    public static bool IsEmail(string? text) =>
        text is { Length: > 2 and <= 254 } && MailAddress.TryCreate(text, out var address) && address.Address == text;

    public static bool IsName(string? text) =>
        text is { Length: > 0 and <= 100 } && text.Trim().Length > 0 && !text.Any(char.IsControl);

    public static ProblemHttpResult BadEmail() =>
        Problem.Of(StatusCodes.Status422UnprocessableEntity, "input.email", "Send an e-mail address such as name@example.com.");

    public static ProblemHttpResult BadName() =>
        Problem.Of(StatusCodes.Status422UnprocessableEntity, "input.name", "Send a name of 1 to 100 characters on one line.");

    public static ProblemHttpResult BadRole() =>
        Problem.Of(StatusCodes.Status422UnprocessableEntity, "input.role", "The role is owner, admin, agent or viewer.");
}
