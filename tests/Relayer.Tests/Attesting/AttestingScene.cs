using Microsoft.Extensions.Logging.Abstractions;
using OpenGradient.Attestation.Emulated;
using OpenGradient.Attestation.Policies;
using OpenGradient.Attestation.Verdicts;
using OpenGradient.Contracts.Deployments;
using OpenGradient.Ethereum.Crypto;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Relayer.Attesting;
using OpenGradient.Relayer.Attesting.Archive;
using OpenGradient.Relayer.Attesting.Judging;
using OpenGradient.Relayer.Attesting.Keys;
using OpenGradient.Relayer.Attesting.Platforms;
using OpenGradient.Relayer.Tests.Support;

namespace OpenGradient.Relayer.Tests.Attesting;

/// <summary>An emulated environment, who judges it, and a chain with one block that evidence can name.</summary>
internal static class AttestingScene
{
    public const ulong BlockTime = 1_900_000_000;

    public static Deployment Deployment { get; } = SampleDeployment.Make();

    public static EmulatedRoots Roots { get; } = EmulatedRoots.Generate();

    public static AttestingOptions Options { get; } = new()
    {
        Policy = new AttestationPolicy { AllowEmulated = true },
        EmulatedRoots = Roots.Anchors,
        // What the emulated vendor signs about its platforms ends after a month.
        Lifetime = TimeSpan.FromDays(7),
    };

    public static Address Node { get; } = new([.. new byte[19], 0x42]);

    public static BlockWitness Block { get; } = new(Keccak256.Hash("block"u8), BlockTime, BlockTime + 24);

    public static FakeBlocks Blocks { get; } = new(Block);

    public static KeyJudge Judge(AttestingOptions? options = null, Deployment? deployment = null, TimeProvider? clock = null) => new(options ?? Options, deployment ?? Deployment, clock ?? Clock);

    /// <summary>An attester that keeps nothing itself.</summary>
    public static OwnCollateral NoCollateral { get; } = new(archive: null, TimeProvider.System, NullLogger.Instance);

    // Far enough before the end of all that the emulated vendor signs, and at the block's time.
    public static TimeProvider Clock { get; } = new At(DateTimeOffset.FromUnixTimeSeconds((long)BlockTime + 20));

    public static async Task<KeyClaim> ClaimAsync(
        TeeType type = TeeType.Tdx, Func<KeyClaim, KeyClaim>? bound = null, EmulatedRoots? roots = null, PrivateKey? key = null)
    {
        using var fresh = key is null ? PrivateKey.Generate() : null;
        var claim = new KeyClaim
        {
            ChainId = Deployment.ChainId,
            Registry = Deployment.Keys,
            Node = Node,
            SigningKey = (key ?? fresh!).PublicKey,
            KeyEpoch = 1,
            BlockHash = Block.Hash,
            ExpiresAt = BlockTime + 7_200,
            Deadline = Block.HeadTime + 600,
            Kind = EvidenceKind.Dcap,
            Evidence = ReadOnlyMemory<byte>.Empty,
            Collateral = [],
        };
        claim = bound?.Invoke(claim) ?? claim;
        var made = await new EmulatedSource(roots ?? Roots, type, Clock).FetchAsync(
            claim.Binding.ToReportData(), claim.BlockHash.ToArray(), claim.HpkeKey, TestContext.Current.CancellationToken);
        return claim with { Kind = made.Kind, Evidence = made.Evidence, Collateral = made.Collateral };
    }

    /// <summary>A claim of a TDX guest in a world of its own making.</summary>
    public static async Task<KeyClaim> ClaimAsync(Func<DcapScene, DcapScene> world)
    {
        var claim = await ClaimAsync();
        var made = world(new DcapScene(Roots, Clock.GetUtcNow()) { Report = DcapScene.TdxReportOf(claim.Binding.ToReportData()) }).Build();
        return claim with { Evidence = made.Evidence, Collateral = made.Collateral };
    }

    private sealed class At(DateTimeOffset time) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => time;
    }
}

/// <summary>Knows the blocks that it was given.</summary>
internal sealed class FakeBlocks(params IReadOnlyList<BlockWitness> known) : IBlockWitnesses
{
    public Task<BlockWitness?> FindAsync(Hash32 hash, CancellationToken cancellationToken) =>
        Task.FromResult(known.FirstOrDefault(block => block.Hash == hash));
}
