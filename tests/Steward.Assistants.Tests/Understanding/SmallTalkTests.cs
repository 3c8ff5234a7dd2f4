using Steward.Assistants.Understanding;

namespace Steward.Assistants.Tests.Understanding;

public sealed class SmallTalkTests
{
    [Theory]
    [InlineData("hi", SmallTalkKind.Greeting)]
    [InlineData("Hello!!", SmallTalkKind.Greeting)]
    [InlineData("hey there", SmallTalkKind.Greeting)]
    [InlineData("Good morning 👋", SmallTalkKind.Greeting)]
    [InlineData("¡Hola!", SmallTalkKind.Greeting)]
    [InlineData("Guten Tag", SmallTalkKind.Greeting)]
    [InlineData("Buongiorno", SmallTalkKind.Greeting)]
    [InlineData("thanks", SmallTalkKind.Thanks)]
    [InlineData("Ok, thank you so much!", SmallTalkKind.Thanks)]
    [InlineData("Merci beaucoup", SmallTalkKind.Thanks)]
    [InlineData("no thanks", SmallTalkKind.Thanks)]
    [InlineData("bye bye", SmallTalkKind.Farewell)]
    [InlineData("Have a nice day!", SmallTalkKind.Farewell)]
    [InlineData("Tschüss", SmallTalkKind.Farewell)]
    [InlineData("yes please", SmallTalkKind.Yes)]
    [InlineData("Yes, please do.", SmallTalkKind.Yes)]
    [InlineData("ok", SmallTalkKind.Yes)]
    [InlineData("oui, s'il vous plaît", SmallTalkKind.Yes)]
    [InlineData("no", SmallTalkKind.No)]
    [InlineData("nein danke", SmallTalkKind.No)]
    [InlineData("never mind", SmallTalkKind.No)]
    [InlineData("hi, how much is a bike?", SmallTalkKind.None)]
    [InlineData("thanks, and on Sundays?", SmallTalkKind.None)]
    [InlineData("yes, but is it open today", SmallTalkKind.None)]
    [InlineData("no deposit?", SmallTalkKind.None)]
    [InlineData("good bikes", SmallTalkKind.None)]
    [InlineData("hire", SmallTalkKind.None)]
    [InlineData("", SmallTalkKind.None)]
    public void A_message_without_a_question_is_known_for_what_it_is(string text, object kind) => SmallTalk.Of(text).ShouldBe((SmallTalkKind)kind);

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
