using System.Security.Cryptography;
using System.Text;
using OpenGradient.Attestation.Certificates;
using OpenGradient.Attestation.Collateral;
using OpenGradient.Attestation.Emulated;
using OpenGradient.Attestation.Roots;
using OpenGradient.Attestation.Verdicts;

namespace OpenGradient.Attestation.Tests.Certificates;

/// <summary>Questions about single certificates, and what counts as an answer to one.</summary>
public sealed class OcspQuestionTests : IDisposable
{
    private static readonly DateTimeOffset At = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly EmulatedRoots _roots = EmulatedRoots.Generate();
    private readonly EmulatedKey _family = EmulatedKey.P384();
    private readonly byte[] _root;
    private readonly byte[] _certificate;

    public OcspQuestionTests()
    {
        _root = Template("root", "root", 0x01).Issue(_roots.NvidiaDevice, _roots.NvidiaDevice);
        _certificate = Template("family", "root", 0x02).Issue(_family, _roots.NvidiaDevice);
    }

    public void Dispose()
    {
        _roots.Dispose();
        _family.Dispose();
    }

    [Fact]
    public void A_certificate_is_asked_about_by_hashes_number_and_nonce()
    {
        var question = Assert.Single(Questions(_roots));

        var der = Convert.ToHexStringLower(question.Ask([.. Enumerable.Repeat((byte)0xAB, OcspQuestion.NonceBytes)]));

        Assert.Equal($"ocsp-{Convert.ToHexStringLower(SHA256.HashData(_certificate))[..32]}.der", question.Name);
        // As RFC 6960 writes it: SHA-384, two hashes of 48 bytes, the number 2, and a nonce of 32 bytes in an octet string of its own.
        Assert.True(Certificate.TryRead(_root, out var issuer));
        Assert.Equal(
            "3081b43081b1307a30783076300d06096086480165030402020500"
            + "0430" + Convert.ToHexStringLower(SHA384.HashData(issuer.Subject.Span)) + "0430" + Convert.ToHexStringLower(SHA384.HashData(issuer.Key.Bits.Span)) + "020102"
            + "a2333031302f06092b060105050730010204220420" + string.Concat(Enumerable.Repeat("ab", OcspQuestion.NonceBytes)),
            der);
    }

    [Fact]
    public void Only_what_leads_to_a_root_that_is_known_is_asked_about()
    {
        using var strangers = EmulatedRoots.Generate();

        Assert.Empty(Questions(strangers));
        // Roots of others than NVIDIA have lists, and a root itself has nobody who could revoke it.
        Assert.Empty(OcspQuestion.Of([new CollateralFile("root.der", _root)], TrustAnchors.Production.With(_roots.Anchors), At));
    }

    [Fact]
    public void An_answer_says_by_which_nonce_it_was_asked_and_none_of_its_beginnings_is_one()
    {
        byte[] nonce = [.. Enumerable.Range(0, OcspQuestion.NonceBytes).Select(i => (byte)i)];
        var question = Assert.Single(Questions(_roots));
        var answer = Answer(nonce).Issue(_roots.NvidiaDevice);

        Assert.Null(question.Fault(answer, nonce, At));
        Assert.True(OcspResponse.TryRead(answer, out var read));
        Assert.Equal(nonce, read.Nonce?.ToArray());
        Assert.Contains("nonce", question.Fault(answer, new byte[OcspQuestion.NonceBytes], At), StringComparison.Ordinal);
        Assert.Null(question.Fault(Answer(nonce: null).Issue(_roots.NvidiaDevice), nonce, At));
        for (var length = 0; length < answer.Length; length++)
            Assert.NotNull(question.Fault(answer.AsMemory(0, length), nonce, At));
    }

    [Fact]
    public void Good_revoked_and_unknown_are_three_things()
    {
        var (good, revoked, unknown) = (Read(OcspStanding.Good), Read(OcspStanding.Revoked), Read(OcspStanding.Unknown, At.AddMinutes(-1)));
        Assert.Equal([OcspStanding.Good, OcspStanding.Revoked, OcspStanding.Unknown], new[] { good, revoked, unknown }.Select(response => Assert.Single(response.Answers).Standing));

        Assert.Empty(Found([good]));
        Assert.Equal(Check.CertificateRevoked, Assert.Single(Found([revoked])).Check);
        // However new it is: who does not know the certificate has nothing against it, nor for it.
        Assert.Empty(Found([good, unknown]));
        Assert.Equal(Check.CertificateRevoked, Assert.Single(Found([revoked, unknown])).Check);
        Assert.Equal(Check.OcspMissing, Assert.Single(Found([unknown])).Check);
        Assert.Empty(Found([unknown], mayBeMissing: true));

        OcspResponse Read(OcspStanding standing, DateTimeOffset? from = null)
        {
            var template = Answer(nonce: null) with { Standing = standing };
            Assert.True(OcspResponse.TryRead((template with { ThisUpdate = from ?? template.ThisUpdate }).Issue(_roots.NvidiaDevice), out var response));
            return response;
        }

        IReadOnlyList<Reason> Found(IReadOnlyList<OcspResponse> responses, bool mayBeMissing = false)
        {
            Assert.True(Certificate.TryRead(_certificate, out var certificate));
            Assert.True(Certificate.TryRead(_root, out var root));
            var findings = new Findings(At);
            OcspChecks.Check([certificate, root], responses, "certificate", findings, mayBeMissing);
            return findings.Reasons;
        }
    }

    [Fact]
    public void An_answer_that_does_not_know_the_certificate_is_none_and_one_that_says_revoked_is_one()
    {
        var question = Assert.Single(Questions(_roots));
        var nonce = new byte[OcspQuestion.NonceBytes];

        Assert.Null(question.Fault((Answer(nonce) with { Standing = OcspStanding.Revoked }).Issue(_roots.NvidiaDevice), nonce, At));
        var unknown = (Answer(nonce) with { Standing = OcspStanding.Unknown }).Issue(_roots.NvidiaDevice);
        Assert.Equal("It does not know this certificate.", question.Fault(unknown, nonce, At));
        CollateralFile[] chain = [new("family.der", _certificate), new("root.der", _root)];
        var inspected = CollateralInspector.Inspect(new CollateralFile(question.Name, unknown), chain, TrustAnchors.Production.With(_roots.Anchors), At);
        Assert.Contains("does not know", Assert.IsType<CollateralInspection.Unsound>(inspected).Reason, StringComparison.Ordinal);
        var revoked = (Answer(nonce) with { Standing = OcspStanding.Revoked }).Issue(_roots.NvidiaDevice);
        Assert.IsType<CollateralInspection.Sound>(CollateralInspector.Inspect(new CollateralFile(question.Name, revoked), chain, TrustAnchors.Production.With(_roots.Anchors), At));
    }

    [Fact]
    public void A_changed_byte_of_what_is_signed_makes_it_no_answer()
    {
        var nonce = new byte[OcspQuestion.NonceBytes];
        var question = Assert.Single(Questions(_roots));
        var answer = Answer(nonce).Issue(_roots.NvidiaDevice);
        Assert.True(OcspResponse.TryRead(answer, out var read));
        var start = answer.AsSpan().IndexOf(read.Tbs.Span);
        for (var i = 0; i < read.Tbs.Length; i++)
        {
            var changed = answer.ToArray();
            changed[start + i] ^= 0x01;
            Assert.NotNull(question.Fault(changed, nonce, At));
        }
    }

    private IReadOnlyList<OcspQuestion> Questions(EmulatedRoots known) => OcspQuestion.Of(
        [new CollateralFile("chain.pem", Encoding.ASCII.GetBytes(string.Join('\n', new[] { _certificate, _root }.Select(der => PemEncoding.WriteString("CERTIFICATE", der)))))],
        TrustAnchors.Production.With(known.Anchors), At);

    private OcspTemplate Answer(byte[]? nonce) => new()
    {
        Certificate = _certificate,
        Issuer = _root,
        ThisUpdate = At.AddHours(-1),
        NextUpdate = At.AddHours(1),
        Nonce = nonce,
    };

    private static CertificateTemplate Template(string subject, string issuer, byte serial) => new()
    {
        Subject = subject,
        Issuer = issuer,
        NotBefore = At.AddYears(-1),
        NotAfter = At.AddYears(1),
        Serial = [serial],
        IsAuthority = true,
    };
}
