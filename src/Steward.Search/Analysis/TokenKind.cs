namespace Steward.Search.Analysis;

/// <summary>What a term was before it was normalised.</summary>
public enum TokenKind : byte
{
    /// <summary>Letters, with an inner apostrophe where English writes one.</summary>
    Word,

    /// <summary>Digits, with inner decimal, thousands or time separators (<c>1,000</c>, <c>3.5</c>, <c>10:30</c>).</summary>
    Number,

    /// <summary>Letters and digits together, as in part numbers and booking codes (<c>AB-123</c>, <c>X100</c>).</summary>
    Code,

    /// <summary>Two neighbouring characters (or one that stands alone) of a script written without spaces.</summary>
    Ideograph,
}
