using System.Text;
using OpenGradient.Ethereum.Primitives;

namespace OpenGradient.Ethereum.TypedData;

/// <summary>
/// Where a signed structure is valid, so that a signature for one contract, chain or version is worthless elsewhere. A field that is null is
/// not part of the domain; an empty text is, as a contract that declares the field would have it.
/// </summary>
public sealed record Eip712Domain
{
    private const int MaxFields = 5;

    /// <summary>The name of the protocol or application, as its users know it.</summary>
    public string? Name { get; init; }

    /// <summary>The version of the signing scheme; signatures of different versions are not compatible.</summary>
    public string? Version { get; init; }

    public ChainId? ChainId { get; init; }

    /// <summary>The contract that checks the signature.</summary>
    public Address? VerifyingContract { get; init; }

    /// <summary>Tells domains apart when nothing else does.</summary>
    public Hash32? Salt { get; init; }

    private int FieldCount =>
        (Name is null ? 0 : 1) + (Version is null ? 0 : 1) + (ChainId is null ? 0 : 1) + (VerifyingContract is null ? 0 : 1)
        + (Salt is null ? 0 : 1);

    /// <summary>The type's text with the fields that are there, in the order that the standard gives them.</summary>
    public string EncodeType()
    {
        var text = new StringBuilder("EIP712Domain(");
        Append(Name is not null, "string name");
        Append(Version is not null, "string version");
        Append(ChainId is not null, "uint256 chainId");
        Append(VerifyingContract is not null, "address verifyingContract");
        Append(Salt is not null, "bytes32 salt");
        return text.Append(')').ToString();

        void Append(bool present, string field)
        {
            if (present)
                text.Append(text[^1] == '(' ? "" : ",").Append(field);
        }
    }

    /// <summary>The hash of the domain, the first half of every digest. Computed at each call: keep it.</summary>
    public Hash32 Separator()
    {
        Span<byte> words = stackalloc byte[StructWriter.LengthOf(MaxFields)];
        var writer = new StructWriter(words[..StructWriter.LengthOf(FieldCount)], Eip712.TypeHash(EncodeType()));
        if (Name is { } name)
            writer.AddString(name);
        if (Version is { } version)
            writer.AddString(version);
        if (ChainId is { } chainId)
            writer.Add(chainId.Value);
        if (VerifyingContract is { } verifyingContract)
            writer.Add(verifyingContract);
        if (Salt is { } salt)
            writer.Add(salt);
        return writer.Hash();
    }
}
