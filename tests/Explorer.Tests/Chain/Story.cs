using System.Globalization;
using System.Text.Json;
using OpenGradient.Attestation.Emulated;
using OpenGradient.Attestation.Verdicts;
using OpenGradient.Blobs;
using OpenGradient.Contracts;
using OpenGradient.Contracts.Hub;
using OpenGradient.Ethereum.Abi;
using OpenGradient.Ethereum.Blocks;
using OpenGradient.Ethereum.Crypto;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Ethereum.Signing;
using OpenGradient.Ethereum.Wallets;
using OpenGradient.Indexer.Schema;

namespace OpenGradient.Explorer.Tests.Chain;

/// <summary>What happened on a chain: some of everything that pages show, with receipts that are really signed, and strangers' worst texts.</summary>
internal sealed class Story
{
    public const string Markup = "<script>window.pwned = 1</script><img src=x onerror=window.pwned=2>\" onmouseover=\"x";
    public const string Turned = "safe\u202Eexe.fdp\u2066\u200B";

    public static readonly ChainId ChainId = new(31337);

    private const ulong KeyEpoch = 7;
    private const ulong Units = 1_000_000_000_000_000_000;

    private static readonly Dictionary<string, Address> Contracts = new(StringComparer.Ordinal)
    {
        ["hub"] = Someone(0xc1),
        ["models"] = Someone(0xc2),
        ["nodes"] = Someone(0xc3),
        ["keys"] = Someone(0xc4),
        ["court"] = Someone(0xc5),
        ["verifiers"] = Someone(0xc6),
    };

    private static readonly HubDomain Domain = new(ChainId, Contracts["hub"]);

    private readonly List<IReadOnlyList<Log>> _blocks = [];

    public static IReadOnlyList<EventFamily> Families { get; } =
    [
        new("hub", OurFamilies.Hub(), [Contracts["hub"]], new(0)), new("models", OurFamilies.Models(), [Contracts["models"]], new(0)),
        new("nodes", OurFamilies.Nodes(), [Contracts["nodes"]], new(0)), new("keys", OurFamilies.Keys(), [Contracts["keys"]], new(0)),
        new("court", OurFamilies.Court(), [Contracts["court"]], new(0)), new("verifiers", OurFamilies.Verifiers(), [Contracts["verifiers"]], new(0)),
    ];

    public static Hash32 Model { get; } = Named("credit-risk");

    public static Hash32 Version { get; } = Named("credit-risk 1.0");

    public static Hash32 HostileModel { get; } = Named("hostile");

    public static Hash32 LongModel { get; } = Named("long");

    public static Address Requester { get; } = Someone(0xa1);

    /// <summary>What is told of the model: a stranger's words.</summary>
    public static byte[] Description { get; } = JsonSerializer.SerializeToUtf8Bytes(new
    {
        name = "credit-risk " + Turned,
        description = $"How likely a loan is paid back.\n{Markup}",
        versions = new Dictionary<string, object>(StringComparer.Ordinal) { ["1.0"] = new { file = "risk.onnx", bytes = 4_096, use = "features: FLOAT [1, 8]. " + Markup } },
    });

    /// <summary>What is told of the node, as much a stranger's.</summary>
    public static byte[] NodeDescription { get; } = JsonSerializer.SerializeToUtf8Bytes(new { name = "basement " + Turned, description = $"Two cards under a desk.\n{Markup}" });

    /// <summary>What is behind the attested key, made under an emulated root.</summary>
    public byte[] Evidence { get; private set; } = [];

    public IReadOnlyList<IReadOnlyList<Log>> Blocks => _blocks;

    public Address Node { get; private set; }

    public Address Key { get; private set; }

    /// <summary>Signed by its node, and delivered.</summary>
    public Hash32 Good { get; private set; }

    /// <summary>The output on the chain is not what was signed, and neither is the signer the node.</summary>
    public Hash32 Tampered { get; private set; }

    /// <summary>Signed by an attested key under an emulated root.</summary>
    public Hash32 Attested { get; private set; }

    public Hash32 Open { get; private set; }

    /// <summary>Challenged and overturned.</summary>
    public Hash32 Overturned { get; private set; }

    public static async Task<Story> TellAsync()
    {
        var story = new Story();
        using var node = new LocalSigner(DevelopmentAccounts.Key(1));
        using var key = new LocalSigner(DevelopmentAccounts.Key(2));
        (story.Node, story.Key) = (node.Address, key.Address);
        using (var roots = EmulatedRoots.Generate())
            story.Evidence = new EmulatedAttester(roots, new Day()).Attest(TeeType.Tdx, ReportData).Evidence.ToArray();
        story.Register();
        (story.Good, var good) = await AskAsync(1, node, 1);
        (story.Tampered, var tampered) = await AskAsync(2, key, 1, node.Address, output: [9, 9, 9]);
        (story.Attested, var attested) = await AskAsync(3, key, 2, node.Address, evidence: BlobHash.Of(story.Evidence).Value);
        (story.Overturned, var overturned) = await AskAsync(4, node, 1);
        (story.Open, var open) = await AskAsync(5, node, 1);
        story._blocks.AddRange(good.Append([Event("hub_delivered", story.Good, Someone(0xd1), true)]));
        story._blocks.AddRange([.. tampered, .. attested, .. overturned]);
        story.Judge();
        story._blocks.Add(open[0]);
        for (ulong i = 10; i < 45; i++)
        {
            var (_, blocks) = await AskAsync(i, node, 1);
            story._blocks.AddRange(blocks);
        }

        return story;
    }

    /// <summary>One more request, answered in the block after.</summary>
    public static async Task<(Hash32 Id, IReadOnlyList<IReadOnlyList<Log>> Blocks)> AskAsync(ulong nonce)
    {
        using var node = new LocalSigner(DevelopmentAccounts.Key(1));
        return await AskAsync(nonce, node, 1);
    }

    public static Address Someone(int number) => Address.Parse(string.Create(CultureInfo.InvariantCulture, $"0x{number:x40}"));

    /// <summary>What the environment says: the binding of its keys.</summary>
    public static byte[] ReportData { get; } = [.. Enumerable.Range(0, EmulatedAttester.ReportDataBytes).Select(i => (byte)i)];

    internal static Hash32 Named(string name) => Keccak256.Hash(System.Text.Encoding.UTF8.GetBytes(name));

    internal static Log Event(string table, params AbiValue[] values) =>
        Families.SelectMany(family => family.Tables).Single(known => known.Name == table).Event.Encode(Contracts[table[..table.IndexOf('_', StringComparison.Ordinal)]], values);

    internal static AbiValue Number(ulong number) => number;

    internal static AbiValue Amount(ulong whole) => (UInt256)whole * Units;

    private static Task<(Hash32 Id, List<IReadOnlyList<Log>> Blocks)> AskAsync(
        ulong nonce, LocalSigner signer, byte assurance, Address? nodeAddress = null, byte[]? output = null, Hash32 evidence = default) =>
        AskAsync(
            nonce, assurance, nodeAddress ?? signer.Address, assurance == 2 ? KeyEpoch : 0,
            async digest => (await signer.SignAsync(digest, CancellationToken.None)).ToCompactBytes(), output, evidence);

    /// <summary>A request and its answer, with whatever evidence the digest of its receipt gets.</summary>
    internal static async Task<(Hash32 Id, List<IReadOnlyList<Log>> Blocks)> AskAsync(
        ulong nonce, byte assurance, Address node, ulong keyEpoch, Func<Hash32, Task<byte[]>> signing, byte[]? output = null, Hash32 evidence = default)
    {
        byte[] input = [1, 2, 3, (byte)nonce], answer = [4, 5, 6, (byte)nonce];
        var request = new IHubContract.Request(
            Version, assurance, default, 0, 1_700_090_000, 7_200, 0, 0, 0, (UInt256)Units * 5 / 2, default, default, Keccak256.Hash(input), Hash32.Zero);
        var id = Domain.IdOf(new IHubContract.Ask(request, Requester, nonce));
        var receipt = new IHubContract.Receipt(
            id, Version, request.InputCommit, Keccak256.Hash(answer), assurance, node, Someone(0xb1), keyEpoch, 1_700_000_100, 1_700_090_000, evidence);
        var signature = await signing(Domain.DigestOf(receipt));
        return (id,
        [
            [Event(
                "hub_requested", id, Requester, Number(nonce),
                AbiValue.TupleOf(
                    Version, Number(assurance), default(Address), Number(0), Number(request.Deadline), Number(7_200), Number(0), Number(0), Number(0), request.Fee, Number(0), Number(0),
                    request.InputCommit, Hash32.Zero),
                input)],
            [
                Event("hub_claimed", id, node, Amount(1), Number(1_700_090_000), Number(1)),
                Event("hub_settled", id, node, Number(1_700_010_000), Settlement(receipt), signature, output ?? answer),
            ],
        ]);
    }

    private static AbiValue.Tuple Settlement(IHubContract.Receipt receipt) => AbiValue.TupleOf(
        receipt.OutputCommit, receipt.Node, receipt.Payee, Number(receipt.KeyEpoch), Number(receipt.IssuedAt), Number(receipt.ExpiresAt), receipt.EvidenceHash,
        Number(receipt.Assurance), Hash32.Zero, Amount(100), Number(1_700_000_200), Number(0));

    private void Register()
    {
        _blocks.Add([.. Models(Model, "credit-risk", Version), Event("models_metadata_changed", Model, $"blob:{BlobHash.Of(Description)}"), Event("verifiers_registered", Someone(0xe1), Named("og-prover"), true)]);
        _blocks.Add([.. Models(HostileModel, Markup + Turned, Named("hostile 1.0"), "javascript:alert(1)")]);
        _blocks.Add([.. Models(LongModel, new string('w', 1 << 20), Named("long 1.0"))]);
        _blocks.Add(
        [
            Event("nodes_registered", Node, Someone(0xb1), Someone(0xb1), Number(9), "javascript:alert(1)//" + Turned, $"blob:{BlobHash.Of(NodeDescription)}"),
            Event("nodes_staked", Node, Someone(0xb1), Amount(10_000)), Event("nodes_staked", Node, Someone(0xb1), Amount(500)), Event("nodes_withdrawn", Node, Someone(0xb1), Amount(200)),
        ]);
        _blocks.Add(
        [
            Event("keys_root_approved", Named("root"), Named("emulated"), true), Event("keys_workload_approved", Named("workload"), Markup),
            KeyEvent(Node, Key, KeyEpoch, BlobHash.Of(Evidence).Value),
        ]);
    }

    internal static Log KeyEvent(Address node, Address key, ulong epoch, Hash32 evidence) => Event(
        "keys_registered", node, key, Number(epoch),
        AbiValue.TupleOf(
            node, key, Named("hpke"), evidence, Named("root"), TeeType.Tdx.ToWord(), Named("workload"), Named("platform"), Number(0), Number(3), Number(1_700_000_000),
            Number(1_800_000_000), Number(epoch)),
        AbiValue.ArrayOf(Someone(0xf1), Someone(0xf2)), Number(1_700_000_000));

    private static Log[] Models(Hash32 model, string name, Hash32 version, string uri = "https://models.example/credit-risk") =>
    [
        Event("models_created", model, Someone(0xb1), name, uri),
        Event(
            "models_version_published", model, version,
            AbiValue.TupleOf(
                Number(1), Number(0), Named("artifact"), Named("signature"), Someone(0xe1),
                AbiValue.TupleOf(Number(1), Named("descriptor"), Named("commitment"), Number(0), Number(0)), AbiValue.ArrayOf(uri))),
    ];

    // The simulated chain's own.
    private sealed class Day : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => DateTimeOffset.FromUnixTimeSeconds(1_700_000_000);
    }

    private void Judge()
    {
        var member = Someone(0x91);
        _blocks.Add([Event("hub_contested", Overturned), Event("court_case_opened", Overturned, Someone(0x92), Amount(50), Named("other"), new byte[] { 7 }, new byte[] { 1 })]);
        _blocks.Add([Event("court_committee_drawn", Overturned, AbiValue.ArrayOf(AbiValue.TupleOf(member, Amount(3), Named("answer"))), Number(1_700_000_900))]);
        _blocks.Add(
        [
            Event("court_case_ended", Overturned, Someone(0x92), Number(2), Amount(3)), Event("nodes_slashed", Node, Amount(100), Amount(100), Contracts["court"]),
            Event(
                "hub_overturned", Overturned, Someone(0x92), Amount(100), true,
                AbiValue.TupleOf(Named("other"), Node, Someone(0xb1), Number(0), Number(0), Number(0), Hash32.Zero, Number(1), Hash32.Zero, Number(0), Number(1_700_000_950), Number(1))),
        ]);
    }
}
