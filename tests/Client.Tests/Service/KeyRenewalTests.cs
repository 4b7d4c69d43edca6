using OpenGradient.Attestation.Policies;
using OpenGradient.Attestation.Roots;
using OpenGradient.Attestation.Verdicts;
using OpenGradient.Client.Nodes;
using OpenGradient.Client.Tests.World;
using OpenGradient.PrivateService.Answering;
using OpenGradient.Support;

namespace OpenGradient.Client.Tests.Service;

/// <summary>A Nitro enclave whose keys no register knows: what it hands out is always new enough for a client that looks at nothing else.</summary>
public sealed class KeyRenewalTests
{
    private static readonly PrivateClientOptions Options = new()
    {
        Relay = new Uri("http://127.0.0.1:1"),
        ChainId = PrivateWorld.Chain,
        Hub = PrivateWorld.Hub,
        Registry = PrivateWorld.Registry,
        Policy = new AttestationPolicy { AllowEmulated = true },
        Anchors = TrustAnchors.Production.With(PrivateWorld.Roots.Anchors),
    };

    [Fact]
    public async Task A_gateway_of_a_nitro_enclave_is_trusted_for_as_long_as_it_runs()
    {
        var clock = new ManualTime();
        var (gateway, world) = PrivateWorld.Bare(new ScriptedModels(), clock);
        await using var _ = world;
        gateway.Rotate(world.MakeKeys(2, TeeType.Nitro, clock));
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        List<Exception> failures = [];
        var fails = false;
        var renewing = new KeyRenewal(
            (epoch, _) => fails ? throw new IOException("The device is busy.") : Task.FromResult(world.MakeKeys(epoch, TeeType.Nitro, clock)), gateway.Rotate, failures.Add, clock)
            .RunAsync(2, stop.Token);
        var examiner = new NodeExaminer(Options, clock);

        for (var minute = 0; minute < 60; minute += 2)
        {
            var keys = gateway.Keys!;
            Assert.Equal(2UL + (ulong)(minute / 2), keys.KeyEpoch);
            Assert.IsType<NodeExamination.Trusted>(examiner.Examine(PrivateWorld.Node, keys.Evidence.ToUtf8()));
            await PassAsync(KeyRenewal.Every);
            await Eventually.UntilAsync(() => gateway.Keys!.KeyEpoch > keys.KeyEpoch, "the keys are renewed", stop.Token);
        }

        // What fails once is tried again before clients stop to take what there is.
        fails = true;
        var last = gateway.Keys!.KeyEpoch;
        await PassAsync(KeyRenewal.Every);
        await Eventually.UntilAsync(() => failures.Count == 1, "it failed", stop.Token);
        Assert.Equal(last, gateway.Keys!.KeyEpoch);
        fails = false;
        await PassAsync(TimeSpan.FromSeconds(15));
        await Eventually.UntilAsync(() => gateway.Keys!.KeyEpoch == last + 1, "the keys are renewed again", stop.Token);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => renewing);

        // Not before it waits again: what it begins to wait for afterwards is later.
        async Task PassAsync(TimeSpan time)
        {
            await Eventually.UntilAsync(() => clock.Waiting == 1, "it waits", stop.Token);
            clock.Advance(time);
        }
    }

    [Fact]
    public void Only_what_grows_old_by_itself_is_renewed()
    {
        var (_, world) = PrivateWorld.Bare(new ScriptedModels(), TimeProvider.System);
        foreach (var type in (TeeType[])[TeeType.Tdx, TeeType.Nitro, TeeType.Snp])
        {
            using var keys = world.MakeKeys(1, type);
            Assert.Equal(type == TeeType.Nitro, KeyRenewal.IsNeeded(keys.Evidence));
        }
    }
}
