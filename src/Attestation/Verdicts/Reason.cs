namespace OpenGradient.Attestation.Verdicts;

/// <summary>Why evidence was refused.</summary>
/// <param name="Check">The check that failed.</param>
/// <param name="Subject">What it looked at: "PCK chain", "TCB info".</param>
/// <param name="Detail">What was wrong with it, for people. Never more than a line, and nothing that a stranger wrote but numbers.</param>
public sealed record Reason(Check Check, string Subject, string Detail);
