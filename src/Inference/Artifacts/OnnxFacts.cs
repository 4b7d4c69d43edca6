using System.Collections.Immutable;
using System.Runtime.InteropServices;

namespace OpenGradient.Inference.Artifacts;

/// <summary>A set of operators that a model uses: a domain (empty for ONNX's own) and its version.</summary>
[StructLayout(LayoutKind.Auto)]
public readonly record struct Opset(string Domain, int Version);

/// <summary>What stands in an ONNX artifact besides its signature.</summary>
/// <param name="IrVersion">The version of the file format.</param>
/// <param name="Opsets">The sets of operators, in the order of the file.</param>
/// <param name="NodeCount">All nodes, nested graphs included.</param>
/// <param name="ParameterCount">The elements of all constants.</param>
/// <param name="ParameterBytes">What they take.</param>
/// <param name="Operators">The names of the operators, sorted, with the domain before a colon where it is not ONNX's own.</param>
public sealed record OnnxFacts(
    int IrVersion, ImmutableArray<Opset> Opsets, int NodeCount, long ParameterCount, long ParameterBytes, ImmutableSortedSet<string> Operators)
{
    private static readonly string[] RandomOperators =
        ["Bernoulli", "Multinomial", "RandomNormal", "RandomNormalLike", "RandomUniform", "RandomUniformLike"];

    /// <summary>Whether an operator draws numbers: such a model's answers cannot be compared.</summary>
    public bool IsRandom => RandomOperators.Any(Operators.Contains);
}
