using System.Text.Json;
using OpenGradient.Ethereum.Primitives;

namespace OpenGradient.Ethereum.Wallets;

/// <summary>
/// Reads a keystore's JSON. Names are matched without regard to case, as geth does (old files have <c>Crypto</c>), unknown ones are ignored.
/// The first fault is kept and the rest read on with empty values, so that the reading is one straight line.
/// </summary>
internal sealed class KeystoreJsonReader
{
    public const int MaxFileBytes = 1 << 16;
    private const int MaxDepth = 16;
    private const int MaxIdLength = 128;

    private static readonly JsonDocumentOptions JsonOptions = new() { AllowDuplicateProperties = false, MaxDepth = MaxDepth };

    private string? _fault;

    private KeystoreJsonReader()
    {
    }

    /// <summary>Null with a <paramref name="fault"/> when the file is not a keystore of version 3 that we know how to open.</summary>
    public static KeystoreContent? Read(ReadOnlyMemory<byte> utf8, out string fault)
    {
        fault = "";
        if (utf8.Length > MaxFileBytes)
        {
            fault = $"a keystore has a few hundred bytes; this file has {utf8.Length}.";
            return null;
        }

        try
        {
            using var json = JsonDocument.Parse(utf8, JsonOptions);
            var reader = new KeystoreJsonReader();
            var content = reader.ReadContent(json.RootElement);
            fault = reader._fault ?? "";
            return reader._fault is null ? content : null;
        }
        catch (JsonException invalid)
        {
            fault = $"this is not JSON: {invalid.Message}";
            return null;
        }
        catch (InvalidOperationException)
        {
            // How texts that are no Unicode are refused when they are read.
            fault = "a text in the file is not valid Unicode.";
            return null;
        }
    }

    private KeystoreContent ReadContent(JsonElement root)
    {
        var version = Integer(Required(root, "", "version"), "version");
        if (version != 3)
            Fail($"the version is {version}; only version 3 is known.");

        var crypto = Required(root, "", "crypto");
        if (Text(Required(crypto, "crypto.", "cipher"), "crypto.cipher") is var cipher and not "aes-128-ctr")
            Fail($"the cipher '{Shown(cipher)}' is unknown; aes-128-ctr is the only one.");

        var kdfParameters = Required(crypto, "crypto.", "kdfparams");
        return new KeystoreContent
        {
            Id = Optional(root, "id") is { } id ? IdOf(id) : null,
            Address = Optional(root, "address") is { } address ? new Address(Bytes(address, "address", Address.ByteLength)) : null,
            Kdf = ReadKdf(Text(Required(crypto, "crypto.", "kdf"), "crypto.kdf"), kdfParameters),
            Salt = Bytes(Required(kdfParameters, "crypto.kdfparams.", "salt"), "crypto.kdfparams.salt", length: null),
            Iv = Bytes(
                Required(Required(crypto, "crypto.", "cipherparams"), "crypto.cipherparams.", "iv"),
                "crypto.cipherparams.iv",
                KeystoreContent.IvLength),
            Ciphertext = Bytes(Required(crypto, "crypto.", "ciphertext"), "crypto.ciphertext", KeystoreContent.SecretLength),
            Mac = new Hash32(Bytes(Required(crypto, "crypto.", "mac"), "crypto.mac", Hash32.ByteLength)),
            Checksum = Optional(root, KeystoreJsonWriter.ChecksumName) is { } checksum
                ? new Hash32(Bytes(checksum, KeystoreJsonWriter.ChecksumName, Hash32.ByteLength))
                : null,
        };
    }

    private KeystoreKdf ReadKdf(string name, JsonElement parameters)
    {
        const string Path = "crypto.kdfparams.";
        var derivedLength = Parameter("dklen");
        if (derivedLength is < KeystoreContent.DerivedLength)
            Fail($"'{Path}dklen' is {derivedLength}; at least {KeystoreContent.DerivedLength} bytes are needed.");

        KeystoreKdf kdf;
        switch (name)
        {
            case "scrypt":
                kdf = new KeystoreKdf.Scrypt(Parameter("n"), Parameter("r"), Parameter("p"));
                break;
            case "pbkdf2":
                if (Text(Required(parameters, Path, "prf"), Path + "prf") is var prf and not "hmac-sha256")
                    Fail($"the function '{Shown(prf)}' of PBKDF2 is unknown; hmac-sha256 is the only one.");
                kdf = new KeystoreKdf.Pbkdf2(Parameter("c"));
                break;
            default:
                Fail($"the key derivation '{Shown(name)}' is unknown; scrypt and pbkdf2 are known.");
                return KeystoreKdf.Standard;
        }

        if (kdf.Fault is { } fault)
            Fail(fault);
        return kdf;

        int Parameter(string parameter) => Integer(Required(parameters, Path, parameter), Path + parameter);
    }

    private JsonElement Required(JsonElement parent, string path, string name)
    {
        if (Optional(parent, name) is { } value)
            return value;

        Fail($"'{path}{name}' is missing.");
        return default;
    }

    private JsonElement? Optional(JsonElement parent, string name)
    {
        JsonElement? found = null;
        if (parent.ValueKind != JsonValueKind.Object)
            return found;

        foreach (var property in parent.EnumerateObject())
        {
            if (!property.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
                continue;
            if (found is not null)
                Fail($"'{name}' is there twice, in different case.");
            found = property.Value;
        }

        return found;
    }

    private string IdOf(JsonElement value)
    {
        var id = Text(value, "id");
        if (id.Length > MaxIdLength)
            Fail($"the id is longer than {MaxIdLength} characters.");
        return id;
    }

    private string Text(JsonElement value, string path)
    {
        if (value.ValueKind == JsonValueKind.String)
            return value.GetString()!;

        Fail($"'{path}' is not a text.");
        return "";
    }

    private int Integer(JsonElement value, string path)
    {
        if (value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var number))
            return number;

        Fail($"'{path}' is not an integer of 32 bits.");
        return 0;
    }

    // geth writes no 0x, others do.
    private byte[] Bytes(JsonElement value, string path, int? length)
    {
        var text = Text(value, path).AsSpan();
        var digits = text.StartsWith("0x", StringComparison.OrdinalIgnoreCase) ? text[2..] : text;
        var bytes = new byte[length ?? (digits.Length / 2)];
        if (digits.Length == bytes.Length * 2 && Convert.FromHexString(digits, bytes, out _, out _) == System.Buffers.OperationStatus.Done)
            return bytes;

        Fail(length is null ? $"'{path}' is not hexadecimal." : $"'{path}' is not {length} bytes in hexadecimal.");
        return bytes;
    }

    private void Fail(string fault) => _fault ??= fault;

    private static string Shown(string text) => text.Length <= 40 ? text : text[..37] + "...";
}
