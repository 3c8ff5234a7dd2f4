using System.Text.Json;
using Microsoft.Extensions.AI;

namespace Steward.Assistants.Prompting;

/// <summary>The two typed wishes a model may have instead of an answer. They have no effect of their own: the product decides.</summary>
internal static class TurnTools
{
    public const string AskCustomer = "ask_customer";
    public const string BringInPerson = "bring_in_person";

    public static IList<AITool> All { get; } =
    [
        AIFunctionFactory.CreateDeclaration(
            AskCustomer,
            "Ask the customer one short question when what they want is unclear.",
            JsonElement.Parse("""{"type":"object","properties":{"question":{"type":"string"}},"required":["question"],"additionalProperties":false}""")),
        AIFunctionFactory.CreateDeclaration(
            BringInPerson,
            "Bring in a person when the passages do not hold the answer, or the matter is not for an assistant.",
            JsonElement.Parse("""{"type":"object","properties":{"reason":{"type":"string"}},"required":["reason"],"additionalProperties":false}""")),
    ];
}
