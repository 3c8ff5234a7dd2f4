using Steward.Platform.Nodes;

namespace Steward.Testing;

/// <summary>What the program does to its node's state when it is told to stop.</summary>
public static class TestNodes
{
    /// <summary>Drains, and ends the draining: streams and running turns come to their end.</summary>
    public static void Stop(this NodeState state)
    {
        ArgumentNullException.ThrowIfNull(state);
        state.Drain();
        state.Close();
    }
}
