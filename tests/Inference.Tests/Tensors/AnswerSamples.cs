using OpenGradient.Inference.Tensors;

namespace OpenGradient.Inference.Tests.Tensors;

/// <summary>Pairs of answers that differ by little in some numbers, and in a few by much; drawn from a seed.</summary>
internal static class AnswerSamples
{
    private static readonly DataType[] Types =
        [DataType.Float, DataType.Float, DataType.Double, DataType.Float16, DataType.Bfloat16, DataType.Int32];

    public static (byte[] Left, byte[] Right) Pair(Random random)
    {
        var type = random.GetItems(Types, 1)[0];
        var size = type.SizeInBytes();
        var left = new byte[size * random.Next(1, 12)];
        for (var offset = 0; offset < left.Length; offset += size)
            WriteNumber(random, type, left.AsSpan(offset, size));

        // Little-endian: the first bytes of a float are the last of its significand.
        var right = left.ToArray();
        for (var offset = 0; offset < right.Length && type != DataType.Int32; offset += size)
        {
            if (random.Next(3) == 0)
                right[offset] ^= (byte)random.Next(256);
            if (random.Next(20) == 0)
                right[offset + size - 1] ^= (byte)(1 << random.Next(8));
        }

        return (Encode(type, left), Encode(type, right));
    }

    public static byte[] Encode(DataType type, byte[] data)
    {
        var dims = (uint)(data.Length / type.SizeInBytes());
        Assert.Equal(TensorFault.None, TensorEncoding.TryEncode([new Tensor("y", type, [dims], data)], out var encoded));
        return encoded;
    }

    // Mostly near 1, where tolerances decide.
    private static void WriteNumber(Random random, DataType type, Span<byte> number)
    {
        var value = random.Next(12) == 0 ? Numbers.RandomDouble(random) : (random.NextDouble() - 0.5) * Math.Pow(2, random.Next(-6, 6));
        var bytes = type switch
        {
            DataType.Double => BitConverter.GetBytes(value),
            DataType.Float16 => BitConverter.GetBytes((Half)value),
            DataType.Bfloat16 => BitConverter.GetBytes((float)value)[2..],
            DataType.Float => BitConverter.GetBytes((float)value),
            _ => BitConverter.GetBytes(random.Next()),
        };
        bytes.CopyTo(number);
    }
}
