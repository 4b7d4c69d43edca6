using System.Diagnostics.CodeAnalysis;
using System.Formats.Asn1;

namespace OpenGradient.Attestation.Certificates;

/// <summary>What an authority says about single certificates (OCSP), read strictly. Reading one trusts nothing in it.</summary>
internal sealed class OcspResponse
{
    public const int MaxBytes = 64 * 1024;

    private const int Successful = 0;
    private const int MaxAnswers = 64;
    private const byte OctetString = 0x04;

    private static readonly Asn1Tag Context0 = new(TagClass.ContextSpecific, 0);
    private static readonly Asn1Tag Context1 = new(TagClass.ContextSpecific, 1);
    private static readonly Asn1Tag Context2 = new(TagClass.ContextSpecific, 2);

    private readonly SignatureMemory _memory = new();

    private OcspResponse()
    {
    }

    public ReadOnlyMemory<byte> Tbs { get; private set; }

    public SignatureScheme Scheme { get; private set; }

    public ReadOnlyMemory<byte> Signature { get; private set; }

    /// <summary>Certificates of those who sign in the authority's name.</summary>
    public List<Certificate> Certificates { get; } = [];

    public List<OcspAnswer> Answers { get; } = [];

    /// <summary>What the question was told by; null where the answer was made for anybody.</summary>
    public ReadOnlyMemory<byte>? Nonce { get; private set; }

    public bool IsSignedBy(PublicKey key) => _memory.Recall(key, () => key.Verifies(Scheme, Tbs.Span, Signature.Span));

    public static bool TryRead(ReadOnlyMemory<byte> der, [NotNullWhen(true)] out OcspResponse? response)
    {
        response = null;
        if (der.Length > MaxBytes)
            return false;
        try
        {
            var read = new OcspResponse();
            if (!read.TryReadEnvelope(der))
                return false;
            response = read;
            return true;
        }
        catch (Exception failure) when (failure is AsnContentException or ArgumentException or OverflowException)
        {
            return false;
        }
    }

    private bool TryReadEnvelope(ReadOnlyMemory<byte> der)
    {
        var reader = new AsnReader(der, AsnEncodingRules.DER);
        var outer = reader.ReadSequence();
        reader.ThrowIfNotEmpty();
        if (outer.ReadEnumeratedBytes().Span is not [Successful])
            return false;
        var bytes = outer.ReadSequence(Context0);
        outer.ThrowIfNotEmpty();
        var typed = bytes.ReadSequence();
        if (typed.ReadObjectIdentifier() != Oids.OcspBasic)
            return false;
        var basicReader = new AsnReader(typed.ReadOctetString(), AsnEncodingRules.DER);
        var basic = basicReader.ReadSequence();
        basicReader.ThrowIfNotEmpty();
        Tbs = basic.PeekEncodedValue();
        ReadData(basic.ReadSequence());
        Scheme = SignatureSchemes.Read(basic.ReadSequence());
        Signature = Certificate.ReadWholeBits(basic);
        if (basic.HasData)
            ReadCertificates(basic.ReadSequence(Context0).ReadSequence());
        basic.ThrowIfNotEmpty();
        return true;
    }

    private void ReadCertificates(AsnReader list)
    {
        while (list.HasData)
        {
            if (Certificates.Count == CertificatePath.MaxLength || !Certificate.TryRead(list.ReadEncodedValue(), out var certificate))
                throw new AsnContentException("A certificate cannot be read, or there are too many.");
            Certificates.Add(certificate);
        }
    }

    private void ReadData(AsnReader data)
    {
        // Version 1 is the default, and is left out.
        if (data.PeekTag().HasSameClassAndValue(Context0))
            throw new AsnContentException("Only version 1 is read.");
        // Who answers is told by whose key signed.
        if (!data.PeekTag().HasSameClassAndValue(Context1) && !data.PeekTag().HasSameClassAndValue(Context2))
            throw new AsnContentException("The responder has no name.");
        data.ReadEncodedValue();
        data.ReadGeneralizedTime();
        for (var list = data.ReadSequence(); list.HasData;)
        {
            if (Answers.Count == MaxAnswers)
                throw new AsnContentException("There are too many answers.");
            Answers.Add(ReadAnswer(list.ReadSequence()));
        }

        if (data.HasData)
            Nonce = ReadExtensions(data.ReadSequence(Context1).ReadSequence());
        data.ThrowIfNotEmpty();
    }

    private static OcspAnswer ReadAnswer(AsnReader answer)
    {
        var id = answer.ReadSequence();
        var hash = id.ReadSequence().ReadObjectIdentifier();
        var (nameHash, keyHash, serial) = (id.ReadOctetString(), id.ReadOctetString(), id.ReadIntegerBytes());
        id.ThrowIfNotEmpty();
        var standing = ReadStanding(answer);
        var thisUpdate = answer.ReadGeneralizedTime();
        // Without an end the answer would be good for ever.
        var wrapped = answer.ReadSequence(Context0);
        var nextUpdate = wrapped.ReadGeneralizedTime();
        wrapped.ThrowIfNotEmpty();
        if (answer.HasData)
            ReadExtensions(answer.ReadSequence(Context1).ReadSequence());
        answer.ThrowIfNotEmpty();
        return new OcspAnswer(hash, nameHash, keyHash, serial, standing, thisUpdate, nextUpdate);
    }

    private static OcspStanding ReadStanding(AsnReader answer)
    {
        var tag = answer.PeekTag();
        answer.ReadEncodedValue();
        return tag.HasSameClassAndValue(Context0) ? OcspStanding.Good
            : tag.HasSameClassAndValue(Context1) ? OcspStanding.Revoked
            : tag.HasSameClassAndValue(Context2) ? OcspStanding.Unknown
            : throw new AsnContentException("A certificate is good, revoked or unknown.");
    }

    // Gives the nonce, where there is one. Some wrap it once more, as it should be, and some do not.
    private static ReadOnlyMemory<byte>? ReadExtensions(AsnReader extensions)
    {
        ReadOnlyMemory<byte>? nonce = null;
        while (extensions.HasData)
        {
            var item = extensions.ReadSequence();
            var isNonce = item.ReadObjectIdentifier() == Oids.OcspNonce;
            if (item.PeekTag().HasSameClassAndValue(Asn1Tag.Boolean) && item.ReadBoolean() && !isNonce)
                throw new AsnContentException("A critical extension is not known.");
            var content = item.ReadOctetString();
            item.ThrowIfNotEmpty();
            if (isNonce && nonce is not null)
                throw new AsnContentException("There are two nonces.");
            if (isNonce)
                nonce = content is [OctetString, var length, ..] && length == content.Length - 2 ? content.AsMemory(2) : content;
        }

        return nonce;
    }
}

/// <summary>How a certificate stands.</summary>
internal enum OcspStanding
{
    Good,

    /// <summary>For ever, or until it is no longer held back.</summary>
    Revoked,

    /// <summary>Who answers does not know it. That says nothing about the certificate: another who answers may.</summary>
    Unknown,
}

/// <summary>What is said about one certificate.</summary>
internal sealed record OcspAnswer(
    string HashOid, ReadOnlyMemory<byte> IssuerNameHash, ReadOnlyMemory<byte> IssuerKeyHash, ReadOnlyMemory<byte> Serial, OcspStanding Standing,
    DateTimeOffset ThisUpdate, DateTimeOffset NextUpdate);
