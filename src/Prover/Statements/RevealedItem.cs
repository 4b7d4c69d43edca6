using System.Buffers.Binary;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Inference.Integer;
using OpenGradient.Inference.Tensors;

namespace OpenGradient.Prover.Statements;

/// <summary>What a proof reveals of one inference: the input, the accumulators of every layer, and by the descriptor's rule every layer's input.</summary>
internal sealed class RevealedItem
{
    private RevealedItem(int[][] accumulators, short[][] inputs)
    {
        Accumulators = accumulators;
        Inputs = inputs;
    }

    /// <summary>By layer.</summary>
    public int[][] Accumulators { get; }

    /// <summary>By layer, without the constant 1 of the bias.</summary>
    public short[][] Inputs { get; }

    /// <summary>How many bytes an item takes in a proof.</summary>
    public static long LengthOf(IntegerDescriptor descriptor) =>
        descriptor.Inputs + (descriptor.AccumulatorBytes * descriptor.Layers.Sum(layer => (long)layer.Outputs));

    /// <summary>Runs the model on an input.</summary>
    public static RevealedItem Run(IntegerModel model, ReadOnlySpan<byte> input)
    {
        var trace = IntegerExecutor.Trace(model, input);
        int[][] accumulators = [.. trace.Accumulators.Select(layer => layer.ToArray())];
        return new RevealedItem(accumulators, InputsOf(model.Descriptor, input, accumulators));
    }

    /// <summary>Reads an item. All bytes of the right number mean something.</summary>
    public static RevealedItem Read(IntegerDescriptor descriptor, ReadOnlySpan<byte> bytes)
    {
        var rest = bytes[descriptor.Inputs..];
        var accumulators = new int[descriptor.Layers.Length][];
        for (var layer = 0; layer < accumulators.Length; layer++)
        {
            accumulators[layer] = new int[descriptor.Layers[layer].Outputs];
            foreach (ref var accumulator in accumulators[layer].AsSpan())
            {
                accumulator = (sbyte)rest[0];
                for (var i = 1; i < descriptor.AccumulatorBytes; i++)
                    accumulator = (accumulator << 8) | rest[i];
                rest = rest[descriptor.AccumulatorBytes..];
            }
        }

        return new RevealedItem(accumulators, InputsOf(descriptor, bytes[..descriptor.Inputs], accumulators));
    }

    public void Write(IntegerDescriptor descriptor, Span<byte> destination)
    {
        foreach (var value in Inputs[0])
        {
            destination[0] = (byte)value;
            destination = destination[1..];
        }

        foreach (var accumulator in Accumulators.SelectMany(layer => layer))
        {
            for (var i = 0; i < descriptor.AccumulatorBytes; i++)
                destination[i] = (byte)(accumulator >> (8 * (descriptor.AccumulatorBytes - 1 - i)));
            destination = destination[descriptor.AccumulatorBytes..];
        }
    }

    /// <summary>The hash of the input tensor's canonical encoding.</summary>
    public Hash32 InputCommit() => CommitOf(IntegerModel.InputName, DataType.Uint8, Inputs[0].Length, [.. Inputs[0].Select(value => (byte)value)]);

    /// <summary>The hash of the output tensor's canonical encoding.</summary>
    public Hash32 OutputCommit()
    {
        var outputs = Accumulators[^1];
        var data = new byte[outputs.Length * sizeof(int)];
        for (var i = 0; i < outputs.Length; i++)
            BinaryPrimitives.WriteInt32LittleEndian(data.AsSpan(i * sizeof(int)), outputs[i]);
        return CommitOf(IntegerModel.OutputName, DataType.Int32, outputs.Length, data);
    }

    private static Hash32 CommitOf(string name, DataType type, int count, byte[] data)
    {
        var fault = TensorEncoding.TryEncode([new Tensor(name, type, [(uint)count], data)], out var encoded);
        return fault == TensorFault.None ? TensorCommitment.Public(encoded) : throw new InvalidOperationException($"A tensor of an integer model has no encoding: {fault}.");
    }

    private static short[][] InputsOf(IntegerDescriptor descriptor, ReadOnlySpan<byte> input, int[][] accumulators)
    {
        var inputs = new short[descriptor.Layers.Length][];
        inputs[0] = new short[descriptor.Inputs];
        for (var i = 0; i < input.Length; i++)
            inputs[0][i] = input[i];
        for (var layer = 1; layer < inputs.Length; layer++)
            inputs[layer] = [.. accumulators[layer - 1].Select(descriptor.Layers[layer - 1].Requantise)];
        return inputs;
    }
}
