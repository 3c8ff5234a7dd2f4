using Steward.Assistants.Understanding;

namespace Steward.Assistants.Tests.Understanding;

public sealed class PhrasesTests
{
    [Theory]
    [InlineData("es-MX", "¡Hola")]
    [InlineData("DE", "Hallo! Was")]
    [InlineData("fr", "Bonjour")]
    [InlineData("pt-BR", "Olá")]
    [InlineData("it", "Salve")]
    [InlineData("nl-BE", "Hallo! Wat")]
    [InlineData("est", "Hello")]
    [InlineData("ja", "Hello")]
    [InlineData("", "Hello")]
    [InlineData(null, "Hello")]
    public void The_phrases_follow_the_language(string? language, string greeting) => Phrases.In(language).Greeting.ShouldStartWith(greeting);
}
