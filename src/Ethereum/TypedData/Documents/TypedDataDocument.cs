using System.Text;
using System.Text.Json;
using OpenGradient.Ethereum.Primitives;

namespace OpenGradient.Ethereum.TypedData;

/// <summary>
/// Typed data as wallets are asked to sign it (<c>eth_signTypedData_v4</c>): its types, domain and message, checked completely, and its hashes.
/// <para>
/// Strict where programs are known to differ, so that one document has one digest everywhere or none here: every declared field must be there
/// and not null (an absent structure is refused, as viem and ethers do; MetaMask's zero for it serves only recursive types), fields that are
/// not declared are refused rather than left out of the hash, a JSON number must be an integer below 2^53, an address of mixed case must
/// carry its checksum, <c>uint</c> and <c>int</c> are no types, and a type that contains itself, directly or around a loop, is refused.
/// Where <c>EIP712Domain</c> is not declared it is derived from all fields that the domain has, as ethers does; only there viem differs,
/// which leaves out an empty version and a chain id in quotes.
/// </para>
/// </summary>
public sealed class TypedDataDocument
{
    private static readonly JsonDocumentOptions JsonOptions = new() { AllowDuplicateProperties = false, MaxDepth = TypedDataLimits.Depth };

    private readonly TypeRegistry _types;

    private TypedDataDocument(TypeRegistry types, string primaryType, JsonElement domain, JsonElement? message)
    {
        _types = types;
        PrimaryType = primaryType;
        Domain = domain;
        Message = message;
        DomainSeparator = new StructEncoder("domain").HashStruct(types.Find(TypeDeclarationReader.DomainType)!, domain);
        if (message is not { } value)
        {
            Digest = Eip712.DomainDigest(DomainSeparator);
        }
        else
        {
            MessageHash = new StructEncoder("message").HashStruct(types.Find(primaryType)!, value);
            Digest = Eip712.Digest(DomainSeparator, MessageHash.Value);
        }
    }

    /// <summary>The structure that the message is. With <c>EIP712Domain</c> the domain itself is what is signed.</summary>
    public string PrimaryType { get; }

    /// <summary>The domain as it was written, for showing it.</summary>
    public JsonElement Domain { get; }

    /// <summary>The message as it was written, for showing it; null where the domain is all there is.</summary>
    public JsonElement? Message { get; }

    /// <summary><c>hashStruct</c> of the domain.</summary>
    public Hash32 DomainSeparator { get; }

    /// <summary><c>hashStruct</c> of the message; null where the domain is all there is.</summary>
    public Hash32? MessageHash { get; }

    /// <summary>What is signed.</summary>
    public Hash32 Digest { get; }

    /// <summary>Reads and checks a document; throws <see cref="TypedDataException"/>, which says where and why, for all that is refused.</summary>
    public static TypedDataDocument Parse(ReadOnlyMemory<byte> utf8)
    {
        if (utf8.Length > TypedDataLimits.DocumentBytes)
            throw new TypedDataException("$", $"the document has {utf8.Length} bytes; at most {TypedDataLimits.DocumentBytes} are read.");

        using var json = ParseJson(utf8);
        var root = json.RootElement;
        if (root.ValueKind != JsonValueKind.Object)
            throw new TypedDataException("$", "an object with types, primaryType, domain and message is expected.");

        foreach (var property in root.EnumerateObject())
        {
            var name = JsonText.NameOf(property, "$");
            if (name is not ("types" or "primaryType" or "domain" or "message"))
                throw new TypedDataException("$", $"'{Quoted.Short(name)}' is not part of typed data.");
        }

        var domain = Required(root, "domain");
        if (domain.ValueKind != JsonValueKind.Object)
            throw new TypedDataException("domain", "an object is expected.");
        var primaryType = JsonText.Of(Required(root, "primaryType"), "primaryType");
        var types = TypeRegistry.Build(TypeDeclarationReader.Read(Required(root, "types"), domain));
        if (types.Find(primaryType) is null)
            throw new TypedDataException("primaryType", $"the type '{Quoted.Short(primaryType)}' is not declared.");

        var message = MessageOf(root, primaryType);
        return new TypedDataDocument(types, primaryType, domain.Clone(), message?.Clone());
    }

    /// <inheritdoc cref="Parse(ReadOnlyMemory{byte})"/>
    public static TypedDataDocument Parse(string json)
    {
        try
        {
            return Parse(StrictUtf8.Encoding.GetBytes(json));
        }
        catch (EncoderFallbackException unpaired)
        {
            throw new TypedDataException("$", "the text holds half of a surrogate pair, which no encoding has.", unpaired);
        }
    }

    /// <summary>A declared structure's text: <c>Mail(Person from,string contents)Person(string name,address wallet)</c>.</summary>
    public string EncodeType(string typeName) => _types.EncodeType(Declared(typeName));

    /// <summary>The hash of <see cref="EncodeType"/>.</summary>
    public Hash32 TypeHash(string typeName) => Declared(typeName).TypeHash;

    /// <summary>
    /// The hash of any value of a declared structure, by the rules of <see cref="Parse(ReadOnlyMemory{byte})"/>; throws
    /// <see cref="TypedDataException"/>, whose path starts with the type's name, if it is none.
    /// </summary>
    public Hash32 HashStruct(string typeName, JsonElement value) => new StructEncoder(typeName).HashStruct(Declared(typeName), value);

    /// <summary>What <see cref="HashStruct"/> hashes: the type's hash, then a word for each field.</summary>
    public byte[] EncodeStruct(string typeName, JsonElement value) => new StructEncoder(typeName).EncodeStruct(Declared(typeName), value);

    private static JsonDocument ParseJson(ReadOnlyMemory<byte> utf8)
    {
        try
        {
            return JsonDocument.Parse(utf8, JsonOptions);
        }
        catch (JsonException invalid)
        {
            throw new TypedDataException("$", $"this is not JSON: {invalid.Message}", invalid);
        }
        catch (InvalidOperationException invalid)
        {
            // How the parser refuses a property's name that is no Unicode, when it looks for duplicates.
            throw new TypedDataException("$", "the name of a property is not valid Unicode.", invalid);
        }
    }

    private static JsonElement Required(JsonElement root, string name) =>
        root.TryGetProperty(name, out var value) ? value : throw new TypedDataException("$", $"'{name}' is missing.");

    private static JsonElement? MessageOf(JsonElement root, string primaryType)
    {
        if (primaryType is not TypeDeclarationReader.DomainType)
            return Required(root, "message");
        if (root.TryGetProperty("message", out var message)
            && (message.ValueKind != JsonValueKind.Object || message.GetPropertyCount() != 0))
        {
            throw new TypedDataException("message", "with the domain as the primary type there is no message, or an empty one.");
        }

        return null;
    }

    private StructType Declared(string typeName) =>
        _types.Find(typeName)
            ?? throw new ArgumentException($"The type '{Quoted.Short(typeName)}' is not declared in this document.", nameof(typeName));
}
