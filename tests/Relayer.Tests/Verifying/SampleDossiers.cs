using OpenGradient.Contracts;
using OpenGradient.Contracts.Deployments;
using OpenGradient.Contracts.Hub;
using OpenGradient.Ethereum.Crypto;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Inference.Tensors;
using OpenGradient.Relayer.Chain;
using OpenGradient.Relayer.Jobs;
using OpenGradient.Relayer.Tests.Jobs;
using OpenGradient.Relayer.Tests.Support;
using OpenGradient.Relayer.Verifying;
using OpenGradient.Relayer.Verifying.Cases;
using OpenGradient.Relayer.Verifying.Dossiers;
using OpenGradient.Relayer.Verifying.Duties;

namespace OpenGradient.Relayer.Tests.Verifying;

/// <summary>Dossiers and duties as tests need them: a settled answer of theirs, of which each test changes what it is about.</summary>
internal static class SampleDossiers
{
    public const ulong Now = SampleJobs.Now;
    public const ulong Phase = 900;
    public const ulong Inclusion = 10;

    public static readonly Address Us = SampleJobs.Us;
    public static readonly Address Them = SampleJobs.Them;
    public static readonly Hash32 Id = Hash32.FromUInt256(7u);
    public static readonly UInt256 Lien = 1_000_000u;

    public static CourtRules Rules { get; } = new() { Terms = new CourtTerms(Phase, 3_600, 50u, 10u, 500, 100), InclusionSeconds = Inclusion };

    public static VerifyingOptions Options { get; } = new();

    public static Attempts Tries { get; } = new(3, TimeSpan.FromSeconds(5));

    public static UInt256 Risk => Rules.RiskOf(Lien);

    public static ChallengeRoom Room { get; } = new(0, UInt256.Zero, 1_000_000u, 0, LastLoss: null);

    public static Dossier Settled(byte[]? output = null, ulong until = Now + 7_200, Address? by = null) => new()
    {
        RequestId = Id,
        Ask = new IHubContract.Ask(SampleJobs.Request(), Them, 1u),
        Brought = "input"u8.ToArray(),
        View = RequestView.Unknown with { Stage = Stage.Settled, Node = by ?? Them, Until = until, OutputCommit = Keccak256.Hash(output ?? [1]) },
        Answer = new SettledAnswer(
            new IHubContract.Settlement(Keccak256.Hash(output ?? [1]), by ?? Them, Them, 0, 0, 0, Hash32.Zero, 1, Hash32.Zero, Lien, Now, 0),
            ReadOnlyMemory<byte>.Empty, output ?? [1]),
    };

    public static Dossier InCase(this Dossier dossier, Func<CaseView, CaseView>? change = null, Address? challenger = null)
    {
        var opened = new CaseView
        {
            Stage = CaseStage.Open,
            Challenger = challenger ?? Us,
            Other = new OtherAnswer(Keccak256.Hash([2]), new byte[] { 2 }),
            SeedBlock = new BlockNumber(50),
        };
        return dossier with { View = dossier.View with { Stage = Stage.Challenged }, Case = change?.Invoke(opened) ?? opened };
    }

    /// <summary>A committee on which we have the first seat.</summary>
    public static CaseView Voting(this CaseView view, ulong revealsFrom, params Seat[] seats) => view with
    {
        Stage = CaseStage.Voting,
        RevealsFrom = revealsFrom,
        Seats = seats,
    };

    public static Duty Duty(DutyKind kind) => new() { RequestId = Id, Kind = kind };

    public static Duty Answered(this Duty duty, byte[]? output = null) => duty with { Answer = new OwnAnswer(Keccak256.Hash(output ?? [2]), output ?? [2]) };

    public static Duty Sealed(this Duty duty) => duty.Answered() with { Seal = new OwnSeal(Hash32.FromUInt256(1u), Hash32.FromUInt256(2u)) };

    public static Duty Sent(this Duty duty, Move move, SentState state, int attempt = 1, ulong? block = null) => duty with
    {
        Sent = new SentStep(move, new SentWork(1, attempt, state, block is { } number ? new BlockNumber(number) : null)),
    };

    public static byte[] Floats(params float[] values)
    {
        var data = new byte[values.Length * sizeof(float)];
        for (var i = 0; i < values.Length; i++)
            BitConverter.TryWriteBytes(data.AsSpan(i * sizeof(float)), values[i]);
        Assert.Equal(TensorFault.None, TensorEncoding.TryEncode([new Tensor("output", DataType.Float, [(uint)values.Length], data)], out var encoded));
        return encoded;
    }

    public static Moment At(ulong chainTime, ulong tip = 100) => SampleJobs.At(chainTime, tip: tip);

    public static Deployment Deployment => RelayerScene.Deployment;
}
