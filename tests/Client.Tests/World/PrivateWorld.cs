using OpenGradient.Attestation.Binding;
using OpenGradient.Attestation.Emulated;
using OpenGradient.Attestation.Policies;
using OpenGradient.Attestation.Roots;
using OpenGradient.Attestation.Verdicts;
using OpenGradient.Client.Answers;
using OpenGradient.Client.Nodes;
using OpenGradient.Contracts.Hub;
using OpenGradient.Contracts.Keys;
using OpenGradient.Ethereum.Crypto;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Ethereum.Signing;
using OpenGradient.PrivateRequests.Hpke;
using OpenGradient.PrivateService.Answering;
using OpenGradient.PrivateService.Relaying;

namespace OpenGradient.Client.Tests.World;

/// <summary>A gateway under an emulated root, a relay before it, and a client of that.</summary>
internal sealed class PrivateWorld : IAsyncDisposable
{
    public static readonly ChainId Chain = new(31337);
    public static readonly Address Hub = Address.Parse("0x00000000000000000000000000000000000000aa");
    public static readonly Address Registry = Address.Parse("0x00000000000000000000000000000000000000bb");
    public static readonly Address Node = Address.Parse("0x00000000000000000000000000000000000000cc");
    public static readonly Address Payee = Address.Parse("0x00000000000000000000000000000000000000dd");

    private readonly LocalSigner _signer;
    private readonly PublicKey _signingKey;

    private PrivateWorld(PrivateKey key) => (_signer, _signingKey) = (new LocalSigner(key), key.PublicKey);

    public static EmulatedRoots Roots { get; } = EmulatedRoots.Generate();

    public LogBook Log { get; } = new();

    public GatewayHost Gateway { get; private set; } = null!;

    public RelayHost Relay { get; private set; } = null!;

    public RequestGateway Core { get; private set; } = null!;

    public Address Signer => _signer.Address;

    public PrivateClientOptions Options { get; private set; } = null!;

    public HttpClient Http { get; } = new();

    public static async Task<PrivateWorld> StartAsync(IPrivateModels models, Func<GatewayOptions, GatewayOptions>? change = null, IHubRequests? hub = null)
    {
        var stop = TestContext.Current.CancellationToken;
        var world = new PrivateWorld(PrivateKey.Generate());
        world.Core = world.MakeGateway(models, change, hub: hub);
        world.Gateway = await GatewayHost.StartAsync(new Uri("http://127.0.0.1:0"), world.Core, TimeProvider.System, world.Log, stop);
        world.Relay = await RelayHost.StartAsync(
            new Uri("http://127.0.0.1:0"), new RelayOptions { Gateways = new Dictionary<Address, Uri> { [Node] = world.Gateway.Address } }, TimeProvider.System, world.Log, stop);
        world.Options = new PrivateClientOptions
        {
            Relay = world.Relay.Address,
            ChainId = Chain,
            Hub = Hub,
            Registry = Registry,
            Policy = new AttestationPolicy { AllowEmulated = true },
            Anchors = TrustAnchors.Production.With(Roots.Anchors),
        };
        return world;
    }

    /// <summary>A gateway that is asked without HTTP.</summary>
    public static (RequestGateway Gateway, PrivateWorld World) Bare(IPrivateModels models, TimeProvider clock, Func<GatewayOptions, GatewayOptions>? change = null)
    {
        var world = new PrivateWorld(PrivateKey.Generate());
        world.Core = world.MakeGateway(models, change, clock);
        return (world.Core, world);
    }

    public PrivateClient Client(Func<PrivateClientOptions, PrivateClientOptions>? change = null, HttpMessageHandler? handler = null) =>
        new(handler is null ? Http : new HttpClient(handler), change?.Invoke(Options) ?? Options, TimeProvider.System);

    public async Task<TrustedNode> TrustAsync() =>
        Assert.IsType<NodeExamination.Trusted>(await Client().ExamineAsync(Node, TestContext.Current.CancellationToken)).Node;

    public async Task<PrivateOutcome> AskAsync(byte[] input, Func<PrivateOrder, PrivateOrder>? change = null, HttpMessageHandler? handler = null)
    {
        var order = new PrivateOrder { VersionId = ScriptedModels.Version, Input = input, PriceCap = ScriptedModels.Price };
        return await Client(handler: handler).AskAsync(await TrustAsync(), change?.Invoke(order) ?? order, cancellationToken: TestContext.Current.CancellationToken);
    }

    /// <summary>Keys of an epoch, with evidence under the emulated root.</summary>
    public GatewayKeys MakeKeys(ulong epoch, TeeType type = TeeType.Tdx, TimeProvider? clock = null)
    {
        var hpke = HpkeKeyPair.Generate();
        var binding = new KeyBinding { SigningKey = _signingKey.ToUncompressed().AsMemory(1), HpkeKey = hpke.PublicKey, ChainId = Chain.Value, Registry = Registry, KeyEpoch = epoch };
        var made = new EmulatedAttester(Roots, clock ?? TimeProvider.System).Attest(type, binding.ToReportData(), publicKey: hpke.PublicKey);
        return new GatewayKeys(new KeyEvidence { Kind = made.Kind, Evidence = made.Evidence, Collateral = made.Collateral, Binding = binding }, hpke, new Secp256k1ReceiptSigner(_signer));
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        if (Relay is not null)
            await Relay.DisposeAsync();
        if (Gateway is not null)
            await Gateway.DisposeAsync();
        Core.Dispose();
        _signer.Dispose();
    }

    private RequestGateway MakeGateway(IPrivateModels models, Func<GatewayOptions, GatewayOptions>? change, TimeProvider? clock = null, IHubRequests? hub = null)
    {
        var options = new GatewayOptions { Node = Node, Payee = () => Payee, Hub = new HubDomain(Chain, Hub) };
        return new RequestGateway(change?.Invoke(options) ?? options, MakeKeys(1), models, clock ?? TimeProvider.System, hub);
    }
}
