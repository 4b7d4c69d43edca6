using System.Collections.Immutable;
using System.Runtime.InteropServices;
using OpenGradient.Inference.Artifacts;
using OpenGradient.Inference.Tensors;

namespace OpenGradient.Inference.Backends;

/// <summary>What inputs must be before a version is asked, and what answers must be before they are one: the same for every backend.</summary>
public static class TensorRules
{
    /// <summary>Puts inputs in the signature's order; or says what is wrong with them.</summary>
    public static InferenceOutcome.Failed? Arrange(ModelSignature signature, IReadOnlyList<Tensor> inputs, out ImmutableArray<Tensor> arranged)
    {
        arranged = [.. inputs.OrderBy(input => input.Name, StringComparer.Ordinal)];
        var expected = signature.Inputs;
        for (var i = 0; i < Math.Max(arranged.Length, expected.Length); i++)
        {
            var order = i == arranged.Length ? 1 : i == expected.Length ? -1 : string.CompareOrdinal(arranged[i].Name, expected[i].Name);
            if (order > 0)
                return new(InputReason.InputMissing, $"The input {expected[i]} is missing.");
            if (order < 0)
                return new(InputReason.InputUnknown, $"The model has no input {ModelSignature.Printable(arranged[i].Name)}, or it is there twice.");
            if (arranged[i].DataType != expected[i].DataType)
                return new(InputReason.DataTypeWrong, $"The input {expected[i]} was given as {arranged[i].DataType}.");
            if (!expected[i].TakesShape(arranged[i].Dims))
                return new(InputReason.ShapeWrong, $"The input {expected[i]} was given with the shape [{string.Join(", ", arranged[i].Dims)}].");
        }

        return null;
    }

    /// <summary>Judges what a model gave: of the signature, and for a Float version finite. Outputs must be in the signature's order.</summary>
    public static InferenceOutcome Judge(LoadedVersion version, ImmutableArray<Tensor> outputs)
    {
        var expected = version.Signature.Outputs;
        for (var i = 0; i < expected.Length; i++)
        {
            if (outputs.Length != expected.Length || outputs[i].Name != expected[i].Name || !expected[i].Takes(outputs[i]))
                return new InferenceOutcome.Unavailable(UnavailableReason.AnswerInvalid, IsRetryable: false, $"The output {expected[i]} is not what the model gave.");
        }

        // Whoever made them, they must be what everyone can read: no empty dimension, no Bool of 2.
        if (TensorEncoding.FindFault(outputs) is var fault and not TensorFault.None)
            return new InferenceOutcome.Unavailable(UnavailableReason.AnswerInvalid, IsRetryable: false, $"The answer has no encoding: {fault}.");

        if (version.Semantics is VersionSemantics.Float && outputs.FirstOrDefault(output => !IsFinite(output)) is { } odd)
            return new InferenceOutcome.Failed(InputReason.AnswerNotFinite, $"The output {ModelSignature.Printable(odd.Name)} holds NaN or an infinity.");
        return new InferenceOutcome.Answered(outputs);
    }

    private static bool IsFinite(Tensor tensor) => tensor.DataType switch
    {
        DataType.Float => IsFinite(MemoryMarshal.Cast<byte, uint>(tensor.Data.Span), 0x7f80_0000U),
        DataType.Double => IsFinite(MemoryMarshal.Cast<byte, ulong>(tensor.Data.Span), 0x7ff0_0000_0000_0000UL),
        DataType.Float16 => IsFinite(MemoryMarshal.Cast<byte, ushort>(tensor.Data.Span), (ushort)0x7c00),
        DataType.Bfloat16 => IsFinite(MemoryMarshal.Cast<byte, ushort>(tensor.Data.Span), (ushort)0x7f80),
        _ => true,
    };

    // All bits of the exponent set: infinity, or NaN.
    private static bool IsFinite<T>(ReadOnlySpan<T> numbers, T exponent)
        where T : unmanaged, System.Numerics.IBinaryInteger<T>
    {
        foreach (var number in numbers)
        {
            if ((number & exponent) == exponent)
                return false;
        }

        return true;
    }
}
