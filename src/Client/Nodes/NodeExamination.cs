using OpenGradient.Attestation.Binding;
using OpenGradient.Attestation.Verdicts;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.PrivateRequests.Oblivious;

namespace OpenGradient.Client.Nodes;

/// <summary>Why a node is not trusted with anything.</summary>
public enum NodeRefusal
{
    None = 0,

    /// <summary>Neither it nor the relay answers, or the relay does not know it.</summary>
    Unreachable,

    /// <summary>What it says of its keys cannot be read.</summary>
    DocumentMalformed,

    /// <summary>Its keys are for another chain.</summary>
    WrongChain,

    /// <summary>Its keys are for another register.</summary>
    WrongRegistry,

    /// <summary>It has no key for private requests, or none that signs receipts.</summary>
    NoKey,

    /// <summary>Its evidence does not show what the policy asks for.</summary>
    EvidenceRefused,

    /// <summary>The register on the chain knows no such key of this node, or it is not valid now.</summary>
    NotRegistered,
}

/// <summary>What came of looking at a node.</summary>
public abstract record NodeExamination
{
    private NodeExamination()
    {
    }

    public sealed record Trusted(TrustedNode Node) : NodeExamination;

    /// <param name="Reason">Why not.</param>
    /// <param name="Detail">For people.</param>
    /// <param name="Verdict">What its evidence came to, where it was looked at.</param>
    public sealed record Refused(NodeRefusal Reason, string Detail, Verdict? Verdict = null) : NodeExamination;
}

/// <summary>A node whose evidence was accepted, and the keys that were found there: they are pinned, and none is taken from anywhere else.</summary>
public sealed record TrustedNode
{
    internal TrustedNode()
    {
    }

    public required Address Address { get; init; }

    /// <summary>What questions are sealed to.</summary>
    public required KeyConfiguration Key { get; init; }

    /// <summary>Whose signature a receipt must have.</summary>
    public required Address Signer { get; init; }

    public required KeyEvidence Evidence { get; init; }

    /// <summary>What the evidence came to: its root's label is to be shown to people.</summary>
    public required Verdict Verdict { get; init; }

    public ulong KeyEpoch => Evidence.Binding.KeyEpoch;
}
