using Steward.Search.Analysis;

namespace Steward.Search.Tests.Analysis;

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
    public void A_message_without_a_question_is_known_for_what_it_is(string text, SmallTalkKind kind) => SmallTalk.Of(text).ShouldBe(kind);
}
