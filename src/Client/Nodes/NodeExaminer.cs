using OpenGradient.Attestation;
using OpenGradient.Attestation.Binding;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.PrivateRequests.Oblivious;

namespace OpenGradient.Client.Nodes;

/// <summary>
/// Decides whether a node is to be trusted, from what it says of itself. It asks nobody: where <see cref="PrivateClientOptions.Register"/> is to be asked, its caller does so
/// before anything is sent.
/// </summary>
public sealed class NodeExaminer(PrivateClientOptions options, TimeProvider clock)
{
    private readonly AttestationVerifier _verifier = new(options.Anchors, clock);

    /// <param name="node">Whom the caller wants to ask.</param>
    /// <param name="document">What was handed out as that node's keys and their evidence.</param>
    public NodeExamination Examine(Address node, ReadOnlySpan<byte> document)
    {
        if (KeyEvidence.TryRead(document) is not { } evidence)
            return new NodeExamination.Refused(NodeRefusal.DocumentMalformed, "What the node says of its keys cannot be read.");
        var binding = evidence.Binding;
        if (binding.ChainId != options.ChainId.Value)
            return new NodeExamination.Refused(NodeRefusal.WrongChain, $"Its keys are for chain {binding.ChainId}, and not for {options.ChainId}.");
        if (binding.Registry != options.Registry)
            return new NodeExamination.Refused(NodeRefusal.WrongRegistry, $"Its keys are for the register {binding.Registry}, and not for {options.Registry}.");
        if (evidence.Signer is not { } signer || !KeyConfiguration.IsPublicKey(binding.HpkeKey.Span))
            return new NodeExamination.Refused(NodeRefusal.NoKey, "Its evidence is of no key that signs receipts, or of none that questions are sealed to.");

        var verdict = evidence.Verify(_verifier, options.Policy, ofAnyAge: options.Register is not null, own: options.Collateral);
        // The id by which messages name a key is its epoch's last byte.
        var key = new KeyConfiguration(unchecked((byte)binding.KeyEpoch), binding.HpkeKey.Span);
        return verdict.Accepted
            ? new NodeExamination.Trusted(new TrustedNode { Address = node, Key = key, Signer = signer, Evidence = evidence, Verdict = verdict })
            : new NodeExamination.Refused(
                NodeRefusal.EvidenceRefused, string.Join(" ", verdict.Reasons.Select(reason => $"{reason.Check} ({reason.Subject}): {reason.Detail}")), verdict);
    }
}
