using System.Formats.Asn1;
using System.Security.Cryptography;
using OpenGradient.Attestation.Certificates;
using OpenGradient.Attestation.Roots;
using OpenGradient.Attestation.Verdicts;

namespace OpenGradient.Attestation.Collateral;

/// <summary>
/// A certificate of NVIDIA's that its issuer can be asked about by OCSP (RFC 6960): by the hashes of who issued it and its number, with a nonce. An answer counts when it is about this
/// certificate, signed by its issuer or by whom that has certified for nothing else, in its window, and has our nonce or none: who makes answers in advance can put none there
/// (RFC 9654), and then the window says how old they may be.
/// </summary>
public sealed class OcspQuestion
{
    /// <summary>How long a nonce is: as much as any responder must take.</summary>
    public const int NonceBytes = 32;

    /// <summary>More certificates are not asked about.</summary>
    public const int MostQuestions = 32;

    /// <summary>Longer answers are not read.</summary>
    public const int MaxAnswerBytes = OcspResponse.MaxBytes;

    private const int NameDigits = 32;

    private readonly Certificate _certificate;
    private readonly Certificate _issuer;

    private OcspQuestion(Certificate certificate, Certificate issuer)
    {
        (_certificate, _issuer) = (certificate, issuer);
        Name = $"ocsp-{Convert.ToHexStringLower(SHA256.HashData(certificate.Der.Span))[..NameDigits]}.der";
    }

    /// <summary>What its answer is called where collateral is kept: by the certificate.</summary>
    public string Name { get; }

    /// <summary>
    /// The certificates below NVIDIA's roots among these files, those inside of manifests included: of chips and their firmware, and of whoever signs manifests. What leads to no root
    /// that is known is not asked about.
    /// </summary>
    public static IReadOnlyList<OcspQuestion> Of(IReadOnlyList<CollateralFile> files, TrustAnchors anchors, DateTimeOffset at)
    {
        var all = CollateralSet.Read([.. files.Where(file => CollateralSet.Read([file]).Faults.Count == 0).Take(CollateralSet.MaxFiles)]).Everybody();
        List<OcspQuestion> questions = [];
        foreach (var certificate in all)
        {
            if (questions.Count == MostQuestions)
                break;
            var chain = CertificatePath.Build(certificate, all);
            var root = anchors.All.FirstOrDefault(anchor => anchor.Use is RootUse.NvidiaDevice or RootUse.NvidiaRim && anchor.Id == chain[^1].Key.Id);
            if (chain.Count > 1 && root is not null && CertificatePath.Check(chain, root.Use, anchors, "certificate", new Findings(at), SignatureScheme.EcdsaSha384) is not null)
                questions.Add(new OcspQuestion(certificate, chain[1]));
        }

        return questions;
    }

    /// <summary>The question, in DER.</summary>
    public byte[] Ask(ReadOnlySpan<byte> nonce)
    {
        var inner = new AsnWriter(AsnEncodingRules.DER);
        inner.WriteOctetString(nonce);
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        using (writer.PushSequence())
        {
            using (writer.PushSequence())
            using (writer.PushSequence())
                WriteId(writer);
            using (writer.PushSequence(new Asn1Tag(TagClass.ContextSpecific, 2)))
            using (writer.PushSequence())
            using (writer.PushSequence())
            {
                writer.WriteObjectIdentifier(Oids.OcspNonce);
                writer.WriteOctetString(inner.Encode());
            }
        }

        return writer.Encode();
    }

    /// <summary>
    /// What is wrong with an answer to it; null where nothing is. Whether the certificate is good or revoked is the answer's to say, and no fault; an answer that knows neither is none.
    /// </summary>
    public string? Fault(ReadOnlyMemory<byte> answer, ReadOnlySpan<byte> nonce, DateTimeOffset at)
    {
        if (!OcspResponse.TryRead(answer, out var response))
            return "It gives no answer, or one that is damaged.";
        if (response.Nonce is { } theirs && !theirs.Span.SequenceEqual(nonce))
            return "It answers another question: its nonce is not ours.";
        if (response.Answers is not [var about] || !OcspChecks.IsAbout(about, _certificate, _issuer))
            return "It is about another certificate.";
        if (!OcspChecks.IsSigned(response, _issuer, at))
            return "It is not signed by the certificate's issuer, nor in its name.";
        return at < about.ThisUpdate || at > about.NextUpdate
            ? $"It holds from {about.ThisUpdate.UtcDateTime:u} to {about.NextUpdate.UtcDateTime:u}."
            : about.Standing == OcspStanding.Unknown ? "It does not know this certificate."
            : null;
    }

    private void WriteId(AsnWriter writer)
    {
        using (writer.PushSequence())
        {
            using (writer.PushSequence())
            {
                writer.WriteObjectIdentifier(Oids.Sha384);
                writer.WriteNull();
            }

            writer.WriteOctetString(SHA384.HashData(_issuer.Subject.Span));
            writer.WriteOctetString(SHA384.HashData(_issuer.Key.Bits.Span));
            writer.WriteInteger(_certificate.Serial.Span);
        }
    }
}
