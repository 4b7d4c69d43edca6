using OpenGradient.Contracts;
using OpenGradient.Ethereum.Primitives;

namespace OpenGradient.Relayer.Verifying.Dossiers;

/// <summary>Who of a quorum's members has done what, by the hub's events alone.</summary>
public sealed record QuorumView
{
    public static QuorumView None { get; } = new();

    /// <summary>Who has sealed.</summary>
    public IReadOnlyList<Address> Sealed { get; init; } = [];

    public IReadOnlyList<RevealedAnswer> Revealed { get; init; } = [];

    /// <summary>Whose seal was ended without a revelation, its bond returned.</summary>
    public IReadOnlyList<Address> Returned { get; init; } = [];

    /// <summary>Whose seal was ended, its bond lost.</summary>
    public IReadOnlyList<Address> Forfeited { get; init; } = [];

    /// <summary>The view after one more event of the hub.</summary>
    public QuorumView After(ToldLog told)
    {
        var log = told.Log;
        if (IHubContract.AnswerSealedEvent.TryDecode(log, out var seal))
            return this with { Sealed = [.. Sealed, seal.Node] };
        if (IHubContract.AnswerRevealedEvent.TryDecode(log, out var revealed))
        {
            return this with
            {
                Revealed = [.. Revealed, new RevealedAnswer(revealed.Node, revealed.OutputCommit, revealed.Agreed, revealed.Votes > 0, told.TransactionHash)],
            };
        }

        if (IHubContract.SealReturnedEvent.TryDecode(log, out var returned))
            return this with { Returned = [.. Returned, returned.Node] };
        if (IHubContract.SealForfeitedEvent.TryDecode(log, out var forfeited))
            return this with { Forfeited = [.. Forfeited, forfeited.Node] };
        return this;
    }
}

/// <param name="Node">Whose.</param>
/// <param name="Commit">Of its own answer.</param>
/// <param name="Agreed">The answer that it stands behind.</param>
/// <param name="Counts">Whether the request was still open for it.</param>
/// <param name="TransactionHash">Where its bytes can be read.</param>
public sealed record RevealedAnswer(Address Node, Hash32 Commit, Hash32 Agreed, bool Counts, Hash32 TransactionHash);
