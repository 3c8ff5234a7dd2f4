using System.Text.Json;
using Steward.Models.Calls;

namespace Steward.Models.Gateway;

/// <summary>One request of a caller, which any model of a plan may answer.</summary>
internal interface IChatCall
{
    /// <param name="name">The model.</param>
    /// <param name="manner">Limits, and whether another model stands ready.</param>
    /// <param name="held">Where a stream is collected; null lets it leave as it comes.</param>
    /// <exception cref="ModelFailedException">There is no whole answer, and nothing of one has left.</exception>
    /// <exception cref="JsonException">The body is not a request that this model takes.</exception>
    Task AnswerAsync(string name, CallManner manner, HeldAnswer? held);
}
