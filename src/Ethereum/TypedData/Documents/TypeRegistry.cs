using System.Text;
using OpenGradient.Ethereum.Crypto;

namespace OpenGradient.Ethereum.TypedData;

/// <summary>The structures that a document declares: every reference resolved, none that contains itself, each with its hash.</summary>
internal sealed class TypeRegistry
{
    private readonly Dictionary<string, StructType> _types;

    private TypeRegistry(Dictionary<string, StructType> types) => _types = types;

    /// <summary>Resolves declarations that have been read; throws <see cref="TypedDataException"/> where they don't make sense together.</summary>
    public static TypeRegistry Build(IReadOnlyList<TypeDeclaration> declarations)
    {
        var types = declarations.ToDictionary(
            static declaration => declaration.Name, static declaration => new StructType(declaration.Name), StringComparer.Ordinal);
        var textLength = 0;
        foreach (var declaration in declarations)
        {
            types[declaration.Name].Fields = Resolve(declaration, types);
            textLength += TextLengthOf(declaration);
            if (textLength > TypedDataLimits.TypeTextLength)
                throw new TypedDataException("types", $"the types have more than {TypedDataLimits.TypeTextLength} characters.");
        }

        RefuseRecursion(types.Values);
        var registry = new TypeRegistry(types);
        var text = new StringBuilder();
        foreach (var type in types.Values)
        {
            registry.AppendText(type, text.Clear());
            type.TypeHash = Keccak256.Hash(Encoding.ASCII.GetBytes(text.ToString()));
        }

        return registry;
    }

    public StructType? Find(string name) => _types.GetValueOrDefault(name);

    /// <summary>The structure's text, then those of all it refers to, by name.</summary>
    public string EncodeType(StructType type)
    {
        var text = new StringBuilder();
        AppendText(type, text);
        return text.ToString();
    }

    private static StructField[] Resolve(TypeDeclaration declaration, Dictionary<string, StructType> types)
    {
        var fields = new StructField[declaration.Fields.Count];
        for (var i = 0; i < fields.Length; i++)
        {
            var (name, typeText) = declaration.Fields[i];
            var type = FieldType.Parse(typeText, types, out var problem)
                ?? throw new TypedDataException($"types.{declaration.Name}[{i}].type", problem);
            fields[i] = new StructField(name, type);
        }

        return fields;
    }

    // The text is Name(type name,type name): a bracket pair, and a space and a comma a field.
    private static int TextLengthOf(TypeDeclaration declaration) =>
        declaration.Name.Length + 2 + declaration.Fields.Sum(static field => field.Name.Length + field.Type.Length + 2);

    private static void RefuseRecursion(IEnumerable<StructType> types)
    {
        var finished = new HashSet<StructType>();
        var path = new List<StructType>();
        foreach (var type in types)
            Visit(type);

        void Visit(StructType type)
        {
            if (finished.Contains(type))
                return;

            var start = path.IndexOf(type);
            if (start >= 0)
            {
                var loop = string.Join(" -> ", path.Skip(start).Append(type).Select(static step => step.Name));
                throw new TypedDataException($"types.{type.Name}", $"the type contains itself ({loop}), which EIP-712 does not define.");
            }

            path.Add(type);
            foreach (var field in type.Fields)
            {
                if (field.Type.Innermost is { } inner)
                    Visit(inner);
            }

            path.RemoveAt(path.Count - 1);
            finished.Add(type);
        }
    }

    private void AppendText(StructType type, StringBuilder text)
    {
        var dependencies = new SortedSet<string>(StringComparer.Ordinal);
        Collect(type);
        dependencies.Remove(type.Name);

        AppendOwn(type);
        foreach (var name in dependencies)
            AppendOwn(_types[name]);

        void Collect(StructType from)
        {
            if (!dependencies.Add(from.Name))
                return;
            foreach (var field in from.Fields)
            {
                if (field.Type.Innermost is { } inner)
                    Collect(inner);
            }
        }

        void AppendOwn(StructType own)
        {
            text.Append(own.Name).Append('(');
            for (var i = 0; i < own.Fields.Count; i++)
                text.Append(i == 0 ? "" : ",").Append(own.Fields[i].Type.Text).Append(' ').Append(own.Fields[i].Name);
            text.Append(')');
        }
    }
}

/// <summary>A structure as it is declared, before its fields' types are resolved.</summary>
internal sealed record TypeDeclaration(string Name, IReadOnlyList<(string Name, string Type)> Fields);
