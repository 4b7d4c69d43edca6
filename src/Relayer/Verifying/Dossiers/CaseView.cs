using OpenGradient.Contracts;
using OpenGradient.Ethereum.Primitives;

namespace OpenGradient.Relayer.Verifying.Dossiers;

/// <summary>Where a case stands, as the court has it.</summary>
public enum CaseStage
{
    None,

    /// <summary>Its committee is not drawn yet.</summary>
    Open,

    /// <summary>The committee seals, and then reveals.</summary>
    Voting,
    Ended,
}

/// <summary>One answer before the court, by the court's events alone.</summary>
public sealed record CaseView
{
    /// <summary>Standing for the node's answer, and for the challenger's; from <see cref="FirstMember"/> on for that member's own.</summary>
    public const int ForNode = 0;

    /// <inheritdoc cref="ForNode"/>
    public const int ForChallenger = 1;

    /// <inheritdoc cref="ForNode"/>
    public const int FirstMember = 2;

    public static CaseView None { get; } = new();

    public CaseStage Stage { get; init; }

    /// <summary>Who brought it, or has taken it over.</summary>
    public Address Challenger { get; init; }

    /// <summary>What the challenger says.</summary>
    public OtherAnswer? Other { get; init; }

    /// <summary>The input as the challenger brought it; empty where it came with the request.</summary>
    public ReadOnlyMemory<byte> Input { get; init; }

    /// <summary>The block that decides the draw.</summary>
    public BlockNumber SeedBlock { get; init; }

    /// <summary>The bytes of the node's answer, where somebody has shown them at the court.</summary>
    public ReadOnlyMemory<byte>? ShownOutput { get; init; }

    /// <summary>In the order of their seats.</summary>
    public IReadOnlyList<Seat> Seats { get; init; } = [];

    /// <summary>From then on members reveal, and none seals any more.</summary>
    public ulong RevealsFrom { get; init; }

    /// <summary>What the verdict stands for, once there is one.</summary>
    public int Verdict { get; init; }

    /// <summary>Seals that were used up or taken back for this request.</summary>
    public IReadOnlyList<Hash32> SpentSeals { get; init; } = [];

    /// <summary>Whether all that sealed have revealed.</summary>
    public bool AllHaveRevealed => Seats.All(seat => !seat.HasSealed || seat.HasRevealed);

    /// <summary>The place of a node among the members; null where it has none.</summary>
    public int? SeatOf(Address node)
    {
        for (var i = 0; i < Seats.Count; i++)
        {
            if (Seats[i].Node == node)
                return i;
        }

        return null;
    }

    /// <summary>The view after one more event of the court.</summary>
    public CaseView After(ToldLog told)
    {
        var log = told.Log;
        if (IChallengeCourtContract.CaseOpenedEvent.TryDecode(log, out var opened))
        {
            return this with
            {
                Stage = CaseStage.Open,
                Challenger = opened.Challenger,
                Other = new OtherAnswer(opened.OtherCommit, opened.OtherOutput),
                Input = opened.Input,
            };
        }

        if (IChallengeCourtContract.CaseTakenOverEvent.TryDecode(log, out var taken))
            return this with { Challenger = taken.Challenger };
        if (IChallengeCourtContract.CaseArmedEvent.TryDecode(log, out var armed))
            return this with { SeedBlock = new BlockNumber(armed.SeedBlock) };
        if (IChallengeCourtContract.OutputShownEvent.TryDecode(log, out var shown))
            return this with { ShownOutput = shown.Output };
        if (IChallengeCourtContract.SealWithdrawnEvent.TryDecode(log, out var spent))
            return this with { SpentSeals = [.. SpentSeals, spent.Seal] };
        if (IChallengeCourtContract.CommitteeDrawnEvent.TryDecode(log, out var drawn))
            return this with { Stage = CaseStage.Voting, Seats = [.. drawn.Members.Select(member => new Seat(member.Node))], RevealsFrom = drawn.RevealsFrom };
        if (IChallengeCourtContract.VoteSealedEvent.TryDecode(log, out var vote))
            return WithSeat(vote.MemberValue, seat => seat with { HasSealed = true });
        if (IChallengeCourtContract.RevealsBeganEvent.TryDecode(log, out var began))
            return this with { RevealsFrom = began.RevealsFrom };
        if (IChallengeCourtContract.VoteRevealedEvent.TryDecode(log, out var revealed))
        {
            var seen = new SeenVote(revealed.OutputCommit, revealed.Standing, revealed.Output);
            return WithSeat(revealed.MemberValue, seat => seat with { HasRevealed = true, Vote = seen });
        }

        if (IChallengeCourtContract.CaseEndedEvent.TryDecode(log, out var ended))
            return this with { Stage = CaseStage.Ended, Challenger = ended.Challenger, Verdict = ended.Standing };
        return this;
    }

    private CaseView WithSeat(Address node, Func<Seat, Seat> change) =>
        this with { Seats = [.. Seats.Select(seat => seat.Node == node ? change(seat) : seat)] };
}

/// <summary>What a challenger says the answer is.</summary>
public sealed record OtherAnswer(Hash32 Commit, ReadOnlyMemory<byte> Output);

/// <summary>One seat of a committee.</summary>
public sealed record Seat(Address Node)
{
    public bool HasSealed { get; init; }

    public bool HasRevealed { get; init; }

    /// <summary>What it revealed.</summary>
    public SeenVote? Vote { get; init; }
}

/// <param name="Commit">Of its answer.</param>
/// <param name="Standing">What it counts for.</param>
/// <param name="Output">Its bytes, where it had to bring them.</param>
public sealed record SeenVote(Hash32 Commit, int Standing, ReadOnlyMemory<byte> Output);
