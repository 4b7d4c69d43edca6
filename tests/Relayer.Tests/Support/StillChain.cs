using OpenGradient.Ethereum.Primitives;
using OpenGradient.Relayer.Chain;
using OpenGradient.Relayer.Tests.Jobs;

namespace OpenGradient.Relayer.Tests.Support;

/// <summary>A chain on which it is as late as a test says.</summary>
internal sealed class StillChain : IChainWatch
{
    public ulong Time { get; set; } = SampleJobs.Now;

    public Address Payee { get; set; } = SampleJobs.Them;

    public Moment Now => SampleJobs.At(Time);

    public NodeStanding Standing => new(Payee, Much, Much, Much);

    public Wei WeiPerGas => new(1_000_000_000u);

    public bool IsCatchingUp { get; set; }

    private static UInt256 Much => UInt256.One << 200;
}
