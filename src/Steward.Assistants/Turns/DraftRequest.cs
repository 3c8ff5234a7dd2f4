using Microsoft.Extensions.AI;
using Steward.Assistants.Checking;
using Steward.Assistants.Configuration;
using Steward.Assistants.Prompting;
using Steward.Models;
using Steward.Platform.Masking;
using Steward.Platform.Tenancy;

namespace Steward.Assistants.Turns;

/// <summary>What models need to write one reply.</summary>
/// <param name="Models">Tried in order.</param>
/// <param name="Writer">What is known of the contact, to be masked where the tenant wants that.</param>
internal sealed record DraftRequest(
    TenantId Tenant,
    IReadOnlyList<string> Models,
    AssistantSettings Settings,
    List<ChatMessage> Messages,
    ExtractiveOptions Extractive,
    ReplyRules Rules,
    CallPurpose Purpose,
    KnownPerson Writer)
{
    /// <summary>Names the calls that begin alike to the provider; null where it is not to keep their beginning.</summary>
    public string? Lane { get; init; }

    /// <summary>The built-in model reads typed options and calls no tool; the others get the tools for their two wishes.</summary>
    public ChatOptions OptionsFor(string model) => model == BuiltInModelNames.Extractive
        ? Extractive.AddTo(new ChatOptions())
        : Laned(EnsembleVote.ToolsAreWishes(new ChatOptions
        {
            Temperature = (float)Settings.Temperature,
            MaxOutputTokens = Settings.MaxOutputTokens,
            Tools = TurnTools.All,
        }));

    private ChatOptions Laned(ChatOptions options) => Lane is null ? options : options.InLane(Lane);
}
