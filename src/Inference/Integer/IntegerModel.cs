using System.Collections.Immutable;
using OpenGradient.Inference.Artifacts;
using OpenGradient.Inference.Tensors;

namespace OpenGradient.Inference.Integer;

/// <summary>One layer's numbers: a row of weights for each output, as many as the layer has inputs, and a bias each.</summary>
public sealed record IntegerLayer(ReadOnlyMemory<short> Weights, ReadOnlyMemory<int> Biases);

/// <summary>What came of reading an integer model.</summary>
public abstract record IntegerReading
{
    private IntegerReading()
    {
    }

    public sealed record Accepted(IntegerModel Model) : IntegerReading;

    public sealed record Refused(ArtifactFault Fault, string Detail) : IntegerReading;
}

/// <summary>
/// A descriptor with its weights: everything that an Integer version's answers follow from. No accumulator of it leaves the width that the
/// descriptor states, whatever the input is: that was shown when it was made. So arithmetic on it needs no checks.
/// </summary>
public sealed class IntegerModel
{
    public const string InputName = "input";
    public const string OutputName = "output";

    private IntegerModel(IntegerDescriptor descriptor, ImmutableArray<IntegerLayer> layers)
    {
        Descriptor = descriptor;
        Layers = layers;
        Signature = ModelSignature.Create(
            [new TensorSignature(InputName, DataType.Uint8, [new Axis((uint)descriptor.Inputs)])],
            [new TensorSignature(OutputName, DataType.Int32, [new Axis((uint)descriptor.Outputs)])]);
    }

    public IntegerDescriptor Descriptor { get; }

    public ImmutableArray<IntegerLayer> Layers { get; }

    /// <summary>One input of unsigned bytes, one output of INT32: the accumulators of the last layer.</summary>
    public ModelSignature Signature { get; }

    public long WeightCount => Layers.Sum(layer => (long)layer.Weights.Length);

    /// <summary>Joins a descriptor and weights, and shows that no accumulator overflows.</summary>
    public static IntegerReading Create(IntegerDescriptor descriptor, ImmutableArray<IntegerLayer> layers)
    {
        if (layers.Length != descriptor.Layers.Length)
            return Refused(ArtifactFault.ConstantInvalid, "There are not as many layers as the descriptor says.");
        for (var i = 0; i < layers.Length; i++)
        {
            var outputs = descriptor.Layers[i].Outputs;
            if (layers[i].Biases.Length != outputs || layers[i].Weights.Length != (long)outputs * descriptor.InputsOf(i))
                return Refused(ArtifactFault.ConstantInvalid, $"Layer {i} has not as many weights as the descriptor says.");
            var greatest = GreatestAccumulator(layers[i], descriptor.InputsOf(i), descriptor.GreatestInputOf(i));
            if (greatest >= descriptor.AccumulatorBound)
                return Refused(ArtifactFault.BoundExceeded, $"Accumulators of layer {i} can reach {greatest}; {descriptor.AccumulatorBytes} bytes end before.");
        }

        return new IntegerReading.Accepted(new IntegerModel(descriptor, layers));
    }

    /// <summary>Reads an artifact, <c>.ogq</c> version 1 in docs/inference.md.</summary>
    public static IntegerReading Read(ReadOnlyMemory<byte> artifact, ArtifactLimits limits) =>
        artifact.Length > limits.MaxBytes
            ? Refused(ArtifactFault.TooLarge, $"{artifact.Length} bytes; {limits.MaxBytes} are the most.")
            : IntegerFile.Read(artifact.Span);

    /// <summary>The artifact's bytes: the same model has one artifact.</summary>
    public byte[] Write() => IntegerFile.Write(this);

    /// <summary>The most that Σ|w|·max|x| + |b| comes to in a row.</summary>
    public static long GreatestAccumulator(IntegerLayer layer, int inputs, int greatestInput)
    {
        var greatest = 0L;
        var biases = layer.Biases.Span;
        for (var row = 0; row < biases.Length; row++)
        {
            var sum = 0L;
            foreach (var weight in layer.Weights.Span.Slice(row * inputs, inputs))
                sum += Math.Abs((int)weight);
            // At most 65535 weights and inputs of 16 bits: far below 64 bits.
            greatest = Math.Max(greatest, (sum * greatestInput) + Math.Abs((long)biases[row]));
        }

        return greatest;
    }

    private static IntegerReading.Refused Refused(ArtifactFault fault, string detail) => new(fault, detail);
}
