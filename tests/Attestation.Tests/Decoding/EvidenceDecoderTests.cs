using OpenGradient.Attestation.Decoding;
using OpenGradient.Attestation.Emulated;
using OpenGradient.Attestation.Tests.Emulated;
using OpenGradient.Attestation.Tests.Vectors;
using OpenGradient.Attestation.Verdicts;

namespace OpenGradient.Attestation.Tests.Decoding;

/// <summary>Evidence for pages: the same fields that a verdict has, with what they mean, and nothing from what cannot be read.</summary>
public sealed class EvidenceDecoderTests
{
    private static readonly byte[] ReportData = [.. Enumerable.Range(1, 64).Select(i => (byte)i)];

    public static TheoryData<TeeType> Types => [.. Enum.GetValues<TeeType>()];

    [Theory]
    [MemberData(nameof(Types))]
    public void Every_kind_is_cut_into_fields_that_its_verdict_has_too(TeeType type)
    {
        var made = Make(type);

        var decoded = EvidenceDecoder.Decode(type, made.Evidence);

        Assert.NotNull(decoded);
        Assert.Equal((made.Kind, type), (decoded.Kind, decoded.TeeType));
        var verdict = EmulatedWorld.Verify(made);
        Assert.Empty(decoded.Fields.Except(verdict.Fields));
        Assert.Equal(decoded.Fields.Count, decoded.Fields.Select(field => field.Name).Distinct(StringComparer.Ordinal).Count());
        Assert.All(decoded.Fields, field =>
        {
            Assert.NotEmpty(field.Group);
            Assert.NotEmpty(field.Meaning);
            Assert.DoesNotContain(field.Value, letter => !char.IsAscii(letter) || char.IsControl(letter) || letter is '<' or '&' or '"');
        });
    }

    [Theory]
    [InlineData(TeeType.Sgx, "reportData")]
    [InlineData(TeeType.Tdx, "reportData")]
    [InlineData(TeeType.Nitro, "userData")]
    [InlineData(TeeType.Snp, "reportData")]
    public void What_the_environment_says_is_shown_byte_for_byte(TeeType type, string name) =>
        Assert.Equal(Convert.ToHexStringLower(ReportData), Field(EvidenceDecoder.Decode(type, Make(type).Evidence), name));

    [Theory]
    [MemberData(nameof(Types))]
    public void What_is_cut_is_not_decoded(TeeType type)
    {
        var whole = Make(type);
        for (var length = 0; length < whole.Evidence.Length; length += 1 + (length / 64))
            Assert.Null(EvidenceDecoder.Decode(whole.Kind, whole.Evidence[..length]));
    }

    [Fact]
    public void A_domain_in_debug_mode_shows_as_such()
    {
        var report = DcapScene.TdxReportOf([]);
        Assert.Equal("false", Field(EvidenceDecoder.Decode(EvidenceKind.Dcap, Quote(report)), "isDebug"));
        report[120] = 0x80;
        Assert.Equal("true", Field(EvidenceDecoder.Decode(EvidenceKind.Dcap, Quote(report)), "isDebug"));
    }

    [Fact]
    public void Genuine_quotes_show_the_platform_that_their_certificate_names()
    {
        foreach (var expected in TeeVectors.Expected("dcap"))
        {
            if (!expected.TryGetProperty("fmspc", out var fmspc) || fmspc.ValueKind != System.Text.Json.JsonValueKind.String || !expected.TryGetProperty("quote", out var file))
                continue;
            if (EvidenceDecoder.Decode(EvidenceKind.Dcap, TeeVectors.Read("dcap", "quotes", file.GetString()!)) is { } decoded)
                Assert.Equal((fmspc.GetString(), expected.GetProperty("ppid").GetString()), (Field(decoded, "fmspc"), Field(decoded, "ppid")));
        }
    }

    private static ReadOnlyMemory<byte> Quote(byte[] report) => (new DcapScene(EmulatedWorld.Roots, EmulatedWorld.At) { Report = report }).Build().Evidence;

    private static string? Field(DecodedEvidence? decoded, string name) => decoded?.Fields.Single(field => field.Name == name).Value;

    private static EmulatedEvidence Make(TeeType type) => new EmulatedAttester(EmulatedWorld.Roots, new At()).Attest(type, ReportData);

    private sealed class At : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => EmulatedWorld.At;
    }
}
