namespace OpenGradient.Contracts.Nodes;

/// <summary>What a node does: any set of these.</summary>
[Flags]
public enum NodeRoles : byte
{
    None = 0,
    Inference = 1 << 0,
    Tee = 1 << 1,
    Prover = 1 << 2,
    Verifier = 1 << 3,
    Data = 1 << 4,
    Storage = 1 << 5,
}
