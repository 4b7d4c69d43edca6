using System.Buffers.Binary;
using OpenGradient.Inference.Tensors;
using OpenGradient.Samples.Data;

namespace OpenGradient.Cli.Up.Scenes;

/// <summary>What the sample models are asked.</summary>
internal static class ExampleQuestions
{
    private const int ReturnCount = 16;
    private const int SoundSamples = 512;
    private const int StateLength = 2 * 128;
    private const int SoundHertz = 16_000;
    private const float ToneHertz = 220;

    // In percent: a calm morning, and then something happens.
    private static readonly float[] Percents = [0.1f, -0.2f, 0.05f, 0.1f, -0.1f, 0.2f, -0.15f, 0.1f, 0.3f, -0.6f, 1.2f, -0.9f, 1.5f, -1.1f, 0.8f, -1.3f];

    /// <summary>The last 16 hourly returns, for the volatility model.</summary>
    public static byte[] Returns() => Encode(Floats("returns", [1, ReturnCount], Percents.Select(percent => percent / 100)));

    /// <summary>The same for its integer form.</summary>
    /// <param name="calmer">For how many hours more it was calm before.</param>
    public static byte[] QuantisedReturns(int calmer = 0) => Encode(new Tensor(
        "input", DataType.Uint8, [ReturnCount],
        Enumerable.Repeat(0f, calmer).Concat(Percents).Take(ReturnCount).Select(percent => (byte)Math.Clamp(Math.Round(128 + (16 * percent)), 0, 255)).ToArray()));

    /// <summary>A picture that no training has seen, for the dense network.</summary>
    public static byte[] Pixels(Digit digit) => Encode(Floats("pixels", [1, DigitData.Pixels], Shades(digit)));

    /// <summary>The same for the convolutional one.</summary>
    public static byte[] Image(Digit digit) => Encode(Floats("image", [1, 1, DigitData.Side, DigitData.Side], Shades(digit)));

    /// <summary>The same for the integer form.</summary>
    public static byte[] Bytes(Digit digit) => Encode(new Tensor("input", DataType.Uint8, [DigitData.Pixels], digit.Pixels));

    /// <summary>A picture for the integer form that is no digit: every pixel is its own number.</summary>
    public static byte[] Quantised() =>
        Encode(new Tensor("input", DataType.Uint8, [DigitData.Pixels], Enumerable.Range(0, DigitData.Pixels).Select(i => (byte)(i % 256)).ToArray()));

    /// <summary>A tone of 32 milliseconds, for the voice activity detector.</summary>
    public static byte[] Sound()
    {
        var rate = new byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(rate, SoundHertz);
        return Encode(
            Floats("input", [1, SoundSamples], Enumerable.Range(0, SoundSamples).Select(i => 0.5f * MathF.Sin(2 * MathF.PI * ToneHertz * i / SoundHertz))),
            new Tensor("sr", DataType.Int64, [], rate),
            Floats("state", [2, 1, StateLength / 2], Enumerable.Repeat(0f, StateLength)));
    }

    /// <summary>What a digit is read as: the greatest of ten numbers.</summary>
    public static string? DigitIn(ReadOnlyMemory<byte> output)
    {
        if (TensorEncoding.Decode(output) is not TensorDecoding.Decoded([var logits]) || logits.Data.Length != DigitData.Classes * sizeof(float))
            return null;
        var values = Enumerable.Range(0, DigitData.Classes).Select(i => logits.DataType == DataType.Int32
            ? BinaryPrimitives.ReadInt32LittleEndian(logits.Data.Span[(i * sizeof(int))..])
            : (double)BinaryPrimitives.ReadSingleLittleEndian(logits.Data.Span[(i * sizeof(float))..])).ToList();
        return $"it reads {values.IndexOf(values.Max())}";
    }

    private static IEnumerable<float> Shades(Digit digit) => digit.Pixels.ToArray().Select(pixel => pixel / 255f);

    private static Tensor Floats(string name, uint[] dims, IEnumerable<float> values)
    {
        float[] numbers = [.. values];
        var data = new byte[numbers.Length * sizeof(float)];
        for (var i = 0; i < numbers.Length; i++)
            BinaryPrimitives.WriteSingleLittleEndian(data.AsSpan(i * sizeof(float)), numbers[i]);
        return new Tensor(name, DataType.Float, [.. dims], data);
    }

    private static byte[] Encode(params IReadOnlyList<Tensor> tensors) =>
        TensorEncoding.TryEncode(tensors, out var encoded) is var fault and not TensorFault.None
            ? throw new InvalidOperationException($"The example has no encoding: {fault}.")
            : encoded;
}
