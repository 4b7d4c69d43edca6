using OpenGradient.Attestation.Verdicts;

namespace OpenGradient.Attestation.Decoding;

/// <summary>One field of evidence as it was read: hearsay until a verdict says that the evidence is genuine.</summary>
/// <param name="Group">The part of the evidence that it stands in, for people: "quote", "trust domain".</param>
/// <param name="Name">Its name, in camel case and once in all of the evidence; the same as in a verdict's fields.</param>
/// <param name="Value">Numbers, hexadecimal digits and plain letters: nothing that a page would have to escape.</param>
/// <param name="Meaning">What it says, in a line.</param>
public sealed record EvidenceField(string Group, string Name, string Value, string Meaning);

/// <summary>Evidence, cut into labelled fields.</summary>
/// <param name="Kind">Whose it is.</param>
/// <param name="TeeType">What kind of environment it says to be of.</param>
/// <param name="Form">Its form, for people: "quote of version 4".</param>
/// <param name="Fields">All that was read, in its order.</param>
public sealed record DecodedEvidence(EvidenceKind Kind, TeeType TeeType, string Form, IReadOnlyList<EvidenceField> Fields);
