using OpenGradient.Contracts;
using OpenGradient.Contracts.Hub;
using OpenGradient.Ethereum.Crypto;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Relayer.Chain;
using OpenGradient.Relayer.Jobs;

namespace OpenGradient.Relayer.Tests.Jobs;

/// <summary>Jobs as tests need them: an open request for a signed answer, of which each test changes what it is about.</summary>
internal static class SampleJobs
{
    public const ulong Now = 1_000_000;
    public const ulong ClaimSeconds = 120;

    public static Address Us { get; } = Address.Parse("0x00000000000000000000000000000000000000a1");

    public static Address Them { get; } = Address.Parse("0x00000000000000000000000000000000000000b2");

    public static DateTimeOffset Time { get; } = DateTimeOffset.FromUnixTimeSeconds(1_800_000_000);

    public static Moment At(ulong chainTime, ulong? headTime = null, ulong paused = 0, ulong tip = 100) =>
        new(Time, headTime ?? chainTime, chainTime, chainTime - paused, new BlockNumber(tip));

    public static IHubContract.Request Request(ulong deadline = Now + 600) => new(
        Keccak256.Hash("version"u8), (byte)Assurance.Signed, Address.Zero, ExclusiveUntil: 0, deadline, ChallengeWindow: 0, CallbackGas: 0, Flags: 0,
        QuorumValue: 0, Fee: 1_000u, DeliveryTip: 0u, MinLien: 0u, Keccak256.Hash("input"u8), Hash32.Zero);

    public static Job Open(int number = 0, ulong deadline = Now + 600) => new()
    {
        RequestId = Hash32.FromUInt256((ulong)(number + 1)),
        Ask = new IHubContract.Ask(Request(deadline), Them, Nonce: (ulong)number),
        Brought = "input"u8.ToArray(),
        Terms = new IHubContract.Terms([], []),
        View = RequestView.Unknown with { Stage = Stage.Open },
    };

    public static Job Answered(this Job job, byte[]? output = null) => job with
    {
        Answer = new JobAnswer(Keccak256.Hash(output ?? [1]), output ?? [1], TimeSpan.FromMilliseconds(1), "test"),
    };

    public static Job ClaimedBy(this Job job, Address node, ulong at) => job with
    {
        View = job.View with { Stage = Stage.Claimed, Node = node, Until = at + ClaimSeconds },
    };

    public static Job AssignedTo(this Job job, Address node, ulong until) => job with
    {
        Ask = job.Ask with { Request = job.Ask.Request with { Assignee = node, ExclusiveUntil = until } },
    };
}
