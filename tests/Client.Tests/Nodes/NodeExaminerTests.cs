using System.Text;
using System.Text.Json.Nodes;
using OpenGradient.Attestation.Collateral;
using OpenGradient.Attestation.Emulated;
using OpenGradient.Attestation.Policies;
using OpenGradient.Attestation.Roots;
using OpenGradient.Attestation.Verdicts;
using OpenGradient.Client.Nodes;
using OpenGradient.Client.Tests.World;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Support;

namespace OpenGradient.Client.Tests.Nodes;

public sealed class NodeExaminerTests
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

    [Theory]
    [InlineData(TeeType.Sgx)]
    [InlineData(TeeType.Tdx)]
    [InlineData(TeeType.Nitro)]
    [InlineData(TeeType.Snp)]
    public void A_node_is_trusted_for_its_evidence_and_its_keys_are_pinned(TeeType type)
    {
        var (_, world) = PrivateWorld.Bare(new ScriptedModels(), TimeProvider.System);
        using var keys = world.MakeKeys(258, type);

        var node = Assert.IsType<NodeExamination.Trusted>(Examine(keys.Evidence.ToUtf8())).Node;

        Assert.Equal((world.Signer, 258UL, (byte)2), (node.Signer, node.KeyEpoch, node.Key.KeyId));
        Assert.Equal(keys.Evidence.Binding.HpkeKey.ToArray(), node.Key.PublicKey.ToArray());
        Assert.Equal(RootLabel.Emulated, node.Verdict.RootLabel);
    }

    [Fact]
    public void An_emulated_root_counts_only_where_it_is_allowed()
    {
        var refused = Refusal(Document(), Options with { Policy = AttestationPolicy.Default });
        Assert.Equal(NodeRefusal.EvidenceRefused, refused.Reason);
        Assert.All(refused.Verdict!.Reasons, reason => Assert.Equal(Check.RootEmulated, reason.Check));
        // A client that does not know the root at all.
        Assert.Equal(NodeRefusal.EvidenceRefused, Refusal(Document(), Options with { Anchors = TrustAnchors.Production }).Reason);
    }

    [Fact]
    public void Keys_for_another_chain_or_register_are_refused()
    {
        Assert.Equal(NodeRefusal.WrongChain, Refusal(Document(), Options with { ChainId = new ChainId(1) }).Reason);
        Assert.Equal(NodeRefusal.WrongRegistry, Refusal(Document(), Options with { Registry = PrivateWorld.Hub }).Reason);
    }

    [Theory]
    [InlineData("hpkeKey")]
    [InlineData("signingKey")]
    [InlineData("tlsKey")]
    [InlineData("nonce")]
    [InlineData("keyEpoch")]
    public void A_key_that_was_put_in_the_place_of_another_is_not_the_evidences(string field)
    {
        var (_, other) = PrivateWorld.Bare(new ScriptedModels(), TimeProvider.System);
        using var keys = other.MakeKeys(1);
        var json = JsonNode.Parse(Document())!.AsObject();
        json[field] = field switch
        {
            "hpkeKey" => Convert.ToBase64String(keys.Evidence.Binding.HpkeKey.Span),
            "signingKey" => Convert.ToBase64String(keys.Evidence.Binding.SigningKey.Span),
            "keyEpoch" => 7,
            _ => Convert.ToBase64String("more"u8),
        };

        var refused = Refusal(Encoding.UTF8.GetBytes(json.ToJsonString()));

        Assert.Equal(NodeRefusal.EvidenceRefused, refused.Reason);
        Assert.Equal(Check.ReportData, Assert.Single(refused.Verdict!.Reasons).Check);
    }

    [Fact]
    public void What_is_no_key_is_refused()
    {
        foreach (var (field, bytes) in ((string, byte[])[])[("hpkeKey", []), ("hpkeKey", new byte[65]), ("signingKey", new byte[64])])
        {
            var json = JsonNode.Parse(Document())!.AsObject();
            json[field] = Convert.ToBase64String(bytes);
            Assert.Equal(NodeRefusal.NoKey, Refusal(Encoding.UTF8.GetBytes(json.ToJsonString())).Reason);
        }
    }

    [Fact]
    public void A_document_that_was_cut_off_or_has_other_fields_is_none()
    {
        var document = Document();
        for (var length = 0; length < document.Length; length += 37)
            Assert.Equal(NodeRefusal.DocumentMalformed, Refusal(document[..length]).Reason);
        foreach (var (field, value) in ((string, JsonNode?)[])[("version", 2), ("kind", "Nvidia"), ("kind", "0"), ("evidence", null), ("evidence", ""), ("collateral", null), ("registry", "0x12"), ("more", 1)])
        {
            var json = JsonNode.Parse(document)!.AsObject();
            json[field] = value;
            Assert.Equal(NodeRefusal.DocumentMalformed, Refusal(Encoding.UTF8.GetBytes(json.ToJsonString())).Reason);
        }
    }

    [Fact]
    public async Task A_node_that_the_relay_does_not_know_or_that_does_not_answer_is_unreachable()
    {
        await using var world = await PrivateWorld.StartAsync(new ScriptedModels());
        var stop = TestContext.Current.CancellationToken;

        var unknown = Assert.IsType<NodeExamination.Refused>(await world.Client().ExamineAsync(PrivateWorld.Hub, stop));
        var dead = Assert.IsType<NodeExamination.Refused>(await world.Client(_ => Options).ExamineAsync(PrivateWorld.Node, stop));

        Assert.Equal((NodeRefusal.Unreachable, NodeRefusal.Unreachable), (unknown.Reason, dead.Reason));
    }

    [Fact]
    public void A_nitro_document_is_taken_for_minutes_unless_the_register_tells_how_old_its_key_is()
    {
        var clock = new ManualTime();
        var (_, world) = PrivateWorld.Bare(new ScriptedModels(), TimeProvider.System);
        using var keys = world.MakeKeys(1, TeeType.Nitro, clock);
        var document = keys.Evidence.ToUtf8();
        var registered = Options with { Register = static (_, _) => Task.FromResult<NodeExamination.Refused?>(null) };

        Assert.IsType<NodeExamination.Trusted>(Examine(document, clock: clock));
        // Keys are valid ten minutes after they were registered, and for hours.
        clock.Advance(TimeSpan.FromMinutes(90));
        Assert.IsType<NodeExamination.Trusted>(Examine(document, registered, clock));
        Assert.Equal(Check.Age, Assert.Single(Refusal(document, clock: clock).Verdict!.Reasons).Check);
    }

    [Fact]
    public async Task The_register_is_asked_about_keys_whose_evidence_holds_and_about_no_others()
    {
        await using var world = await PrivateWorld.StartAsync(new ScriptedModels());
        var stop = TestContext.Current.CancellationToken;
        List<TrustedNode> asked = [];
        NodeExamination.Refused? answer = null;
        Func<TrustedNode, CancellationToken, Task<NodeExamination.Refused?>> register = (node, _) =>
        {
            asked.Add(node);
            return Task.FromResult(answer);
        };

        var trusted = Assert.IsType<NodeExamination.Trusted>(await world.Client(options => options with { Register = register }).ExamineAsync(PrivateWorld.Node, stop)).Node;
        Assert.Equal(trusted, Assert.Single(asked));
        answer = new NodeExamination.Refused(NodeRefusal.NotRegistered, "It is revoked.");
        Assert.Same(answer, await world.Client(options => options with { Register = register }).ExamineAsync(PrivateWorld.Node, stop));
        asked.Clear();
        Assert.Equal(NodeRefusal.EvidenceRefused, Assert.IsType<NodeExamination.Refused>(
            await world.Client(options => options with { Register = register, Policy = AttestationPolicy.Default }).ExamineAsync(PrivateWorld.Node, stop)).Reason);
        Assert.Empty(asked);
    }

    [Fact]
    public void What_the_client_itself_has_tells_of_platforms_that_were_revoked()
    {
        var list = new CrlTemplate("Emulated SGX Root CA", TimeProvider.System.GetUtcNow().AddHours(-1), TimeProvider.System.GetUtcNow().AddDays(29), [[0x22]]).Issue(PrivateWorld.Roots.Dcap);
        var own = Options with { Collateral = [new CollateralFile("root.crl", list)] };

        Assert.IsType<NodeExamination.Trusted>(Examine(Document()));
        Assert.Equal(Check.CertificateRevoked, Assert.Single(Refusal(Document(), own).Verdict!.Reasons).Check);
    }

    private static byte[] Document()
    {
        var (_, world) = PrivateWorld.Bare(new ScriptedModels(), TimeProvider.System);
        using var keys = world.MakeKeys(1);
        return keys.Evidence.ToUtf8();
    }

    private static NodeExamination Examine(byte[] document, PrivateClientOptions? options = null, TimeProvider? clock = null) =>
        new NodeExaminer(options ?? Options, clock ?? TimeProvider.System).Examine(PrivateWorld.Node, document);

    private static NodeExamination.Refused Refusal(byte[] document, PrivateClientOptions? options = null, TimeProvider? clock = null) =>
        Assert.IsType<NodeExamination.Refused>(Examine(document, options, clock));
}
