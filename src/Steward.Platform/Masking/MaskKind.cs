using System.Runtime.InteropServices;

namespace Steward.Platform.Masking;

/// <summary>What kind of personal value a placeholder stands for.</summary>
public enum MaskKind
{
    /// <summary>A text that only looked like a placeholder; it stands for itself.</summary>
    Text,

    /// <summary>A person's name.</summary>
    Name,

    /// <summary>A postal address.</summary>
    Address,

    /// <summary>A telephone number.</summary>
    Phone,

    /// <summary>A social security number of the United States.</summary>
    Ssn,

    /// <summary>An IP address, version 4 or 6.</summary>
    Ip,

    /// <summary>A payment card number.</summary>
    Card,

    /// <summary>An international bank account number.</summary>
    Iban,

    /// <summary>An e-mail address.</summary>
    Email,
}

/// <summary>A place in a text that is masked.</summary>
/// <param name="Kind">What was found.</param>
/// <param name="Start">First character.</param>
/// <param name="Length">Characters.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct MaskSpan(MaskKind Kind, int Start, int Length)
{
    /// <summary>The character after the last.</summary>
    public int End => Start + Length;
}

/// <summary>What is known of the person who writes: their own record. Found wherever it stands, without a cue.</summary>
/// <param name="Values">Kinds and values; values under three characters are not looked for.</param>
public sealed record KnownPerson(IReadOnlyList<KeyValuePair<MaskKind, string>> Values)
{
    /// <summary>Nothing is known.</summary>
    public static KnownPerson Nobody { get; } = new([]);
}
