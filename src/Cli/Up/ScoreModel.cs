using System.Buffers.Binary;
using OpenGradient.Inference.Tensors;

namespace OpenGradient.Cli.Up;

/// <summary>The model that <c>og up</c> serves: the mean of some features. It stands where a real one is run.</summary>
internal static class ScoreModel
{
    public const string Name = "demo-score";

    private static readonly float[] Features = [0.5f, 0.75f, 1f, 0.75f];

    /// <summary>A question, encoded.</summary>
    public static byte[] Question() => Encode("features", [1, (uint)Features.Length], Features);

    /// <summary>The answer to an encoded question, encoded too.</summary>
    public static byte[] Answer(ReadOnlyMemory<byte> question)
    {
        if (TensorEncoding.Decode(question) is not TensorDecoding.Decoded { Tensors: [{ DataType: DataType.Float } features] })
            throw new InvalidOperationException("The question is not one tensor of floats.");

        var sum = 0f;
        for (var i = 0; i < features.Data.Length; i += sizeof(float))
            sum += BinaryPrimitives.ReadSingleLittleEndian(features.Data.Span[i..]);
        return Encode("score", [1], [sum / (features.Data.Length / sizeof(float))]);
    }

    private static byte[] Encode(string name, uint[] dims, ReadOnlySpan<float> values)
    {
        var data = new byte[values.Length * sizeof(float)];
        for (var i = 0; i < values.Length; i++)
            BinaryPrimitives.WriteSingleLittleEndian(data.AsSpan(i * sizeof(float)), values[i]);
        var fault = TensorEncoding.TryEncode([new Tensor(name, DataType.Float, [.. dims], data)], out var encoded);
        return fault == TensorFault.None ? encoded : throw new InvalidOperationException($"The tensor {name} cannot be encoded: {fault}.");
    }
}
