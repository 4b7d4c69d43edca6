using System.Security.Cryptography;
using OpenGradient.Contracts;
using OpenGradient.Contracts.Court;
using OpenGradient.Contracts.Hub;
using OpenGradient.Ethereum.Contracts;
using OpenGradient.Ethereum.Crypto;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Inference.Backends;
using OpenGradient.Relayer.Chain;
using OpenGradient.Relayer.Jobs;
using OpenGradient.Relayer.Settlement;
using OpenGradient.Relayer.Verifying.Cases;
using OpenGradient.Relayer.Verifying.Dossiers;
using OpenGradient.Relayer.Verifying.Duties;
using OpenGradient.Relayer.Verifying.Quorums;
using OpenGradient.Relayer.Verifying.Reviews;

namespace OpenGradient.Relayer.Verifying;

/// <summary>Makes the transactions that duties ask for. What is sealed is stored with its salt in the database transaction that orders the seal.</summary>
public sealed class OrderMaker(
    IMeasurer measurer, SubmissionMaker submissions, IVerifierChain chain, IChainWatch watch, CourtDomain court, HubDomain hub, CourtRules rules, Address node)
{
    // Only what is prepared is made of them: nothing is asked.
    private readonly IChallengeCourtContract _court = new(NoChain.Instance, court.Court);
    private readonly IHubContract _hub = new(NoChain.Instance, hub.Hub);

    /// <summary>The filing that orders a move. Null where something that it needs is not to be had now.</summary>
    public async Task<DutyFiling?> MakeAsync(
        LeasedDuty leased, Dossier dossier, PreparedAnswer? prepared, Move move, CancellationToken cancellationToken)
    {
        var duty = leased.Duty;
        var ask = dossier.Ask!;
        switch (move)
        {
            case Move.SealChallenge:
                var challenge = duty.Seal ?? NewSeal(salt => court.SealOf(node, duty.RequestId, duty.Answer!.Commit, salt));
                return Filing(leased, move, OrderPurpose.Challenge, _court.PrepareSealChallenge(challenge.Value)) with
                {
                    NewSeal = challenge,
                    Stake = rules.RiskOf(dossier.Answer!.Settlement.Lien),
                };
            case Move.OpenCase:
                return await OpenAsync(leased, dossier, cancellationToken);
            case Move.WithdrawSeal:
                return Filing(
                    leased, move, OrderPurpose.Challenge, _court.PrepareWithdrawSeal(duty.RequestId, duty.Answer!.Commit, duty.Seal!.Salt));
            case Move.Summon:
                return Filing(leased, move, OrderPurpose.Challenge, _court.PrepareSummon(ask.ForCourt(), dossier.Answer!.Settlement.ForCourt()));
            case Move.Judge:
                return Filing(leased, move, PurposeOf(duty.Kind), _court.PrepareJudge(ask.ForCourt(), dossier.Answer!.Settlement.ForCourt()));
            case Move.Lapse:
                return Filing(leased, move, OrderPurpose.Challenge, _court.PrepareLapse(ask.ForCourt(), dossier.Answer!.Settlement.ForCourt()));
            case Move.ShowOutput:
                return Filing(leased, move, OrderPurpose.Challenge, _court.PrepareShowOutput(duty.RequestId, prepared!.Answer!.Output));
            case Move.SealVote:
                var vote = duty.Seal ?? NewSeal(salt => court.VoteSealOf(duty.RequestId, node, duty.Answer!.Commit, salt));
                return Filing(leased, move, OrderPurpose.Vote, _court.PrepareSealVote(duty.RequestId, vote.Value)) with { NewSeal = vote };
            case Move.RevealVote:
                return await RevealAsync(leased, dossier, cancellationToken);
            case Move.SealAnswer:
                var own = prepared!.Answer!;
                var answer = duty.Seal ?? NewSeal(salt => hub.SealOf(duty.RequestId, node, own.OutputCommit, salt));
                return Filing(leased, move, OrderPurpose.Vote, _hub.PrepareSealAnswer(ask, dossier.Terms, answer.Value)) with
                {
                    NewAnswer = new OwnAnswer(own.OutputCommit, own.Output),
                    NewSeal = answer,
                };
            case Move.RevealAnswer:
                return await RevealAnswerAsync(leased, dossier, cancellationToken);
            case Move.CloseSeal:
                return Filing(leased, move, OrderPurpose.Vote, _hub.PrepareCloseSeal(ask, node));
            case Move.WithdrawReward:
                return Filing(leased, move, OrderPurpose.Challenge, _hub.PrepareWithdraw(watch.Standing.Payee, CourtRules.RewardOf(dossier.Slashed)));
            default:
                throw new InvalidOperationException($"Nothing is sent for {move}.");
        }
    }

    /// <summary>The filing that orders a challenge which a proof decides. It is not started once the answer is final.</summary>
    public DutyFiling ChallengeWithProof(LeasedDuty leased, Dossier dossier, ReadOnlyMemory<byte> proof)
    {
        var call = _court.PrepareChallengeWithProof(dossier.Ask!.ForCourt(), dossier.Answer!.Settlement.ForCourt(), leased.Duty.Answer!.Commit, proof);
        var filing = Filing(leased, Move.ChallengeWithProof, OrderPurpose.Disprove, call);
        return filing with { Order = filing.Order! with { Deadline = watch.Now.WhenActiveTimeIs(dossier.View.Until) } };
    }

    private async Task<DutyFiling?> OpenAsync(LeasedDuty leased, Dossier dossier, CancellationToken cancellationToken)
    {
        // Nobody is tried over an input that nobody can bring; what travelled with the request is there already.
        var input = ReadOnlyMemory<byte>.Empty;
        if (dossier.Has(RequestFlags.InputAtUri))
        {
            if (await measurer.OpenAsync(dossier, cancellationToken) is not Measurable.Ready ready)
                return null;
            input = ready.Input;
        }

        var duty = leased.Duty;
        var brought = new IChallengeCourtContract.Challenge(duty.Answer!.Output, duty.Seal!.Salt, input, dossier.AnswerBytes ?? default, Former: default);
        return Filing(
            leased, Move.OpenCase, OrderPurpose.Challenge,
            _court.PrepareOpenCase(dossier.Ask!.ForCourt(), dossier.Answer!.Settlement.ForCourt(), brought));
    }

    private async Task<DutyFiling?> RevealAsync(LeasedDuty leased, Dossier dossier, CancellationToken cancellationToken)
    {
        var duty = leased.Duty;
        // Who could not find out needs no version to say so.
        VersionSemantics semantics = VersionSemantics.None.Instance;
        if (!duty.Answer!.Commit.IsZero)
        {
            if (await measurer.OpenAsync(dossier, cancellationToken) is not Measurable.Ready ready)
                return null;
            semantics = ready.Version.Semantics;
        }

        var vote = VoteMaker.Make(dossier, duty.Answer, duty.Seal!.Salt, semantics);
        return Filing(leased, Move.RevealVote, OrderPurpose.Vote, _court.PrepareRevealVote(duty.RequestId, vote));
    }

    private async Task<DutyFiling?> RevealAnswerAsync(LeasedDuty leased, Dossier dossier, CancellationToken cancellationToken)
    {
        var duty = leased.Duty;
        var own = new JobAnswer(duty.Answer!.Commit, duty.Answer.Output, TimeSpan.Zero, Backend: "");
        var (job, now) = (dossier.ToJob() with { Answer = own }, watch.Now);
        var key = submissions.KeyAt(now);
        if (!SubmissionMaker.CanSign(job, key))
            return null;
        var submission = await submissions.MakeAsync(job, now, watch.Standing.Payee, key, cancellationToken);
        var agreed = await AgreedAsync(dossier, own, cancellationToken);
        return Filing(
            leased, Move.RevealAnswer, OrderPurpose.Vote, _hub.PrepareRevealAnswer(submission, duty.Seal!.Salt, agreed.Commit, agreed.Output));
    }

    private async Task<AgreedAnswer> AgreedAsync(Dossier dossier, JobAnswer own, CancellationToken cancellationToken)
    {
        var ours = new AgreedAnswer(own.OutputCommit, ReadOnlyMemory<byte>.Empty);
        var candidates = AgreedAnswer.Candidates(dossier.Quorum);
        if (own.IsFailure || candidates.Count == 0 || candidates[0].Commit == own.OutputCommit
            || await measurer.OpenAsync(dossier, cancellationToken) is not Measurable.Ready { Version.Semantics: var semantics })
        {
            return ours;
        }

        foreach (var candidate in candidates)
        {
            if (candidate.Commit == own.OutputCommit)
                return ours;
            var output = await chain.RevealedInAsync(candidate.TransactionHash, cancellationToken);
            if (output is { } bytes && Keccak256.Hash(bytes.Span) == candidate.Commit && AgreedAnswer.Agrees(semantics, own, candidate.Commit, bytes))
                return new AgreedAnswer(candidate.Commit, bytes);
        }

        return ours;
    }

    private static OwnSeal NewSeal(Func<Hash32, Hash32> seal)
    {
        var salt = new Hash32(RandomNumberGenerator.GetBytes(Hash32.ByteLength));
        return new OwnSeal(salt, seal(salt));
    }

    private static OrderPurpose PurposeOf(DutyKind kind) => kind == DutyKind.Seat ? OrderPurpose.Vote : OrderPurpose.Challenge;

    // One order for each attempt at a move: a second one is the first. What a node says would revert is not sent.
    private static DutyFiling Filing(LeasedDuty leased, Move move, OrderPurpose purpose, ContractCall call) => new()
    {
        Leased = leased,
        Move = move,
        Order = new Order(
            $"{move}:{leased.Duty.Kind}:{leased.Duty.RequestId}:{leased.Epoch}", call.To, call.Data, GasLimit: null, purpose),
        WaitingFor = DutyWait.OurTransaction,
        FailedRuns = leased.Duty.FailedRuns,
    };

    private sealed class NoChain : IContractCaller
    {
        public static NoChain Instance { get; } = new();

        public ValueTask<ReadOnlyMemory<byte>> CallAsync(Address to, ReadOnlyMemory<byte> data, BlockTag at, CancellationToken cancellationToken) =>
            throw new InvalidOperationException("Nothing is asked here.");
    }
}
