using System.Buffers.Binary;
using System.Collections.Immutable;
using OpenGradient.Inference.Artifacts;

namespace OpenGradient.Inference.Integer;

/// <summary>The bytes of an integer model's artifact, big-endian throughout: a mark, the descriptor, and each layer's weights and biases.</summary>
internal static class IntegerFile
{
    private static ReadOnlySpan<byte> Mark => "OGQ\x01"u8;

    public static IntegerReading Read(ReadOnlySpan<byte> artifact)
    {
        if (!artifact.StartsWith(Mark))
            return Refused(ArtifactFault.Malformed, "The bytes do not begin as an integer model does.");
        var rest = artifact[Mark.Length..];
        if (IntegerDescriptor.TryRead(rest, out var descriptor) is { } reason)
            return Refused(ArtifactFault.Malformed, reason);

        rest = rest[descriptor!.Encoded.Length..];
        var layers = ImmutableArray.CreateBuilder<IntegerLayer>(descriptor.Layers.Length);
        for (var i = 0; i < descriptor.Layers.Length; i++)
        {
            if (!TryReadLayer(ref rest, descriptor.Layers[i].Outputs, descriptor.InputsOf(i), out var layer, out var detail))
                return Refused(ArtifactFault.Malformed, $"Layer {i}: {detail}");
            layers.Add(layer!);
        }

        return rest.IsEmpty
            ? IntegerModel.Create(descriptor, layers.MoveToImmutable())
            : Refused(ArtifactFault.Malformed, "Something follows the last layer.");
    }

    public static byte[] Write(IntegerModel model)
    {
        var length = Mark.Length + model.Descriptor.Encoded.Length
            + model.Layers.Sum(layer => 1L + (WidthOf(layer.Weights.Span) * layer.Weights.Length) + (sizeof(int) * layer.Biases.Length));
        var artifact = new byte[length];
        Mark.CopyTo(artifact);
        model.Descriptor.Encoded.AsSpan().CopyTo(artifact.AsSpan(Mark.Length));
        var rest = artifact.AsSpan(Mark.Length + model.Descriptor.Encoded.Length);
        foreach (var layer in model.Layers)
        {
            var width = WidthOf(layer.Weights.Span);
            rest[0] = (byte)width;
            rest = rest[1..];
            foreach (var weight in layer.Weights.Span)
            {
                if (width == 1)
                    rest[0] = unchecked((byte)weight);
                else
                    BinaryPrimitives.WriteInt16BigEndian(rest, weight);
                rest = rest[width..];
            }

            foreach (var bias in layer.Biases.Span)
            {
                BinaryPrimitives.WriteInt32BigEndian(rest, bias);
                rest = rest[sizeof(int)..];
            }
        }

        return artifact;
    }

    private static bool TryReadLayer(ref ReadOnlySpan<byte> rest, int outputs, int inputs, out IntegerLayer? layer, out string detail)
    {
        layer = null;
        detail = "it is cut off.";
        var count = (long)outputs * inputs;
        if (rest.IsEmpty || rest[0] is not (1 or 2))
        {
            detail = rest.IsEmpty ? detail : "weights have one byte or two.";
            return false;
        }

        // Nothing is allocated before it is known to be there.
        int width = rest[0];
        if (rest.Length - 1 < (count * width) + (sizeof(int) * (long)outputs))
            return false;
        var weights = new short[count];
        var bytes = rest.Slice(1, (int)count * width);
        for (var i = 0; i < weights.Length; i++)
            weights[i] = width == 1 ? unchecked((sbyte)bytes[i]) : BinaryPrimitives.ReadInt16BigEndian(bytes[(2 * i)..]);
        if (WidthOf(weights) != width)
        {
            detail = "its weights fit into one byte each.";
            return false;
        }

        rest = rest[(1 + bytes.Length)..];
        var biases = new int[outputs];
        for (var i = 0; i < biases.Length; i++)
            biases[i] = BinaryPrimitives.ReadInt32BigEndian(rest[(sizeof(int) * i)..]);
        rest = rest[(sizeof(int) * outputs)..];
        layer = new IntegerLayer(weights, biases);
        return true;
    }

    private static int WidthOf(ReadOnlySpan<short> weights) => weights.ContainsAnyExceptInRange<short>(sbyte.MinValue, sbyte.MaxValue) ? 2 : 1;

    private static IntegerReading.Refused Refused(ArtifactFault fault, string detail) => new(fault, detail);
}
