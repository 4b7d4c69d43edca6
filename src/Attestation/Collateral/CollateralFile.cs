namespace OpenGradient.Attestation.Collateral;

/// <summary>A file that was handed in with evidence. What it holds is told from its bytes; the name is for messages.</summary>
public sealed record CollateralFile(string Name, ReadOnlyMemory<byte> Content)
{
    /// <summary>Longer files are not read.</summary>
    public const int MaxBytes = 1024 * 1024;
}
