using System.Collections.Immutable;

namespace OpenGradient.Inference.Compiling;

/// <summary>A constant of a graph; Values is empty where its type is not FLOAT.</summary>
internal sealed record DenseConstant(ImmutableArray<long> Dims, bool IsFloat, ReadOnlyMemory<float> Values);

/// <summary>A node of a graph with what dense networks' nodes have: names of values, and attributes that are single numbers.</summary>
internal sealed record DenseNode(
    string Name, string Operator, ImmutableArray<string> Inputs, ImmutableArray<string> Outputs, ImmutableDictionary<string, float> Floats,
    ImmutableDictionary<string, long> Integers)
{
    public override string ToString() => $"Node '{ModelText.Printable(Name)}' ({ModelText.Printable(Operator)})";
}

/// <summary>A graph that was inspected before: nodes in their order, constants by name, and what goes in and out.</summary>
internal sealed record DenseGraph(
    ImmutableArray<DenseNode> Nodes, IReadOnlyDictionary<string, DenseConstant> Constants, ImmutableArray<string> Inputs, ImmutableArray<string> Outputs);

/// <summary>Names come from a stranger's file, and go into messages.</summary>
internal static class ModelText
{
    public static string Printable(string text) =>
        string.Concat(text.Take(64).Select(character => char.IsAsciiLetterOrDigit(character) || "_./:- ".Contains(character, StringComparison.Ordinal) ? character : '?'));
}
