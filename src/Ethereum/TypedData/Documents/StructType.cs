using OpenGradient.Ethereum.Primitives;

namespace OpenGradient.Ethereum.TypedData;

/// <summary>A declared structure. Its fields are filled in once all names are known, its hash once all fields are.</summary>
internal sealed class StructType(string name)
{
    public string Name { get; } = name;

    public IReadOnlyList<StructField> Fields { get; set; } = [];

    public Hash32 TypeHash { get; set; }
}

internal readonly record struct StructField(string Name, FieldType Type);
