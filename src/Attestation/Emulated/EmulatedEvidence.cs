using OpenGradient.Attestation.Collateral;
using OpenGradient.Attestation.Verdicts;

namespace OpenGradient.Attestation.Emulated;

/// <summary>Evidence of the development attester, with everything that it is checked against.</summary>
public sealed record EmulatedEvidence(EvidenceKind Kind, ReadOnlyMemory<byte> Evidence, IReadOnlyList<CollateralFile> Collateral);
