using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using OpenGradient.Attestation;
using OpenGradient.Attestation.Collateral;
using OpenGradient.Attestation.Emulated;
using OpenGradient.Attestation.Policies;
using OpenGradient.Attestation.Roots;
using OpenGradient.Attestation.Verdicts;
using OpenGradient.Blobs.Folders;
using OpenGradient.Contracts;
using OpenGradient.Contracts.Nodes;
using OpenGradient.Ethereum.Crypto;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Ethereum.Signing;
using OpenGradient.Ethereum.Wallets;
using OpenGradient.Foundry;
using OpenGradient.Relayer.Attesting;
using OpenGradient.Relayer.Attesting.Archive;
using OpenGradient.Relayer.Attesting.Attesters;
using OpenGradient.Relayer.Attesting.Judging;
using OpenGradient.Relayer.Attesting.Keys;
using OpenGradient.Relayer.Attesting.Platforms;
using OpenGradient.Relayer.Hosting;
using OpenGradient.Relayer.Private;
using OpenGradient.Relayer.Verifying;
using OpenGradient.Support;

namespace OpenGradient.EndToEnd.Tests.Network;

/// <summary>
/// A chain of its own whose register asks for two of three attesters: one is a whole relayer, one an attester by itself, and one signs whatever it likes. Beside
/// them runs an attested node, in an emulated environment.
/// </summary>
public class AttestedNetwork : IAsyncLifetime
{
    private readonly DeployedChainFixture _chain = new();
    private readonly EmulatedRoots _roots = EmulatedRoots.Generate();
    private readonly List<LocalSigner> _signers = [];
    private readonly List<TestRelayer> _folders = [];
    private readonly List<RelayerHost> _hosts = [];
    private readonly List<WebApplication> _attesters = [];
    private BlockMaker? _blocks;

    internal DeployedChainFixture Chain => _chain;

    internal TestNetwork Network { get; private set; } = null!;

    internal IAttestedKeysContract Keys => new(_chain.Client, _chain.Deployment.Keys);

    internal Hash32 Model { get; private set; }

    internal Hash32 Workload { get; private set; }

    /// <summary>What its keys are born on.</summary>
    internal virtual KeyCurve Curve => KeyCurve.Secp256k1;

    /// <summary>The attested node.</summary>
    internal RelayerHost Node => _hosts[^1];

    internal Address NodeAddress => _signers[^1].Address;

    /// <summary>How often the attester that lies was asked.</summary>
    internal int Lies { get; private set; }

    /// <summary>Holds answers back that the attested node has found; null lets them through.</summary>
    internal TaskCompletionSource? Gate { get; set; }

    /// <summary>How many answers came to the gate.</summary>
    internal int Found { get; private set; }

    /// <summary>Whose evidence counts here.</summary>
    internal EmulatedRoots Roots => _roots;

    private AttestingOptions Attesting => new()
    {
        Policy = new AttestationPolicy { AllowEmulated = true },
        EmulatedRoots = _roots.Anchors,
        Lifetime = TimeSpan.FromHours(2),
    };

    public async ValueTask InitializeAsync()
    {
        await _chain.InitializeAsync();
        Network = await TestNetwork.OpenAsync(_chain);
        Model = await Network.PublishAsync("volatility", "model.onnx", "volatility-float");
        _signers.AddRange([await Network.EnlistAsync(1), new LocalSigner(DevelopmentAccounts.Key(2)), new LocalSigner(DevelopmentAccounts.Key(3))]);
        await ApproveAsync();
        _hosts.Add(await StartVerifierAsync());
        _attesters.Add(await AttesterEndpoint.StartAsync(
            new AttesterOptions { Listen = new Uri("http://127.0.0.1:0"), RequestsPerMinute = 1_000 },
            new Attester(
                new KeyJudge(Attesting, _chain.Deployment, TimeProvider.System), new KeyRegister([_chain.Client], _chain.Deployment, _signers[1].Address), _signers[1],
                new OwnCollateral(archive: null, TimeProvider.System, NullLogger.Instance), NullLogger<Attester>.Instance),
            NullLoggerFactory.Instance, TimeProvider.System, TestContext.Current.CancellationToken));
        _attesters.Add(await StartLiarAsync(_signers[2]));
        _blocks = new BlockMaker(_chain.Client);
        _signers.Add(await Network.EnlistAsync(4, NodeRoles.Inference | NodeRoles.Tee));
        _hosts.Add(await StartNodeAsync());
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var host in _hosts)
            await host.DisposeAsync();
        foreach (var attester in _attesters)
            await attester.DisposeAsync();
        if (_blocks is not null)
            await _blocks.DisposeAsync();
        _folders.ForEach(folder => folder.Dispose());
        _signers.ForEach(signer => signer.Dispose());
        _roots.Dispose();
        await _chain.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    /// <summary>Moves the chain's time on.</summary>
    internal Task PassAsync(uint seconds) => BlockMaker.PassAsync(_chain.Client, seconds, TestContext.Current.CancellationToken);

    /// <summary>Waits until what the node's health says of its keys holds.</summary>
    internal async Task<string> UntilAttestedIsAsync(Func<OpenGradient.Relayer.Operations.HealthCheck, bool> holds)
    {
        var stop = TestContext.Current.CancellationToken;
        var said = "";
        await Eventually.UntilAsync(
            async () =>
            {
                var check = (await Node.Health.LookAsync(stop)).Checks.Single(check => check.Name == "attested");
                said = check.Details;
                return holds(check);
            },
            "the node's health says of its keys what it should", stop, () => said);
        return said;
    }

    // What the timelock of a deployment would be asked for: our root, our workload, our attesters.
    private async Task ApproveAsync()
    {
        var stop = TestContext.Current.CancellationToken;
        var made = new EmulatedAttester(_roots, TimeProvider.System).Attest(TeeType.Tdx, new byte[64]);
        var verdict = new AttestationVerifier(TrustAnchors.Production.With(_roots.Anchors), TimeProvider.System)
            .Verify(made.Kind, made.Evidence, CollateralSet.Read(made.Collateral), Attesting.Policy);
        Workload = verdict.WorkloadId!.Value;
        var label = new Hash32([.. "emulated"u8, .. new byte[24]]);
        var (schedule, execute) = DevelopmentTimelock.CallsOf(
            _chain.Deployment.Timelock, Hash32.FromUInt256(1),
            [
                Keys.PrepareApproveRoot(verdict.RootId!.Value, label, isEmulated: true), Keys.PrepareApproveWorkload(Workload, "emulated"),
                .. _signers.Select(signer => Keys.PrepareSetAttester(signer.Address, isAttester: true)), Keys.PrepareSetThreshold(2),
            ]);
        await _chain.Owner.SendAsync(schedule, cancellationToken: stop);
        await _chain.Owner.SendAsync(execute, cancellationToken: stop);
    }

    private Task<RelayerHost> StartVerifierAsync()
    {
        var relayer = new TestRelayer(_chain.Deployment, _chain.Endpoint);
        _folders.Add(relayer);
        relayer.Options = relayer.Options with
        {
            Versions = OpenGradient.Relayer.Versions.ServedVersions.Of([]),
            Verifying = new VerifyingOptions { Poll = TimeSpan.FromMilliseconds(200), LookAgain = TimeSpan.FromSeconds(1) },
            Attesting = Attesting with { Attester = new AttesterOptions { Listen = new Uri("http://127.0.0.1:0"), RequestsPerMinute = 1_000 } },
        };
        return relayer.StartAsync(_signers[0]);
    }

    // It says yes to everything, and signs something else.
    private async Task<WebApplication> StartLiarAsync(LocalSigner signer)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { Args = [] });
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        var application = builder.Build();
        application.MapPost("/v1/verdicts", async () =>
        {
            Lies++;
            var signature = await signer.SignAsync(Keccak256.Hash("something else"u8), CancellationToken.None);
            return Results.Text($$"""{"accepted":true,"signature":"{{Hex.Encode(signature.ToBytes())}}","rootLabel":"production"}""", "application/json");
        });
        await application.StartAsync(TestContext.Current.CancellationToken);
        return application;
    }

    private async Task<RelayerHost> StartNodeAsync()
    {
        var relayer = new TestRelayer(_chain.Deployment, _chain.Endpoint);
        _folders.Add(relayer);
        await using (var content = File.OpenRead(Repository.PathOf("models", "volatility", "model.onnx")))
            await new FolderBlobStore(relayer.BlobFolder).PutAsync(content, TestContext.Current.CancellationToken);
        relayer.Options = relayer.Options with
        {
            Preparing = honest => new GatedPreparer(honest, () =>
            {
                Found++;
                return Gate?.Task ?? Task.CompletedTask;
            }),
            Private = new PrivateOptions { Listen = new Uri("http://127.0.0.1:0"), Price = UInt256.One },
            Attesting = Attesting with
            {
                Attested = new AttestedOptions
                {
                    Source = new EmulatedSource(_roots, TeeType.Tdx, TimeProvider.System),
                    Attesters = [Slashed(_attesters[1].Urls.First()), Slashed(_hosts[0].AttesterAddress!.ToString()), Slashed(_attesters[0].Urls.First())],
                    Curve = Curve,
                    WatchEvery = TimeSpan.FromMilliseconds(200),
                    KeepEvery = TimeSpan.FromMilliseconds(300),
                },
            },
        };
        return await relayer.StartAsync(_signers[^1]);
    }

    private static Uri Slashed(string url) => new(url.TrimEnd('/') + "/");
}

/// <summary>The same with keys on the other curve, which the chain checks by its precompile.</summary>
public sealed class P256Network : AttestedNetwork
{
    internal override KeyCurve Curve => KeyCurve.P256;
}
