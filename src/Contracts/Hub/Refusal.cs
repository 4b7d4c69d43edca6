namespace OpenGradient.Contracts.Hub;

/// <summary>Why an answer is not accepted.</summary>
public enum Refusal : byte
{
    None,

    /// <summary>Settled, refunded or never opened.</summary>
    NotOpen,
    DeadlinePassed,
    ReceiptExpired,

    /// <summary>The node may not settle now: it is not the assignee in its time, and holds no confirmed claim.</summary>
    NotEntitled,
    EvidenceRefused,

    /// <summary>The node has too little free stake or not the role, or the payee is not the one that its operator named.</summary>
    LienRefused,

    /// <summary>The output's bytes are not what the receipt commits to, or are missing.</summary>
    OutputMismatch,
    TermsMismatch,

    /// <summary>A quorum settles by its own rules.</summary>
    QuorumRequired,

    /// <summary>Settled by proof, or with evidence of another kind than the function takes.</summary>
    WrongAssurance,
}
