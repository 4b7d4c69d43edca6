using System.Collections.Immutable;
using System.ComponentModel.DataAnnotations;
using System.Runtime.InteropServices;

namespace OpenGradient.Inference.Integer;

/// <summary>A dense layer of floats: output = input × weights + biases.</summary>
/// <param name="Inputs">How many numbers go in.</param>
/// <param name="Outputs">How many come out.</param>
/// <param name="Weights">Inputs × Outputs, row by row.</param>
/// <param name="Biases">One for each output.</param>
public sealed record FloatLayer(int Inputs, int Outputs, ReadOnlyMemory<float> Weights, ReadOnlyMemory<float> Biases)
{
    /// <summary>The most that goes on to the next layer: a ReLU has none, a clip has.</summary>
    public double Ceiling { get; init; } = double.PositiveInfinity;
}

/// <summary>What an input byte stands for: (byte − ZeroPoint) × Scale.</summary>
[StructLayout(LayoutKind.Auto)]
public readonly record struct ByteInputs(double Scale, byte ZeroPoint)
{
    public double Dequantise(byte value) => (value - ZeroPoint) * Scale;

    /// <summary>The nearest byte.</summary>
    public byte Quantise(double value) => (byte)Math.Clamp(Math.Round(value / Scale) + ZeroPoint, byte.MinValue, byte.MaxValue);
}

/// <summary>How fine an integer form is.</summary>
public sealed record QuantiserOptions
{
    /// <summary>The bits of a weight, its sign among them. Up to 8, a weight takes one byte of the artifact, above that two.</summary>
    [Range(2, 16)]
    public int WeightBits { get; init; } = 8;

    /// <summary>How many steps above zero a hidden value has.</summary>
    [Range(1, short.MaxValue)]
    public int ActivationLevels { get; init; } = byte.MaxValue;

    /// <summary>The most rows of the prover's folded matrix: fewer make it wider.</summary>
    [Range(1, ushort.MaxValue)]
    public int MaxFoldRows { get; init; } = 64;
}

/// <summary>Raised where a network has no integer form within the format's bounds.</summary>
public sealed class QuantisationException(string message) : Exception(message);

/// <summary>A network in integers.</summary>
/// <param name="Model">What is published.</param>
/// <param name="Saturated">The part of all hidden values of the calibration that the clamp cut off.</param>
public sealed record QuantisedMlp(IntegerModel Model, double Saturated);

/// <summary>
/// Makes integer models of dense networks with a ReLU between each two layers. Each layer has one scale for its weights, and one for its outputs, found by
/// running given inputs. The same network and inputs give the same bytes on every machine: only exactly rounded arithmetic is used.
/// </summary>
public static class Quantiser
{
    private const int MultiplierBits = 31;

    /// <exception cref="QuantisationException">The network's numbers do not fit the format.</exception>
    public static QuantisedMlp Quantise(
        IReadOnlyList<FloatLayer> layers, ByteInputs inputs, IReadOnlyList<ReadOnlyMemory<byte>> calibration, QuantiserOptions options)
    {
        Validator.ValidateObject(options, new ValidationContext(options), validateAllProperties: true);
        if (calibration.Count == 0)
            throw new QuantisationException("Scales are found by running inputs: there are none.");

        var greatest = GreatestValues(layers, inputs, calibration);
        var integers = ImmutableArray.CreateBuilder<IntegerLayer>(layers.Count);
        var terms = ImmutableArray.CreateBuilder<LayerTerms>(layers.Count);
        var inputScale = inputs.Scale;
        for (var i = 0; i < layers.Count; i++)
        {
            var weightScale = GreatestOf(layers[i].Weights.Span) / ((1 << (options.WeightBits - 1)) - 1);
            if (!(weightScale > 0) || !double.IsFinite(weightScale))
                throw new QuantisationException($"The weights of layer {i} are all zero, or not finite.");
            integers.Add(Round(layers[i], inputScale, weightScale, i == 0 ? inputs.ZeroPoint : 0));

            // What an accumulator of 1 is worth.
            var scale = inputScale * weightScale;
            var isLast = i == layers.Count - 1;
            inputScale = greatest[i] > 0 ? greatest[i] / options.ActivationLevels : 1;
            var (multiplier, shift) = ToMultiplier(isLast ? scale : scale / inputScale);
            terms.Add(isLast
                ? new LayerTerms(layers[i].Outputs, multiplier, shift, 0, short.MinValue, short.MaxValue)
                : new LayerTerms(layers[i].Outputs, multiplier, shift, 0, 0, (short)options.ActivationLevels));
        }

        var model = Join(layers[0].Inputs, terms.MoveToImmutable(), integers.MoveToImmutable(), options.MaxFoldRows);
        return new QuantisedMlp(model, SaturatedPart(model, calibration));
    }

    // The narrowest accumulators that hold every sum there can be: each byte of them is paid for in a proof.
    private static IntegerModel Join(int inputs, ImmutableArray<LayerTerms> terms, ImmutableArray<IntegerLayer> layers, int maxFoldRows)
    {
        var foldRows = Math.Min(maxFoldRows, terms.Max(layer => layer.Outputs));
        var reason = string.Empty;
        for (var width = IntegerDescriptor.MinAccumulatorBytes; width <= IntegerDescriptor.MaxAccumulatorBytes; width++)
        {
            if (IntegerDescriptor.TryCreate(foldRows, inputs, width, terms, out var descriptor) is { } fault)
                throw new QuantisationException(fault);
            switch (IntegerModel.Create(descriptor!, layers))
            {
                case IntegerReading.Accepted(var model):
                    return model;
                case IntegerReading.Refused(_, var detail):
                    reason = detail;
                    break;
            }
        }

        throw new QuantisationException(reason);
    }

    private static IntegerLayer Round(FloatLayer layer, double inputScale, double weightScale, int zeroPoint)
    {
        var weights = new short[layer.Inputs * layer.Outputs];
        var biases = new int[layer.Outputs];
        for (var output = 0; output < layer.Outputs; output++)
        {
            var sum = 0L;
            for (var input = 0; input < layer.Inputs; input++)
            {
                var weight = (short)Math.Round(layer.Weights.Span[(input * layer.Outputs) + output] / weightScale);
                weights[(output * layer.Inputs) + input] = weight;
                sum += weight;
            }

            // The zero point is the same for all inputs, so that it comes out of the sum and goes into the bias.
            var bias = Math.Round(layer.Biases.Span[output] / (inputScale * weightScale)) - (zeroPoint * (double)sum);
            if (!(Math.Abs(bias) < int.MaxValue))
                throw new QuantisationException("A bias does not fit into 32 bits.");
            biases[output] = (int)bias;
        }

        return new IntegerLayer(weights, biases);
    }

    /// <summary>A scale as multiplier / 2^shift, with as many bits as a multiplier has.</summary>
    private static (uint Multiplier, byte Shift) ToMultiplier(double scale)
    {
        var shift = Math.Min(LayerTerms.MaxShift, MultiplierBits - 1 - Math.ILogB(scale));
        // Rounding can reach the next power of two.
        if (shift >= 1 && Math.Round(Math.ScaleB(scale, shift)) > int.MaxValue)
            shift--;
        if (!double.IsFinite(scale) || shift < 1)
            throw new QuantisationException($"The scale {scale} has no multiplier and shift.");
        return ((uint)Math.Round(Math.ScaleB(scale, shift)), (byte)shift);
    }

    // In double precision and a fixed order.
    private static double[] GreatestValues(IReadOnlyList<FloatLayer> layers, ByteInputs inputs, IReadOnlyList<ReadOnlyMemory<byte>> calibration)
    {
        var greatest = new double[layers.Count];
        foreach (var sample in calibration)
        {
            double[] values = [.. sample.ToArray().Select(inputs.Dequantise)];
            for (var i = 0; i < layers.Count; i++)
            {
                values = Run(layers[i], values);
                var ceiling = layers[i].Ceiling;
                greatest[i] = Math.Max(greatest[i], Math.Min(values.Max(), ceiling));
                values = Array.ConvertAll(values, value => Math.Min(Math.Max(0, value), ceiling));
            }
        }

        return greatest;
    }

    /// <summary>A layer's sums, before anything is cut off.</summary>
    internal static double[] Run(FloatLayer layer, double[] inputs)
    {
        var outputs = new double[layer.Outputs];
        for (var output = 0; output < outputs.Length; output++)
            outputs[output] = layer.Biases.Span[output];
        for (var input = 0; input < inputs.Length; input++)
        {
            var value = inputs[input];
            if (value == 0)
                continue;
            var row = layer.Weights.Span.Slice(input * layer.Outputs, layer.Outputs);
            for (var output = 0; output < outputs.Length; output++)
                outputs[output] += value * row[output];
        }

        return outputs;
    }

    private static double GreatestOf(ReadOnlySpan<float> numbers)
    {
        var greatest = 0.0;
        foreach (var number in numbers)
            greatest = Math.Max(greatest, Math.Abs((double)number));
        return greatest;
    }

    private static double SaturatedPart(IntegerModel model, IReadOnlyList<ReadOnlyMemory<byte>> calibration)
    {
        var hidden = 0L;
        var cut = 0L;
        foreach (var sample in calibration)
        {
            var trace = IntegerExecutor.Trace(model, sample.Span);
            for (var i = 0; i < model.Layers.Length - 1; i++)
            {
                var terms = model.Descriptor.Layers[i] with { Low = short.MinValue, High = short.MaxValue };
                hidden += terms.Outputs;
                cut += trace.Accumulators[i].Count(accumulator => terms.Requantise(accumulator) > model.Descriptor.Layers[i].High);
            }
        }

        return hidden == 0 ? 0 : (double)cut / hidden;
    }
}
