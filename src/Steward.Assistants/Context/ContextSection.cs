namespace Steward.Assistants.Context;

/// <summary>What one part of the context cost and what was left out of it; kept in the trace.</summary>
/// <param name="Tokens">Estimated tokens of what was kept.</param>
/// <param name="Kept">Items kept.</param>
/// <param name="Cut">Items left out for want of budget.</param>
internal sealed record ContextSection(string Name, int Tokens, int Kept, int Cut);
