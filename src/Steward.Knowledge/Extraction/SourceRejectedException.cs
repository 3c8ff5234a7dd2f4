namespace Steward.Knowledge.Extraction;

/// <summary>
/// A source that cannot become knowledge as it is. Its code is stable and its sentence says what to change; neither carries text
/// of the source. Trying again with the same bytes gives the same result.
/// </summary>
public sealed class SourceRejectedException : Exception
{
    /// <summary>Refuses with a stable code such as <c>knowledge.pdf_broken</c> and a sentence for the person who sent it.</summary>
    public SourceRejectedException(string code, string detail, int status = 422)
        : base(detail)
    {
        Code = code;
        Status = status;
    }

    /// <summary>The stable code.</summary>
    public string Code { get; }

    /// <summary>The HTTP status when the refusal is known while the caller waits.</summary>
    public int Status { get; }
}
