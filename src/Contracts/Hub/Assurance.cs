namespace OpenGradient.Contracts.Hub;

/// <summary>How strong the evidence behind an answer is.</summary>
public enum Assurance : byte
{
    None,
    Signed,
    Attested,
    Proven,
}
