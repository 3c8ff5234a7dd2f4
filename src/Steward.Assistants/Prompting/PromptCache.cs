using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Steward.Assistants.Checking;
using Steward.Assistants.Configuration;
using Steward.Platform.Tenancy;
using Steward.Search.Tokens;

namespace Steward.Assistants.Prompting;

/// <summary>What is the same for every turn of an assistant.</summary>
/// <param name="Text">The instructions.</param>
/// <param name="Tokens">Their estimated tokens.</param>
/// <param name="Guarded">What of them must not be repeated to a customer: all but the first line, which says who the assistant is.</param>
/// <param name="Lane">Names the assistant's calls to a provider that keeps prompts, without telling it anything. Tenants do not share one.</param>
/// <param name="Restricted">Finds what the assistant must not speak about.</param>
internal sealed record FixedPrompt(string Text, int Tokens, string Guarded, string Lane, Regex? Restricted);

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
            return new(text, TokenEstimator.For(key.Family).CountWithMargin(text), Leaks.Flat(text[(text.IndexOf('\n') + 1)..]), Lane(key.Tenant, key.Assistant), ReplyRules.TopicsOf(settings.RestrictedTopics));
        }, assistant.Settings);
    }

    private static string Lane(TenantId tenant, Guid assistant) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{tenant} {assistant:D}"))[..16]);
}
