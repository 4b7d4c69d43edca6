namespace OpenGradient.Prover.Verifying;

/// <summary>Why a proof does not hold.</summary>
public enum ProofFault
{
    /// <summary>Its bytes are not of the form that docs/proofs.md has.</summary>
    Malformed,

    /// <summary>It is of another model than the statements.</summary>
    WrongCommitment,

    /// <summary>It reveals other inputs or outputs than the statements commit to.</summary>
    WrongItem,

    /// <summary>A scalar is not below the modulus, or a point not on the curve.</summary>
    NotCanonical,

    /// <summary>The verifier's setup has no power for so many columns in the long form.</summary>
    SetupTooSmall,

    /// <summary>The pairing says no.</summary>
    DoesNotHold,
}

/// <summary>What came of verifying a proof.</summary>
public abstract record ProofVerdict
{
    private ProofVerdict()
    {
    }

    public sealed record Holds : ProofVerdict;

    public sealed record Refused(ProofFault Fault, string Detail) : ProofVerdict;
}
