namespace Steward.Platform.Nodes;

/// <summary>This run of the program on this machine. A restart is another incarnation, so leases of the former one are known to be dead.</summary>
public sealed class NodeIdentity
{
    /// <summary>New at every start of the process.</summary>
    public Guid Incarnation { get; } = Guid.CreateVersion7();
}
