using System.Collections.Immutable;
using Microsoft.ML.OnnxRuntime;
using OpenGradient.Inference.Artifacts;
using OpenGradient.Inference.Backends.Onnx;
using OpenGradient.Inference.Tensors;
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

    /// <summary>Where CUDA's provider library lies. Where it is named, CUDA is measured or nothing is.</summary>
    public string? CudaFolder { get; init; }

    /// <summary>The most memory of the GPU that the model's tensors may take, in bytes.</summary>
    public long CudaModelBytes { get; init; } = OnnxBackendOptions.DefaultCudaModelBytes;

    /// <summary>A tolerance that the spread is held against; null for none.</summary>
    public Tolerance? Tolerance { get; init; }
}

/// <summary>Raised where a model cannot be measured.</summary>
public sealed class MeasurementException(string message) : Exception(message);

/// <summary>
/// Runs one model in every way that a node may run it, and reports how far the answers are apart: the basis of the tolerance that its publisher publishes.
/// </summary>
public static class SpreadMeasurement
{
    private const int MaxAnswerBytes = 1 << 28;

    // The second shows what a session chooses anew each time it is made.
    private const int CudaSessions = 2;

    /// <param name="artifact">An ONNX artifact that was accepted.</param>
    /// <param name="given">Inputs of the publisher's, each in the signature's order.</param>
    /// <param name="options">What to run.</param>
    /// <param name="cancellationToken">Ends the measurement between two runs.</param>
    /// <exception cref="MeasurementException">
    /// The runtime does not run the model, no tolerance makes its answers agree, there is nothing to ask it, or CUDA was named and is not to be had.
    /// </exception>
    public static SpreadReport Measure(
        ReadOnlyMemory<byte> artifact, IReadOnlyList<ImmutableArray<Tensor>> given, SpreadOptions options, CancellationToken cancellationToken)
    {
        if (OnnxArtifact.Inspect(artifact, ArtifactLimits.Default) is not ArtifactReading.Accepted(var signature, _))
            throw new MeasurementException("The artifact is refused.");
        if (!signature.Outputs.Any(output => SpreadComparison.IsFloat(output.DataType)))
            throw new MeasurementException("The model gives no floats: it has no spread.");
        var questions = SpreadQuestions.Of(signature, given, options);
        try
        {
            return Measure(artifact, signature, questions, options, cancellationToken);
        }
        catch (CudaUnavailableException error)
        {
            throw new MeasurementException(error.Message);
        }
        catch (Exception error) when (error is OnnxRuntimeException or OnnxSessionException)
        {
            throw new MeasurementException(OnnxText.Clean(error.Message));
        }
    }

    private static SpreadReport Measure(
        ReadOnlyMemory<byte> artifact, ModelSignature signature, IReadOnlyList<ImmutableArray<Tensor>> questions, SpreadOptions options,
        CancellationToken cancellationToken)
    {
        var cpu = OnnxRuntimeEnvironment.Create(ExecutionProvider.Cpu, cudaFolder: null);
        var cuda = options.CudaFolder is null ? null : OnnxRuntimeEnvironment.Create(ExecutionProvider.Cuda, options.CudaFolder, options.CudaModelBytes);
        var ways = new List<WaySpread>();
        var withinCuda = new List<WaySpread>();
        IReadOnlyList<ImmutableArray<Tensor>>? first = null, firstOnCuda = null;
        foreach (var way in Ways(cpu, cuda, options))
        {
            foreach (var (batch, answers) in RunWay(way, artifact, signature, questions, options, cancellationToken))
            {
                var name = $"{way}, {batch} rows";
                if (first is not null)
                    ways.Add(SpreadComparison.Compare(name, first, answers, options.Tolerance) with { Device = way.Device });
                if (firstOnCuda is not null)
                    withinCuda.Add(SpreadComparison.Compare(name, firstOnCuda, answers, options.Tolerance) with { Device = way.Device });
                first ??= answers;
                firstOnCuda ??= way.Device == ExecutionProvider.Cuda ? answers : null;
            }
        }

        ImmutableArray<string> leftOut = cuda is null ? ["CUDA: no folder with its provider library was named"] : [];
        return new SpreadReport(questions.Count, SpreadComparison.GreatestOf(first!), [.. ways], leftOut) { WithinCuda = [.. withinCuda] };
    }

    private static IEnumerable<Way> Ways(OnnxRuntimeEnvironment cpu, OnnxRuntimeEnvironment? cuda, SpreadOptions options)
    {
        foreach (var level in (GraphOptimizationLevel[])[GraphOptimizationLevel.ORT_ENABLE_ALL, GraphOptimizationLevel.ORT_DISABLE_ALL])
        {
            foreach (var threads in options.Threads)
                yield return new Way(cpu, threads, level, Session: 1);
        }

        for (var session = 1; cuda is not null && session <= CudaSessions; session++)
            yield return new Way(cuda, 1, GraphOptimizationLevel.ORT_ENABLE_ALL, session);
    }

    // One after the other: what is compared is kept, and the answers of two ways at a time are enough.
    private static IEnumerable<(int Batch, IReadOnlyList<ImmutableArray<Tensor>> Answers)> RunWay(
        Way way, ReadOnlyMemory<byte> artifact, ModelSignature signature, IReadOnlyList<ImmutableArray<Tensor>> questions, SpreadOptions options,
        CancellationToken cancellationToken)
    {
        using var sessionOptions = way.Environment.CreateOptions(way.Threads, way.Level);
        using var session = OnnxSession.Create(artifact, signature, sessionOptions, MaxAnswerBytes);
        var batches = BatchTrial.Holds(session, signature, cancellationToken) ? options.Batches : [1];
        foreach (var batch in batches)
            yield return (batch, Run(session, questions, batch, cancellationToken));
    }

    private static List<ImmutableArray<Tensor>> Run(
        OnnxSession session, IReadOnlyList<ImmutableArray<Tensor>> questions, int batch, CancellationToken cancellationToken)
    {
        var answers = new List<ImmutableArray<Tensor>>(questions.Count);
        using var runOptions = new RunOptions();
        foreach (var group in Groups(questions, batch))
        {
            cancellationToken.ThrowIfCancellationRequested();
            var outputs = session.Run(Batching.Join(group), runOptions);
            if (batch == 1)
            {
                answers.Add(outputs);
                continue;
            }

            if (!Batching.TrySplit(outputs, [.. group.Select(Batching.RowsOf)], out var split))
                throw new MeasurementException("The model does not give as many rows as it is given.");
            answers.AddRange(split);
        }

        return answers;
    }

    // Neighbours that differ in their rows only; given inputs may have other shapes than random ones.
    private static IEnumerable<List<ImmutableArray<Tensor>>> Groups(IReadOnlyList<ImmutableArray<Tensor>> questions, int batch)
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

    private sealed record Way(OnnxRuntimeEnvironment Environment, int Threads, GraphOptimizationLevel Level, int Session)
    {
        public ExecutionProvider Device => Environment.Chosen.Provider;

        public override string ToString() => Device == ExecutionProvider.Cuda ? $"{Device}, session {Session}, {Level}" : $"{Device}, {Threads} threads, {Level}";
    }
}
