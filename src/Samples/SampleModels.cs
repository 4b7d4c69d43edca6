using System.Collections.Immutable;
using System.Text.Json;
using OpenGradient.Samples.Models;

namespace OpenGradient.Samples;

/// <summary>A sample model: its card, and where its files are.</summary>
public sealed record SampleModel(ModelCard Card, string Folder)
{
    public string PathOf(ArtifactCard artifact) => Path.Combine(Folder, artifact.File);
}

/// <summary>The models that come with the repository.</summary>
public static class SampleModels
{
    public const string CardFile = "model.json";
    public const string OnnxFile = "model.onnx";
    public const string IntegerFile = "model.ogq";

    private const int MaxCardBytes = 1 << 16;

    /// <summary>Those that <see cref="SampleTraining"/> makes anew.</summary>
    public static ImmutableArray<string> Trained { get; } = [DigitsMlp.Name, DigitsCnn.Name, Volatility.Name];

    /// <summary>Reads the cards of all samples, in the order of their names.</summary>
    /// <param name="root">The checkout.</param>
    public static ImmutableArray<SampleModel> Read(string root) =>
        [.. Directory.EnumerateDirectories(Path.Combine(root, "models")).Order(StringComparer.Ordinal).Select(ReadOne)];

    /// <summary>
    /// A recurrent model by others, read from the package that carries it: null where that is not installed. Inputs "input" FLOAT [1, 512] (16 kHz), "state"
    /// FLOAT [2, 1, 128], "sr" INT64 scalar; outputs "output", whether someone speaks, and "stateN", the next question's state.
    /// </summary>
    public static string? SileroPath(string root)
    {
        var path = Path.Combine(root, "node_modules", "@ricky0123", "vad-web", "dist", "silero_vad_v5.onnx");
        return File.Exists(path) ? path : null;
    }

    /// <summary>Reads a sample's card; null where the text is none.</summary>
    public static ModelCard? TryReadCard(ReadOnlySpan<byte> json)
    {
        try
        {
            return ModelCardJson.Read(json);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static SampleModel ReadOne(string folder)
    {
        var path = Path.Combine(folder, CardFile);
        return new FileInfo(path).Length <= MaxCardBytes
            ? new SampleModel(ModelCardJson.Read(File.ReadAllBytes(path)), folder)
            : throw new InvalidDataException($"{path} is longer than a card is.");
    }
}
