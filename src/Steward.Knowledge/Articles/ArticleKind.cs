using System.Text.Json.Serialization;

namespace Steward.Knowledge.Articles;

/// <summary>What an article is for. Plain in storage; a search can be limited to some kinds.</summary>
[JsonConverter(typeof(CamelCase<ArticleKind>))]
public enum ArticleKind
{
    /// <summary>Any text.</summary>
    Document,

    /// <summary>One question and its answer.</summary>
    Faq,

    /// <summary>A rule of the business: returns, privacy, payment.</summary>
    Policy,

    /// <summary>How something is done, step by step.</summary>
    Instruction,

    /// <summary>Where the business is.</summary>
    Location,

    /// <summary>When the business is open.</summary>
    Hours,
}
