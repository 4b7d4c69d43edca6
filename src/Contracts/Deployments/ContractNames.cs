namespace OpenGradient.Contracts.Deployments;

/// <summary>The names, in Solidity, of the contracts that every deployment has.</summary>
public static class ContractNames
{
    public const string Hub = "InferenceHub";
    public const string HubExtension = "HubExtension";
    public const string Models = "ModelRegistry";
    public const string Nodes = "NodeRegistry";
    public const string Keys = "AttestedKeys";
    public const string Verifiers = "VerifierRegistry";
    public const string AttestedVerifier = "AttestedVerifier";
    public const string Proofs = "ProofVerifier";
    public const string Court = "ChallengeCourt";
    public const string Timelock = "TimelockController";

    public static IReadOnlyList<string> All { get; } =
        [Timelock, Proofs, Verifiers, Models, Nodes, Keys, AttestedVerifier, Court, HubExtension, Hub];
}
