using System.Text.Json;

namespace OpenGradient.Ethereum.TypedData;

/// <summary>Reads the <c>types</c> of a document, and makes up the type of its domain where it is not declared.</summary>
internal static class TypeDeclarationReader
{
    public const string DomainType = "EIP712Domain";

    // The order in which the standard lists them.
    private static readonly (string Name, string Type)[] DomainFields =
    [
        ("name", "string"), ("version", "string"), ("chainId", "uint256"), ("verifyingContract", "address"), ("salt", "bytes32"),
    ];

    public static List<TypeDeclaration> Read(JsonElement types, JsonElement domain)
    {
        if (types.ValueKind != JsonValueKind.Object)
            throw new TypedDataException("types", "an object with a property for each structure is expected.");
        if (types.GetPropertyCount() > TypedDataLimits.Types)
            throw new TypedDataException("types", $"more than {TypedDataLimits.Types} structures are declared.");

        var declarations = new List<TypeDeclaration>();
        foreach (var property in types.EnumerateObject())
        {
            var name = JsonText.NameOf(property, "types");
            if (!IsIdentifier(name))
                throw new TypedDataException("types", $"'{Quoted.Short(name)}' is not a name for a structure: {NameRule}");
            if (FieldType.IsReserved(name))
                throw new TypedDataException($"types.{name}", "a structure cannot have the name of one of Solidity's types.");
            declarations.Add(new TypeDeclaration(name, ReadFields(property.Value, $"types.{name}")));
        }

        if (declarations.Find(static declaration => declaration.Name is DomainType) is { } declared)
            CheckOrder(declared);
        else
            declarations.Add(DeriveDomain(domain));
        return declarations;
    }

    private static string NameRule =>
        $"names are at most {TypedDataLimits.NameLength} letters, digits, _ and $, and do not start with a digit.";

    private static (string Name, string Type)[] ReadFields(JsonElement value, string path)
    {
        if (value.ValueKind != JsonValueKind.Array)
            throw new TypedDataException(path, "an array of fields is expected.");
        var count = value.GetArrayLength();
        if (count > TypedDataLimits.Fields)
            throw new TypedDataException(path, $"more than {TypedDataLimits.Fields} fields are declared.");

        var fields = new (string Name, string Type)[count];
        var names = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < count; i++)
        {
            var fieldPath = $"{path}[{i}]";
            var field = value[i];
            if (field.ValueKind != JsonValueKind.Object || field.GetPropertyCount() != 2
                || !field.TryGetProperty("name", out var name) || !field.TryGetProperty("type", out var type))
            {
                throw new TypedDataException(fieldPath, "a field is an object with a name and a type, and nothing else.");
            }

            fields[i] = (JsonText.Of(name, $"{fieldPath}.name"), JsonText.Of(type, $"{fieldPath}.type"));
            if (!IsIdentifier(fields[i].Name))
                throw new TypedDataException($"{fieldPath}.name", $"'{Quoted.Short(fields[i].Name)}' is not a name for a field: {NameRule}");
            if (!names.Add(fields[i].Name))
                throw new TypedDataException($"{fieldPath}.name", $"the field '{fields[i].Name}' is declared twice.");
        }

        return fields;
    }

    // Some hash the fields as they are declared, others in the standard's order: in another order a document has two digests.
    private static void CheckOrder(TypeDeclaration domain)
    {
        var places = domain.Fields.Select(static field => Array.FindIndex(DomainFields, standard => standard.Name == field.Name))
            .Where(static place => place >= 0)
            .ToArray();
        if (!places.SequenceEqual(places.Order()))
            throw new TypedDataException($"types.{DomainType}", "the fields are not in the standard's order: name, version, chainId, verifyingContract, salt.");
    }

    private static TypeDeclaration DeriveDomain(JsonElement domain)
    {
        if (domain.ValueKind != JsonValueKind.Object)
            throw new TypedDataException("domain", "an object is expected.");
        return new TypeDeclaration(DomainType, [.. DomainFields.Where(field => domain.TryGetProperty(field.Name, out _))]);
    }

    private static bool IsIdentifier(string name)
    {
        if (name.Length is 0 or > TypedDataLimits.NameLength || char.IsAsciiDigit(name[0]))
            return false;

        foreach (var character in name)
        {
            if (!char.IsAsciiLetterOrDigit(character) && character is not ('_' or '$'))
                return false;
        }

        return true;
    }
}
