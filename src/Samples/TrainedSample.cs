using System.Collections.Immutable;
using OpenGradient.Inference.Artifacts;
using OpenGradient.Inference.Backends;
using OpenGradient.Inference.Integer;
using OpenGradient.Inference.Measuring;
using OpenGradient.Inference.Tensors;

namespace OpenGradient.Samples;

/// <summary>A sample's files and what its card says, put together artifact by artifact.</summary>
internal sealed class TrainedSample(string name, string description, string data)
{
    private const int FigureDigits = 6;
    private const int SpreadQuestions = 256;

    private readonly List<(string File, byte[] Bytes)> _files = [];
    private readonly List<ArtifactCard> _artifacts = [];
    private readonly SortedDictionary<string, double> _figures = new(StringComparer.Ordinal);

    public IReadOnlyList<(string File, byte[] Bytes)> Files => _files;

    public ModelCard Card => new()
    {
        Name = name,
        Description = description,
        Data = data,
        Command = $"og model train {name}",
        Artifacts = [.. _artifacts],
        Figures = _figures.ToImmutableSortedDictionary(StringComparer.Ordinal),
    };

    /// <param name="artifact">The model.</param>
    /// <param name="given">Inputs as they are asked, for the spread: on others it may be larger than it ever is, or smaller.</param>
    /// <param name="use">How it is asked, for people.</param>
    public TrainedSample AddFloat(byte[] artifact, IEnumerable<Tensor> given, string use)
    {
        if (OnnxArtifact.Inspect(artifact, ArtifactLimits.Default) is not ArtifactReading.Accepted(var signature, _))
            throw new InvalidOperationException("What was exported is refused.");
        var spread = SpreadMeasurement.Measure(
            artifact, [.. given.Take(SpreadQuestions).Select(input => ImmutableArray.Create(input))], new SpreadOptions { RandomQuestions = 0 }, CancellationToken.None);
        var tolerance = spread.Suggested;
        _files.Add((SampleModels.OnnxFile, artifact));
        _artifacts.Add(new ArtifactCard
        {
            File = SampleModels.OnnxFile,
            Semantics = "Float",
            ArtifactHash = ArtifactSource.HashOf(artifact).ToString(),
            SignatureHash = signature.Hash.ToString(),
            ToleranceAbs = tolerance.Absolute.ToString(provider: null),
            ToleranceRel = tolerance.Relative.ToString(provider: null),
            Use = use,
        });
        return AddFigure("spreadAbs", spread.Absolute).AddFigure("spreadRel", spread.Relative);
    }

    public TrainedSample AddInteger(IntegerModel model, string use)
    {
        var artifact = model.Write();
        _files.Add((SampleModels.IntegerFile, artifact));
        _artifacts.Add(new ArtifactCard
        {
            File = SampleModels.IntegerFile,
            Semantics = "Integer",
            ArtifactHash = ArtifactSource.HashOf(artifact).ToString(),
            SignatureHash = model.Signature.Hash.ToString(),
            DescriptorHash = model.Descriptor.Hash.ToString(),
            Use = use,
        });
        return this;
    }

    public TrainedSample AddFigures(IEnumerable<KeyValuePair<string, double>> figures)
    {
        foreach (var (figure, value) in figures)
            AddFigure(figure, value);
        return this;
    }

    public TrainedSample AddFigure(string figure, double value)
    {
        // Spreads are small: so many digits of the number, not of its decimals.
        _figures.Add(figure, double.Parse(value.ToString($"G{FigureDigits}", provider: null), provider: null));
        return this;
    }
}
