using System.Collections.Immutable;
using Microsoft.ML.OnnxRuntime;
using OpenGradient.Inference.Artifacts;
using OpenGradient.Inference.Backends.Onnx;
using Tensor = OpenGradient.Inference.Tensors.Tensor;

namespace OpenGradient.Inference.Measuring;

/// <summary>What is run to find a spread.</summary>
public sealed record SpreadOptions
{
    /// <summary>How many random inputs are run beside those that are given.</summary>
    public int RandomQuestions { get; init; } = 64;

    /// <summary>The size of dynamic axes, but for the first, of random inputs.</summary>
    public uint OtherAxes { get; init; } = 16;

    public ImmutableArray<int> Threads { get; init; } = [1, 2, 4];

    /// <summary>How many questions are joined in a run, where the model can.</summary>
    public ImmutableArray<int> Batches { get; init; } = [1, 3, 8, 32];

    /// <summary>Where CUDA's provider library lies.</summary>
    public string? CudaFolder { get; init; }
}

/// <summary>Raised where a model cannot be measured.</summary>
public sealed class MeasurementException(string message) : Exception(message);

/// <summary>
/// Runs one model in every way that a node may run it, and reports how far the answers are apart: the basis of the tolerance that its publisher publishes.
/// </summary>
public static class SpreadMeasurement
{
    private const int MaxAnswerBytes = 1 << 28;

    // Beside the greatest output, what is smaller has no relative spread worth the name: the absolute one covers it.
    private const double Small = 1e-3;

    /// <param name="artifact">An ONNX artifact that was accepted.</param>
    /// <param name="given">Inputs of the publisher's, each in the signature's order.</param>
    /// <param name="options">What to run.</param>
    /// <param name="cancellationToken">Ends the measurement between two runs.</param>
    /// <exception cref="MeasurementException">The runtime does not run the model, or a number is not finite.</exception>
    public static SpreadReport Measure(
        ReadOnlyMemory<byte> artifact, IReadOnlyList<ImmutableArray<Tensor>> given, SpreadOptions options, CancellationToken cancellationToken)
    {
        if (OnnxArtifact.Inspect(artifact, ArtifactLimits.Default) is not ArtifactReading.Accepted(var signature, _))
            throw new MeasurementException("The artifact is refused.");
        if (given.Count + options.RandomQuestions == 0)
            throw new MeasurementException("There is no input to run.");
        List<ImmutableArray<Tensor>> questions =
            [.. given, .. Enumerable.Range(1, options.RandomQuestions).Select(i => RandomTensors.Draw(signature, rows: 1, options.OtherAxes, (ulong)i))];
        try
        {
            return Measure(artifact, signature, questions, options, cancellationToken);
        }
        catch (Exception error) when (error is OnnxRuntimeException or OnnxSessionException)
        {
            throw new MeasurementException(OnnxText.Clean(error.Message));
        }
    }

    private static SpreadReport Measure(
        ReadOnlyMemory<byte> artifact, ModelSignature signature, List<ImmutableArray<Tensor>> questions, SpreadOptions options,
        CancellationToken cancellationToken)
    {
        var cpu = OnnxRuntimeEnvironment.Create(ExecutionProvider.Cpu, cudaFolder: null);
        var cuda = OnnxRuntimeEnvironment.Create(ExecutionProvider.Auto, options.CudaFolder);
        var ways = new List<WaySpread>();
        double[][]? first = null;
        foreach (var way in Ways(cpu, cuda, options))
        {
            foreach (var (batch, answers) in RunWay(way, artifact, signature, questions, options, cancellationToken))
            {
                if (first is not null)
                    ways.Add(Compare($"{way.Environment.Chosen.Provider}, {way.Threads} threads, {way.Level}, {batch} rows", first, answers));
                first ??= Array.Exists(answers, answer => answer.Length == 0)
                    ? throw new MeasurementException("The model gives no floats: it has no spread.")
                    : answers;
            }
        }

        ImmutableArray<string> leftOut = cuda.Chosen.Provider == ExecutionProvider.Cuda ? [] : [$"CUDA: {cuda.Chosen.Reason}"];
        return new SpreadReport(questions.Count, first!.SelectMany(answer => answer).Max(Math.Abs), [.. ways], leftOut);
    }

    private static IEnumerable<Way> Ways(OnnxRuntimeEnvironment cpu, OnnxRuntimeEnvironment cuda, SpreadOptions options)
    {
        foreach (var level in (GraphOptimizationLevel[])[GraphOptimizationLevel.ORT_ENABLE_ALL, GraphOptimizationLevel.ORT_DISABLE_ALL])
        {
            foreach (var threads in options.Threads)
                yield return new Way(cpu, threads, level);
        }

        if (cuda.Chosen.Provider == ExecutionProvider.Cuda)
            yield return new Way(cuda, 1, GraphOptimizationLevel.ORT_ENABLE_ALL);
    }

    private static List<(int Batch, double[][] Answers)> RunWay(
        Way way, ReadOnlyMemory<byte> artifact, ModelSignature signature, List<ImmutableArray<Tensor>> questions, SpreadOptions options,
        CancellationToken cancellationToken)
    {
        using var sessionOptions = way.Environment.CreateOptions(way.Threads, way.Level);
        using var session = OnnxSession.Create(artifact, signature, sessionOptions, MaxAnswerBytes);
        var batches = BatchTrial.Holds(session, signature, cancellationToken) ? options.Batches : [1];
        return [.. batches.Select(batch => (batch, Run(session, questions, batch, cancellationToken)))];
    }

    private static double[][] Run(OnnxSession session, List<ImmutableArray<Tensor>> questions, int batch, CancellationToken cancellationToken)
    {
        var answers = new List<double[]>(questions.Count);
        using var runOptions = new RunOptions();
        foreach (var group in Groups(questions, batch))
        {
            cancellationToken.ThrowIfCancellationRequested();
            var outputs = session.Run(Batching.Join(group), runOptions);
            if (batch == 1)
            {
                answers.Add(ToNumbers(outputs));
                continue;
            }

            if (!Batching.TrySplit(outputs, [.. group.Select(Batching.RowsOf)], out var split))
                throw new MeasurementException("The model does not give as many rows as it is given.");
            answers.AddRange(split.Select(ToNumbers));
        }

        return [.. answers];
    }

    // Neighbours that differ in their rows only; given inputs may have other shapes than random ones.
    private static IEnumerable<List<ImmutableArray<Tensor>>> Groups(List<ImmutableArray<Tensor>> questions, int batch)
    {
        var group = new List<ImmutableArray<Tensor>>();
        foreach (var question in questions)
        {
            if (group.Count == batch || (group.Count > 0 && (Batching.RowsOf(question) == 0 || !Batching.AreAlike(group[0], question))))
            {
                yield return group;
                group = [];
            }

            group.Add(question);
        }

        if (group.Count > 0)
            yield return group;
    }

    private static double[] ToNumbers(ImmutableArray<Tensor> outputs) => [.. outputs.SelectMany(FloatReading.ToDoubles)];

    private static WaySpread Compare(string way, double[][] first, double[][] answers)
    {
        var absolute = 0.0;
        var relative = 0.0;
        for (var i = 0; i < first.Length; i++)
        {
            var greatest = first[i].Max(Math.Abs);
            for (var j = 0; j < first[i].Length; j++)
            {
                var distance = Math.Abs(answers[i][j] - first[i][j]);
                if (!double.IsFinite(distance))
                    throw new MeasurementException("An output is not finite, so that it agrees with nothing.");
                absolute = Math.Max(absolute, distance);
                if (Math.Abs(first[i][j]) > Small * greatest)
                    relative = Math.Max(relative, distance / Math.Abs(first[i][j]));
            }
        }

        return new WaySpread(way, absolute, relative);
    }

    private sealed record Way(OnnxRuntimeEnvironment Environment, int Threads, GraphOptimizationLevel Level);
}
