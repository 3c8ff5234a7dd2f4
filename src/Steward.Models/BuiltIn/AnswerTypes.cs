using System.Text.RegularExpressions;

namespace Steward.Models.BuiltIn;

/// <summary>Whether a sentence holds the kind of thing a question asks for.</summary>
internal static partial class AnswerTypes
{
    /// <summary>Whether a question of this type can be answered only by a sentence that fits; places and times are often told in words of their own.</summary>
    public static bool IsStrict(AnswerType type) => type is AnswerType.Price or AnswerType.Duration or AnswerType.Distance or AnswerType.Count or AnswerType.Contact;

    public static bool Fits(AnswerType type, string sentence) => type switch
    {
        AnswerType.Price => Money().IsMatch(sentence),
        AnswerType.Time => Moment().IsMatch(sentence),
        AnswerType.Duration => Span().IsMatch(sentence),
        AnswerType.Distance => Distance().IsMatch(sentence),
        AnswerType.Count => Number().IsMatch(sentence),
        AnswerType.Contact => Contact().IsMatch(sentence),
        AnswerType.Place => Place().IsMatch(sentence),
        _ => true,
    };

    [GeneratedRegex(@"[$€£¥]\s?\d|\d\s?(?:[$€£¥]|(?:usd|eur|gbp|dollars?|euros?|pounds?|cents?|percent)\b|%)|\bfree\b|\bno (?:extra )?(?:charge|cost|fee)", RegexOptions.IgnoreCase, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Money();

    [GeneratedRegex(@"\b\d{1,2}(?::\d{2}|\s?[ap]\.?m\b)|\b(?:mon|tues|wednes|thurs|fri|satur|sun)days?\b|\b(?:january|february|march|april|june|july|august|september|october|november|december)\b|\b\d{4}-\d{2}-\d{2}\b|\b(?:daily|weekdays?|weekends?|noon|midnight|24/7|hours?|days?|weeks?|months?)\b", RegexOptions.IgnoreCase, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Moment();

    [GeneratedRegex(@"\b(?:\d+|an?|one|two|three|four|five|six|seven|eight|nine|ten|twelve|fourteen|thirty|several|few|same|next)[\s-]+(?:\w+\s)?(?:seconds?|minutes?|hours?|(?:business |working )?days?|weeks?|months?|years?)\b|\bimmediately\b|\binstantly\b", RegexOptions.IgnoreCase, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Span();

    [GeneratedRegex(@"\d|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|twelve|dozen|hundred|thousand|unlimited|no limit|none)\b", RegexOptions.IgnoreCase, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Number();

    [GeneratedRegex(@"\S@\S+\.\w|\+?\d[\d\s()/-]{5,}\d|\bhttps?://|\bwww\.|\bour (?:contact )?form\b|\bby chat\b", RegexOptions.IgnoreCase, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Contact();

    [GeneratedRegex(@"\d\s?(?:km|m|mi|kilomet(?:er|re)s?|met(?:er|re)s?|miles?|yards?)\b|\b(?:minutes?|hours?) (?:on foot|by|away|from)\b|\bnext (?:to|door)\b", RegexOptions.IgnoreCase, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Distance();

    [GeneratedRegex(@"\b(?i:street|avenue|road|lane|square|building|floor|city|town|station|district|located|beside|behind|opposite|next to)\b|\b\w+(?:strasse|straße|platz|weg)\b|(?<!mail )\baddress\b|\b(?:in|at|on|near|to)\s+(?:the\s+)?(?:\d+\s+)?\p{Lu}", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Place();
}
