using System.Collections.Concurrent;
using Steward.Assistants.Configuration;
using Steward.Platform.Tenancy;
using Steward.Search.Tokens;

namespace Steward.Assistants.Prompting;

/// <summary>The fixed part of a prompt and its estimated tokens.</summary>
internal sealed record FixedPrompt(string Text, int Tokens);

/// <summary>Keeps each assistant's fixed prompt, so that a turn neither writes nor counts it again. Bounded: it starts over when full.</summary>
internal sealed class PromptCache
{
    private const int Most = 1_000;
    private readonly ConcurrentDictionary<(TenantId Tenant, Guid Assistant, int Version, TokenFamily Family), FixedPrompt> _prompts = new();

    public FixedPrompt For(TenantId tenant, Assistant assistant, string model)
    {
        var estimator = TokenEstimator.ForModel(model);
        if (_prompts.Count > Most)
        {
            _prompts.Clear();
        }

        return _prompts.GetOrAdd((tenant, assistant.Id, assistant.Version, estimator.Family), static (key, settings) =>
        {
            var text = Instructions.Of(settings);
            return new(text, TokenEstimator.For(key.Family).CountWithMargin(text));
        }, assistant.Settings);
    }
}
