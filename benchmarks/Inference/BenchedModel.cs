using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Globalization;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Inference.Artifacts;
using OpenGradient.Inference.Backends;
using OpenGradient.Inference.Tensors;
using OpenGradient.Samples;
using OpenGradient.Samples.Data;
using OpenGradient.Samples.Models;
using OpenGradient.Samples.Training;

namespace OpenGradient.Benchmarks.Inference;

/// <summary>A model, loaded as a published one is, and questions to it: one row each, as they are asked.</summary>
/// <param name="Name">What the figures call it.</param>
/// <param name="Version">What is asked.</param>
/// <param name="Artifact">Its bytes.</param>
/// <param name="Questions">In the signature's order.</param>
internal sealed record BenchedModel(string Name, LoadedVersion Version, ReadOnlyMemory<byte> Artifact, IReadOnlyList<ImmutableArray<Tensor>> Questions)
{
    private const int Digits = 64;
    private const int SpeechFrame = 512;
    private const ulong Seed = 50;

    /// <summary>The tolerance that was published of it; null where none was.</summary>
    public Tolerance? Published { get; init; }

    /// <summary>Whether all inputs begin with an axis that each request chooses.</summary>
    public bool TakesRows => Version.Signature.Inputs.All(input => input.HasRank && input.Axes.Length > 0 && input.Axes[0].IsDynamic);

    public bool IsInteger => Version.Body is VersionBody.Integer;

    /// <summary>All of them, the large one last.</summary>
    /// <param name="root">The checkout.</param>
    /// <param name="pictures">How many the large one is asked about.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public static async IAsyncEnumerable<BenchedModel> AllAsync(
        string root, int pictures, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var sample in SampleModels.Read(root))
        {
            foreach (var card in sample.Card.Artifacts)
                yield return await OfSampleAsync(root, sample, card, cancellationToken);
        }

        if (SampleModels.SileroPath(root) is { } speech)
            yield return await LoadAsync("silero-vad", await File.ReadAllBytesAsync(speech, cancellationToken), Speech(), cancellationToken);
        var (artifact, _) = ResNet50.Make(Seed);
        yield return await LoadAsync("resnet50, random weights", artifact, Pictures(pictures), cancellationToken);
    }

    private static async Task<BenchedModel> OfSampleAsync(string root, SampleModel sample, ArtifactCard card, CancellationToken cancellationToken)
    {
        var isInteger = card.DescriptorHash is not null;
        var bytes = await File.ReadAllBytesAsync(sample.PathOf(card), cancellationToken);
        var tolerance = isInteger ? default : new Tolerance(UnitsOf(card.ToleranceAbs), UnitsOf(card.ToleranceRel));
        VersionSemantics semantics = isInteger ? new VersionSemantics.Integer(Hash32.Parse(card.DescriptorHash!)) : new VersionSemantics.Float(tolerance);
        var published = new PublishedVersion(Hash32.Parse(card.ArtifactHash), Hash32.Parse(card.ArtifactHash), Hash32.Parse(card.SignatureHash), semantics);
        var model = await LoadAsync(
            isInteger ? $"{sample.Card.Name}, in integers" : sample.Card.Name, bytes, published, QuestionsOf(root, sample.Card.Name, isInteger), cancellationToken);
        return isInteger ? model : model with { Published = tolerance };
    }

    private static Task<BenchedModel> LoadAsync(string name, byte[] artifact, IReadOnlyList<ImmutableArray<Tensor>> questions, CancellationToken cancellationToken)
    {
        if (OnnxArtifact.Inspect(artifact, ArtifactLimits.Default) is not ArtifactReading.Accepted(var signature, _))
            throw new InvalidOperationException($"{name} is refused.");
        var hash = ArtifactSource.HashOf(artifact);
        // Nothing was published of it: what it is compared with is said where it is.
        var published = new PublishedVersion(hash, hash, signature.Hash, new VersionSemantics.Float(new Tolerance(1, 1)));
        return LoadAsync(name, artifact, published, questions, cancellationToken);
    }

    private static async Task<BenchedModel> LoadAsync(
        string name, byte[] artifact, PublishedVersion published, IReadOnlyList<ImmutableArray<Tensor>> questions, CancellationToken cancellationToken) =>
        await VersionLoader.LoadAsync(published, ArtifactSource.OfBytes(artifact), ArtifactLimits.Default, cancellationToken) switch
        {
            VersionLoading.Loaded(var version) => new BenchedModel(name, version, artifact, questions),
            var refused => throw new InvalidOperationException($"{name} is not what was published: {refused}"),
        };

    private static IReadOnlyList<ImmutableArray<Tensor>> QuestionsOf(string root, string sample, bool isInteger) => sample switch
    {
        Volatility.Name => [.. GarchSeries.Draw(Digits, Volatility.HeldOutSeed).Select(hour => isInteger
            ? One("input", DataType.Uint8, Volatility.ToBytes(hour.Returns), GarchSeries.Window)
            : Row("returns", Array.ConvertAll(hour.Returns, percent => percent / 100), GarchSeries.Window))],
        DigitsMlp.Name or DigitsCnn.Name => [.. HeldOut(root).Select(digit => isInteger
            ? One("input", DataType.Uint8, digit.Pixels, DigitData.Pixels)
            : sample == DigitsMlp.Name ? Row("pixels", Shown(digit), DigitData.Pixels) : Row("image", Shown(digit), 1, DigitData.Side, DigitData.Side))],
        _ => throw new InvalidOperationException($"Nobody has said here how {sample} is asked."),
    };

    private static IEnumerable<Digit> HeldOut(string root)
    {
        var packages = Path.Combine(root, "node_modules");
        return Enumerable.Range(0, DigitData.Classes).SelectMany(label => DigitData.ReadHeldOut(packages, label).Take(1 + (Digits / DigitData.Classes))).Take(Digits);
    }

    private static float[] Shown(Digit digit)
    {
        var input = new float[DigitData.Pixels];
        DigitData.Show(digit.Pixels.Span, input);
        return input;
    }

    // Noise, and a silent state: how long it takes does not depend on what is said.
    private static IReadOnlyList<ImmutableArray<Tensor>> Speech()
    {
        var random = new DeterministicRandom(Seed);
        var rate = new byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(rate, 16_000);
        return [.. Enumerable.Range(0, Digits).Select(_ => (ImmutableArray<Tensor>)[
            new Tensor("input", DataType.Float, [1, SpeechFrame], Bytes([.. Enumerable.Range(0, SpeechFrame).Select(_ => (float)random.NextNormal() * 0.1f)])),
            new Tensor("sr", DataType.Int64, [], rate),
            new Tensor("state", DataType.Float, [2, 1, 128], new byte[2 * 128 * sizeof(float)])])];
    }

    private static IReadOnlyList<ImmutableArray<Tensor>> Pictures(int count)
    {
        const int Numbers = ResNet50.Channels * ResNet50.Side * ResNet50.Side;
        var random = new DeterministicRandom(Seed);
        return [.. Enumerable.Range(0, count).Select(_ =>
            Row(ResNet50.Input, [.. Enumerable.Range(0, Numbers).Select(_ => (float)random.NextUnit())], ResNet50.Channels, ResNet50.Side, ResNet50.Side))];
    }

    private static ImmutableArray<Tensor> Row(string name, float[] values, params uint[] dims) => One(name, DataType.Float, Bytes(values), [1, .. dims]);

    private static ImmutableArray<Tensor> One(string name, DataType dataType, ReadOnlyMemory<byte> data, params uint[] dims) => [new Tensor(name, dataType, [.. dims], data)];

    private static byte[] Bytes(float[] values) => Samples.Export.ProtobufWriter.LittleEndian(values);

    private static UInt128 UnitsOf(string? text) => UInt128.Parse(text ?? "0", CultureInfo.InvariantCulture);
}
