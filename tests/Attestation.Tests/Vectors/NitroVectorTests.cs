using System.Text.Json;
using OpenGradient.Attestation.Certificates;
using OpenGradient.Attestation.Collateral;
using OpenGradient.Attestation.Nitro;
using OpenGradient.Attestation.Policies;
using OpenGradient.Attestation.Roots;
using OpenGradient.Attestation.Verdicts;
using OpenGradient.Support;

namespace OpenGradient.Attestation.Tests.Vectors;

public sealed class NitroVectorTests
{
    private const int Cases = 6;

    public static TheoryData<int> Indices => [.. Enumerable.Range(0, Cases)];

    [Theory]
    [MemberData(nameof(Indices))]
    public void Genuine_documents_come_to_the_verdict_that_is_expected(int index)
    {
        var expected = TeeVectors.Expected("nitro")[index];
        var verdict = Verify(TeeVectors.Read("nitro", Text(expected, "file")!), TimeOf(expected));

        var isPinned = expected.GetProperty("root_is_pinned_aws").GetBoolean();
        var isDebug = expected.GetProperty("debug").GetBoolean();
        Check?[] checks = [isPinned ? null : Check.RootUnknown, isDebug ? Check.Debug : null];
        Assert.Equal(checks.OfType<Check>(), TeeVectors.ChecksOf(verdict));
        Assert.True(expected.GetProperty("signature_ok").GetBoolean() && expected.GetProperty("chain_links_ok").GetBoolean());
        Assert.Equal(isPinned, verdict.IsGenuine);
        Assert.Equal(Text(expected, "module_id"), TeeVectors.FieldOf(verdict, "moduleId"));
        foreach (var pcr in expected.GetProperty("pcrs").EnumerateObject())
            Assert.Equal(pcr.Value.GetString(), TeeVectors.FieldOf(verdict, $"pcr{pcr.Name}"));
        Assert.Equal(Text(expected, "public_key"), TeeVectors.FieldOf(verdict, "publicKey"));
        Assert.Equal(Text(expected, "user_data"), TeeVectors.FieldOf(verdict, "userData"));
        Assert.Equal(Text(expected, "nonce"), TeeVectors.FieldOf(verdict, "nonce"));
        var window = expected.GetProperty("chain_valid_window").EnumerateArray().Select(item => DateTimeOffset.Parse(item.GetString()!, System.Globalization.CultureInfo.InvariantCulture)).ToList();
        if (isPinned)
            Assert.Equal(window, [verdict.ValidFrom!.Value, verdict.ValidTo!.Value]);
    }

    [Fact]
    public void Every_expected_verdict_is_looked_at() => Assert.Equal(Cases, TeeVectors.Expected("nitro").Count);

    [Fact]
    public void A_document_is_good_for_minutes()
    {
        var expected = TeeVectors.Expected("nitro").First(entry => Text(entry, "file") == "prod_2024-12-13_secp256k1key.cose");
        var evidence = TeeVectors.Read("nitro", Text(expected, "file")!);

        Assert.True(Verify(evidence, TimeOf(expected).AddSeconds(299)).Accepted);
        Assert.Equal([Check.Age], TeeVectors.ChecksOf(Verify(evidence, TimeOf(expected).AddSeconds(301))));
        Assert.Equal([Check.Age], TeeVectors.ChecksOf(Verify(evidence, TimeOf(expected).AddSeconds(-61))));
    }

    [Fact]
    public void Another_root_counts_only_where_it_is_named_and_under_its_own_label()
    {
        var evidence = TeeVectors.Read("nitro", "otherroot_marlin_custom.cose");
        Assert.True(NitroDocument.TryRead(evidence, out var document));
        var anchors = TrustAnchors.Production.With([new TrustAnchor(RootUse.Nitro, CertificateOf(document).Key.Id, RootLabel.Emulated, "another")]);

        var verdict = new AttestationVerifier(anchors, new ManualTime()).Verify(
            EvidenceKind.Nitro, evidence, CollateralSet.Empty, AttestationPolicy.Default, at: DateTimeOffset.FromUnixTimeMilliseconds((long)document.TimestampMs));

        Assert.Equal(RootLabel.Emulated, verdict.RootLabel);
        Assert.Equal([Check.RootEmulated, Check.Debug], TeeVectors.ChecksOf(verdict));
    }

    private static Certificate CertificateOf(NitroDocument document) =>
        Certificate.TryRead(document.Bundle[0], out var root) ? root : throw new InvalidOperationException("The root cannot be read.");

    private static Verdict Verify(byte[] evidence, DateTimeOffset at) => new AttestationVerifier(TrustAnchors.Production, new ManualTime()).Verify(
        EvidenceKind.Nitro, evidence, CollateralSet.Empty, AttestationPolicy.Default, at: at);

    private static DateTimeOffset TimeOf(JsonElement expected) => DateTimeOffset.FromUnixTimeMilliseconds(expected.GetProperty("timestamp_ms").GetInt64());

    private static string? Text(JsonElement element, string name) => element.GetProperty(name).GetString();
}
