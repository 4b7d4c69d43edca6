using System.Text.Json;
using OpenGradient.Ethereum.Primitives;

namespace OpenGradient.Contracts.Deployments;

/// <summary>An object in the file of a deployment; whatever it lacks or has wrong is told by the name of the field.</summary>
internal readonly struct DeploymentNode
{
    private const int MaxNames = 64;
    private const int MaxAddresses = 64;
    private const int LongestNumberDigits = 78;

    private readonly JsonElement _element;
    private readonly string _path;

    public DeploymentNode(JsonElement element, string path)
    {
        (_element, _path) = (element, path);
        if (element.ValueKind != JsonValueKind.Object)
            throw new DeploymentFormatException(path.Length == 0 ? "The file holds no JSON object." : $"'{path}' is not an object.");
    }

    /// <summary>Refuses fields that this program does not know: what they change about the others, nobody can tell.</summary>
    public void OnlyHas(params ReadOnlySpan<string> names)
    {
        foreach (var property in _element.EnumerateObject())
        {
            if (!names.Contains(property.Name))
                throw new DeploymentFormatException($"'{PathOf(Shown(property.Name))}' is no field of a deployment.");
        }
    }

    public IReadOnlyList<string> Names()
    {
        var count = _element.GetPropertyCount();
        return count <= MaxNames
            ? [.. _element.EnumerateObject().Select(property => property.Name)]
            : throw new DeploymentFormatException($"'{_path}' has {count} fields, and {MaxNames} are the most.");
    }

    public DeploymentNode Object(string name) => new(Field(name), PathOf(name));

    public bool Flag(string name) => Field(name).ValueKind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => throw Wrong(name, "true or false"),
    };

    public ulong Number(string name)
    {
        var field = Field(name);
        return field.ValueKind == JsonValueKind.Number && field.TryGetUInt64(out var number) ? number : throw Wrong(name, "a whole number");
    }

    /// <summary>A number that may be more than JSON carries, as decimal text.</summary>
    public UInt256 Amount(string name)
    {
        var text = Text(name);
        return text.Length is > 0 and <= LongestNumberDigits && text.All(char.IsAsciiDigit) && (text.Length == 1 || text[0] != '0')
            && UInt256.TryParse(text, out var amount)
            ? amount
            : throw Wrong(name, "a decimal number in quotes");
    }

    /// <summary>Somebody's address: the zero address is nobody's.</summary>
    public Address Address(string name) => AddressIn(Field(name), name, mayBeZero: false);

    public IReadOnlyList<Address> Addresses(string name) => AddressesIn(name, mayBeZero: false);

    /// <inheritdoc cref="Addresses"/>
    public IReadOnlyList<Address> AddressesOrZero(string name) => AddressesIn(name, mayBeZero: true);

    public Hash32 Hash(string name) =>
        Hash32.TryParse(Text(name), out var hash) ? hash : throw Wrong(name, "32 bytes in hexadecimal");

    public ReadOnlyMemory<byte> Bytes(string name)
    {
        var text = Text(name);
        var bytes = new byte[Math.Max(0, (text.Length - 2) / 2)];
        return Hex.TryDecode(text, bytes)
            ? bytes
            : throw Wrong(name, "bytes in hexadecimal");
    }

    private Address[] AddressesIn(string name, bool mayBeZero)
    {
        var field = Field(name);
        if (field.ValueKind != JsonValueKind.Array || field.GetArrayLength() is 0 or > MaxAddresses)
            throw Wrong(name, $"a list of 1 to {MaxAddresses} addresses");

        var addresses = new Address[field.GetArrayLength()];
        for (var i = 0; i < addresses.Length; i++)
            addresses[i] = AddressIn(field[i], $"{name}[{i}]", mayBeZero);
        return addresses;
    }

    private Address AddressIn(JsonElement element, string name, bool mayBeZero) =>
        element.ValueKind == JsonValueKind.String && Ethereum.Primitives.Address.TryParse(element.GetString(), out var address)
        && (mayBeZero || !address.IsZero)
            ? address
            : throw Wrong(name, "an address");

    private string Text(string name) =>
        Field(name) is { ValueKind: JsonValueKind.String } field ? field.GetString()! : throw Wrong(name, "a text");

    private JsonElement Field(string name) =>
        _element.TryGetProperty(name, out var field) ? field : throw new DeploymentFormatException($"'{PathOf(name)}' is missing.");

    private DeploymentFormatException Wrong(string name, string expected) => new($"'{PathOf(name)}' is not {expected}.");

    private string PathOf(string name) => _path.Length == 0 ? name : $"{_path}.{name}";

    // A hostile name is shown, but never at length.
    private static string Shown(string name) => name.Length <= 40 ? name : name[..40] + "…";
}
