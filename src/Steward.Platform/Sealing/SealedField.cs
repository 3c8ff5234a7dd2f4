namespace Steward.Platform.Sealing;

/// <summary>
/// Where a sealed value lives. Bound to the ciphertext as associated data, with the tenant and the key's number: bytes moved to
/// another row, column or tenant do not open.
/// </summary>
/// <param name="Table">Schema and table: <c>conversations.messages</c>.</param>
/// <param name="Column">Column.</param>
/// <param name="Row">The id of the row.</param>
public readonly record struct SealedField(string Table, string Column, Guid Row);
