using Steward.Search.Analysis;

namespace Steward.Search.Tests.Analysis;

public sealed class Porter2Tests
{
    /// <summary>The sample vocabulary published with the algorithm, and words that exercise each of its rules.</summary>
    [Theory]
    [InlineData("consign consigned consigning consignment", "consign consign consign consign")]
    [InlineData("consist consisted consistency consistent consistently consisting consists", "consist consist consist consist consist consist consist")]
    [InlineData("consolation consolations consolatory console consoled consoles", "consol consol consolatori consol consol consol")]
    [InlineData("consolidate consolidated consolidating consoling consolingly consols", "consolid consolid consolid consol consol consol")]
    [InlineData("consonant consort consorted consorting conspicuous conspicuously", "conson consort consort consort conspicu conspicu")]
    [InlineData("conspiracy conspirator conspirators conspire conspired conspiring", "conspiraci conspir conspir conspir conspir conspir")]
    [InlineData("constable constables constance constancy constant", "constabl constabl constanc constanc constant")]
    [InlineData("knack knackeries knacks knag knave knaves knavish", "knack knackeri knack knag knave knave knavish")]
    [InlineData("kneaded kneading knee kneel kneeled kneeling kneels knees", "knead knead knee kneel kneel kneel kneel knee")]
    [InlineData("knell knelt knew knick knif knife knight knightly knights", "knell knelt knew knick knif knife knight knight knight")]
    [InlineData("knit knits knitted knitting knives knob knobs knock knocked knocker", "knit knit knit knit knive knob knob knock knock knocker")]
    [InlineData("skis skies dying lying tying news sky proceed exceeds", "ski sky die lie tie news sky proceed exceed")]
    [InlineData("ties cries gas this gaps kiwis", "tie cri gas this gap kiwi")]
    [InlineData("hopped hoping hopping luxuriated sized agreed", "hop hope hop luxuri size agre")]
    [InlineData("relational conditional rationalize electricity hopefulness goodness", "relat condit ration electr hope good")]
    [InlineData("generously communication arsenal yes boyish by say cry", "generous communic arsenal yes boyish by say cri")]
    [InlineData("adoption adjustment effective probate rate controlling", "adopt adjust effect probat rate control")]
    public void The_published_samples_are_reproduced(string words, string stems)
    {
        var found = words.Split(' ').Select(Stem);

        string.Join(' ', found).ShouldBe(stems);
    }

    [Theory]
    [InlineData("rider's", "rider")]
    [InlineData("riders'", "rider")]
    [InlineData("'hello", "hello")]
    public void A_possessive_is_removed(string word, string stem) => Stem(word).ShouldBe(stem);

    private static string Stem(string word)
    {
        Span<char> buffer = stackalloc char[64];
        word.CopyTo(buffer);
        return buffer[..Porter2.Stem(buffer, word.Length)].ToString();
    }
}
