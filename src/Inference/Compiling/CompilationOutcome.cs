using System.Collections.Immutable;
using System.Runtime.InteropServices;
using OpenGradient.Inference.Integer;

namespace OpenGradient.Inference.Compiling;

/// <summary>What came of compiling an ONNX network into integers.</summary>
public abstract record CompilationOutcome
{
    private CompilationOutcome()
    {
    }

    /// <param name="Model">What is published.</param>
    /// <param name="Accuracy">How it answers beside the floats it came from, on the data that was given.</param>
    public sealed record Compiled(IntegerModel Model, AccuracyReport Accuracy) : CompilationOutcome;

    /// <summary>Says what of the network has no integer form: a node and its operator where there is one.</summary>
    public sealed record Refused(string Detail) : CompilationOutcome;
}

/// <summary>An integer network beside the floats it came from.</summary>
/// <param name="Samples">How many inputs were run.</param>
/// <param name="Outputs">The differences of each output.</param>
/// <param name="SameGreatest">The part of inputs whose greatest output is the same one.</param>
/// <param name="Saturated">The part of hidden values that the clamps cut off above.</param>
public sealed record AccuracyReport(int Samples, ImmutableArray<OutputError> Outputs, double SameGreatest, double Saturated);

/// <summary>How far one output is off, in the float network's units.</summary>
[StructLayout(LayoutKind.Auto)]
public readonly record struct OutputError(double Greatest, double Mean);
