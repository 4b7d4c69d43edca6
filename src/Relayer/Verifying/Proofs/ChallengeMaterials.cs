using OpenGradient.Database;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Relayer.Verifying.Dossiers;
using OpenGradient.Relayer.Verifying.Reviews;

namespace OpenGradient.Relayer.Verifying.Proofs;

/// <summary>
/// What the next proof against a wrong answer is made of. It is got before anybody has the turn to prove: artifacts and inputs may have to be fetched from where strangers say,
/// who take as long as they like.
/// </summary>
public sealed class ChallengeMaterials(IChallengeProver prover, IMeasurer measurer)
{
    private volatile Kept? _kept;

#pragma warning disable CA1031 // Whatever keeps it from being got is told when its turn comes, in the duty whose it is.
    /// <summary>Gets what a proof for a request is made of, in the place of what was got before.</summary>
    public async Task FetchAsync(Dossier dossier, CancellationToken cancellationToken)
    {
        ChallengeMaterial material;
        try
        {
            material = await measurer.OpenAsync(dossier, cancellationToken) switch
            {
                Measurable.Ready ready => await prover.FetchAsync(dossier, ready, cancellationToken),
                Measurable.Impossible(_, var never) => new ChallengeMaterial.Missing(never, IsRetryable: false),
                Measurable.Unavailable(_, var now) => new ChallengeMaterial.Missing(now, IsRetryable: true),
                _ => throw new InvalidOperationException("There is an end of opening a measurement that challenging does not know."),
            };
        }
        catch (OperationCanceledException)
        {
            material = new ChallengeMaterial.Missing("What it is made of was not got in time.", IsRetryable: true);
        }
        catch (Exception failure) when (failure is not DatabaseException)
        {
            material = new ChallengeMaterial.Missing($"{failure.GetType().Name}: {failure.Message}", IsRetryable: true);
        }

        _kept = new Kept(dossier.RequestId, material);
    }
#pragma warning restore CA1031

    /// <summary>What was got for a request, once; null where nothing was.</summary>
    public ChallengeMaterial? Take(Hash32 requestId)
    {
        if (_kept is not { } kept || kept.RequestId != requestId)
            return null;
        _kept = null;
        return kept.Material;
    }

    private sealed record Kept(Hash32 RequestId, ChallengeMaterial Material);
}
