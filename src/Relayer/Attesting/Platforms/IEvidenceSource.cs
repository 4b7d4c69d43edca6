using OpenGradient.Attestation.Collateral;
using OpenGradient.Attestation.Verdicts;
using OpenGradient.Relayer.Attesting.Archive;

namespace OpenGradient.Relayer.Attesting.Platforms;

/// <summary>Evidence of the environment that this process runs in, with what it is checked against.</summary>
public sealed record MachineEvidence(EvidenceKind Kind, ReadOnlyMemory<byte> Evidence, IReadOnlyList<CollateralFile> Collateral)
{
    /// <summary>What the operator keeps beside it and nobody can use.</summary>
    public IReadOnlyList<SkippedFile> Skipped { get; init; } = [];
}

/// <summary>The environment that this process runs in, or what stands in for one.</summary>
public interface IEvidenceSource
{
    /// <summary>What it is, for people.</summary>
    string Name { get; }

    /// <summary>Makes evidence that says <paramref name="reportData"/>. Throws <see cref="EvidenceException"/> where the environment makes none.</summary>
    /// <param name="reportData">64 bytes.</param>
    /// <param name="nonce">For environments with a place of its own for it; of 32 bytes.</param>
    /// <param name="publicKey">The key for private requests, likewise.</param>
    /// <param name="cancellationToken">Ends it early.</param>
    Task<MachineEvidence> FetchAsync(ReadOnlyMemory<byte> reportData, ReadOnlyMemory<byte> nonce, ReadOnlyMemory<byte> publicKey, CancellationToken cancellationToken);
}

/// <summary>There is no evidence, for a reason that an operator can mend.</summary>
public sealed class EvidenceException(string problem, string remedy, bool isMissing = false) : Exception($"{problem} {remedy}")
{
    public string Problem { get; } = problem;

    public string Remedy { get; } = remedy;

    /// <summary>Whether this machine has no such environment at all.</summary>
    public bool IsMissing { get; } = isMissing;
}
