using OpenGradient.Cli.Terminal;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Prover.Setup;

namespace OpenGradient.Cli.Srs;

/// <summary>A setup for proofs, in a file.</summary>
/// <param name="File">Where it is.</param>
/// <param name="Label">Whose it is; of a development setup it begins with UNSAFE.</param>
/// <param name="IsDevelopment">Whether somebody knows its secret.</param>
/// <param name="Powers">How many powers of G₁ it holds: as many coefficients a model may have.</param>
/// <param name="Tau">[τ]₂, as a verifier takes it.</param>
/// <param name="TauPowers">[τ²]₂, [τ⁴]₂, …: as many columns the long form of proofs may have, 2 to the power of their number.</param>
/// <param name="ImportedFileHash">SHA-256 of the file that it was imported from.</param>
/// <param name="ImportedFileBlake2b">BLAKE2b of that file, as `b2sum` prints it: by it ceremonies announce their files.</param>
/// <param name="ImportedFileIs">Which announced file it is by its hash; null for none that is known here.</param>
public sealed record SrsReport(
    string File, string Label, bool IsDevelopment, int Powers, string Tau, IReadOnlyList<string> TauPowers, string? ImportedFileHash, string? ImportedFileBlake2b,
    string? ImportedFileIs)
{
    internal static SrsReport Of(string file, ProvingSetup setup, ImportOutcome.Imported? imported) => new(
        file, PlainText.Of(setup.Verifier.Origin.Label), setup.Verifier.Origin is SetupOrigin.Development, setup.Length, Hex.Encode(setup.Verifier.Tau.AsSpan()),
        [.. setup.Verifier.Powers.Select(power => Hex.Encode(power.AsSpan()))], imported?.FileHash.ToString(), imported?.Blake2b, imported?.Known?.Name);
}

/// <summary>What a verifier contract is deployed with: the file that its deployment reads.</summary>
/// <param name="Label">The setup's.</param>
/// <param name="Tau2">[τ]₂.</param>
/// <param name="Tau2Powers">[τ^(2^k)]₂ for k = 1, 2, ….</param>
/// <param name="Tau1Powers">As many [τ^(2^k)]₁ for k = 0, 1, …, by which the contract checks the others.</param>
public sealed record VerifierFile(string Label, string Tau2, IReadOnlyList<string> Tau2Powers, IReadOnlyList<string> Tau1Powers)
{
    internal static VerifierFile Of(ProvingSetup setup) => new(
        setup.Verifier.Origin.Label, Hex.Encode(setup.Verifier.Tau.AsSpan()),
        [.. setup.Verifier.Powers.Take(setup.Witnesses.Length).Select(power => Hex.Encode(power.AsSpan()))],
        [.. setup.Witnesses.Select(power => Hex.Encode(power.AsSpan()))]);
}
