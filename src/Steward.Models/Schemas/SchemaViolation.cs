namespace Steward.Models;

/// <summary>One way in which a value departs from its JSON schema.</summary>
/// <param name="Path">Where, as a JSON pointer into the value (RFC 6901); empty for the value as a whole.</param>
/// <param name="Message">What to change, in a sentence that a model can act upon. It names keys of the schema, never the value itself.</param>
public sealed record SchemaViolation(string Path, string Message)
{
    public override string ToString() => $"{(Path.Length == 0 ? "/" : Path)}: {Message}";
}
