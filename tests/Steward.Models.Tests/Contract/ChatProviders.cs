using Steward.Simulators;

namespace Steward.Models.Tests.Contract;

public sealed class OpenAiContract(SharedDatabase shared) : ChatProviderContract(shared)
{
    protected override string Provider => "openai";
    protected override string Model => "gpt-4o-mini";
    protected override string StreamPath => "/v1/chat/completions";
}

public sealed class AnthropicContract(SharedDatabase shared) : ChatProviderContract(shared)
{
    protected override string Provider => "anthropic";
    protected override string Model => "claude-haiku-4-5";
    protected override string StreamPath => "/v1/messages";
    protected override bool ReportsReasoning => false;
}

public sealed class MistralContract(SharedDatabase shared) : ChatProviderContract(shared)
{
    protected override string Provider => "mistral";
    protected override bool Sees => false;
    protected override string Model => "open-mistral-nemo";
    protected override string StreamPath => "/mistral/v1/chat/completions";
}

public sealed class GeminiContract(SharedDatabase shared) : ChatProviderContract(shared)
{
    protected override string Provider => "gemini";
    protected override string Model => "gemini-2.5-flash";
    protected override string StreamPath => "/v1beta/models/gemini-2.5-flash:streamGenerateContent";
    protected override string BadArguments => "malformed";
}

public sealed class TogetherContract(SharedDatabase shared) : ChatProviderContract(shared)
{
    protected override string Provider => "together";
    protected override bool Sees => false;
    protected override string Model => "meta-llama/Llama-3.3-70B-Instruct-Turbo";
    protected override string StreamPath => "/together/v1/chat/completions";
}

public sealed class AzureContract(SharedDatabase shared) : ChatProviderContract(shared)
{
    protected override string Provider => "azure";
    protected override string Variables => "AZURE_OPENAI";
    protected override string Model => "our-deployment";
    protected override string StreamPath => "/openai/deployments/our-deployment/chat/completions";
    protected override bool Priced => false;
}

public sealed class AzureVersionlessContract(SharedDatabase shared) : ChatProviderContract(shared)
{
    protected override string Provider => "azure";
    protected override string Variables => "AZURE_OPENAI";
    protected override string Model => "our-deployment";
    protected override string StreamPath => "/openai/v1/chat/completions";
    protected override bool Priced => false;
    protected override string Address(ModelSimulator simulator) => $"{simulator.BaseAddress}openai/v1/";
}

public sealed class XaiContract(SharedDatabase shared) : ChatProviderContract(shared)
{
    protected override string Provider => "xai";
    protected override bool Sees => false;
    protected override string Model => "grok-3-mini";
    protected override string StreamPath => "/xai/v1/chat/completions";
}

public sealed class NamedServerContract(SharedDatabase shared) : ChatProviderContract(shared)
{
    protected override string Provider => "our-vllm";
    protected override string Variables => "OUR_VLLM";
    protected override IEnumerable<(string Name, string Value)> Settings => [("STEWARD_PROVIDERS", "groq, our-vllm"), ("GROQ_BASE_URL", "http://127.0.0.1:9/v1")];
    protected override string Model => "llama3.1:8b";
    protected override string StreamPath => "/our-vllm/v1/chat/completions";
    protected override bool Priced => false;
}
