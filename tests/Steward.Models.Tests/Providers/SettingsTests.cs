using Microsoft.Extensions.Configuration;
using Steward.Models.Providers;

namespace Steward.Models.Tests.Providers;

public sealed class SettingsTests
{
    [Fact]
    public void Several_compatible_servers_have_names_addresses_keys_and_models_of_their_own()
    {
        var settings = Read(("STEWARD_PROVIDERS", "groq, our-vllm"),
            ("GROQ_BASE_URL", "https://api.groq.com/openai/v1"), ("GROQ_API_KEY", "a"), ("GROQ_MODELS", "llama-*, gemma2-9b-it"), ("GROQ_MODEL", "llama-3.3-70b-versatile"),
            ("OUR_VLLM_BASE_URL", "http://10.0.0.7:8000/v1"), ("OUR_VLLM_MODELS", "*"));
        settings.Providers.Select(setting => setting.Kind.Name).ShouldBe(["groq", "our-vllm"]);
        var groq = settings.Kind("groq")!;
        groq.DefaultChat.ShouldBe("llama-3.3-70b-versatile");
        groq.Claims("llama-guard").ShouldBeTrue();
        groq.Claims("gemma2-9b-it").ShouldBeTrue();
        groq.Claims("gemma2-9b").ShouldBeFalse();
        settings.Kind("our-vllm")!.Claims("anything").ShouldBeTrue();
        settings.Kind("our-vllm")!.Address.Chat("http://10.0.0.7:8000/v1/", "x", stream: true).ShouldBe(new Uri("http://10.0.0.7:8000/v1/chat/completions"));
    }

    [Theory]
    [InlineData("STEWARD_PROVIDERS", "Groq")]
    [InlineData("STEWARD_PROVIDERS", "openai")]
    [InlineData("STEWARD_PROVIDERS", "groq")]
    [InlineData("AZURE_OPENAI_API_KEY", "a")]
    [InlineData("MISTRAL_BASE_URL", "not an address")]
    public void A_setting_that_cannot_be_stops_the_start(string name, string value) =>
        Should.Throw<InvalidDataException>(() => Read((name, value))).Message.ShouldContain(name.Split('_')[0]);

    [Theory]
    [InlineData("https://r.openai.azure.com", "https://r.openai.azure.com/openai/deployments/my%20gpt/chat/completions?api-version=2024-10-21")]
    [InlineData("https://r.openai.azure.com/openai/", "https://r.openai.azure.com/openai/deployments/my%20gpt/chat/completions?api-version=2024-10-21")]
    [InlineData("https://r.openai.azure.com?api-version=2025-04-01-preview", "https://r.openai.azure.com/openai/deployments/my%20gpt/chat/completions?api-version=2025-04-01-preview")]
    [InlineData("https://r.openai.azure.com/openai/v1/", "https://r.openai.azure.com/openai/v1/chat/completions")]
    [InlineData("https://r.openai.azure.com/openai/v1?api-version=preview", "https://r.openai.azure.com/openai/v1/chat/completions?api-version=preview")]
    public void Azure_has_two_forms_of_address(string baseUrl, string address)
    {
        var azure = Read(("AZURE_OPENAI_API_KEY", "k"), ("AZURE_OPENAI_BASE_URL", baseUrl)).Providers[0].Kind.Address;
        azure.Chat(baseUrl, "my gpt", stream: false).AbsoluteUri.ShouldBe(address);
        azure.Headers("k").ShouldHaveSingleItem().Key.ShouldBe("api-key");
    }

    [Fact]
    public void The_version_of_azure_can_be_set() =>
        Read(("AZURE_OPENAI_API_KEY", "k"), ("AZURE_OPENAI_BASE_URL", "https://r"), ("AZURE_OPENAI_API_VERSION", "2025-01-01")).Providers[0].Kind.Address
            .Embeddings("https://r", "e").Query.ShouldBe("?api-version=2025-01-01");

    private static ModelSettings Read(params (string Name, string Value)[] settings) => ModelSettings.Read(new ConfigurationBuilder()
        .AddInMemoryCollection(settings.ToDictionary(setting => setting.Name, string? (setting) => setting.Value)).Build());
}
