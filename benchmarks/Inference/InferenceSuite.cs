using System.Collections.Immutable;
using OpenGradient.Benchmarks.Measuring;
using OpenGradient.Inference.Backends;
using OpenGradient.Inference.Backends.Onnx;
using OpenGradient.Inference.Measuring;
using OpenGradient.Inference.Tensors;

namespace OpenGradient.Benchmarks.Inference;

/// <summary>
/// How many questions the sample models and a large one answer a second, beside a session of the runtime's without pool and batches; and how far their answers are
/// apart. With a GPU the same on CUDA, held against the published tolerances.
/// </summary>
public sealed class InferenceSuite : BenchmarkSuite, ICountedSuite, ICudaSuite
{
    // What stands between the parts of a row's name: model, how it was asked, what was measured.
    internal const string Bar = " | ";
    internal const string Rate = "questions a second";
    internal const string Wait = "until all are answered, median";
    internal const string Tail = "until all are answered, 99 of 100";
    internal const string CudaRate = "questions a second on CUDA";
    internal const string CudaWait = "until all are answered on CUDA, median";
    internal const string Spread = "spread";
    internal const string OnCpu = "on the CPU";
    internal const string OnCuda = "on CUDA, of sessions and batches";
    internal const string CudaToCpu = "of CUDA to the CPU";
    internal const string OfTolerance = "of the tolerance";
    internal const string Absolute = "absolute";

    private const int DefaultRounds = 7;
    private const int Pictures = 32;
    private const int FewPictures = 8;
    private const int LongestMs = 600_000;

    private static readonly int[] AtOnce = [1, 8, 32];
    private static readonly TimeSpan RoundTime = TimeSpan.FromMilliseconds(200);

    private readonly int _rounds;
    private readonly string? _cudaFolder;

    public InferenceSuite()
        : this(DefaultRounds, cudaFolder: null)
    {
    }

    private InferenceSuite(int rounds, string? cudaFolder) => (_rounds, _cudaFolder) = (rounds, cudaFolder);

    public override string Name => "inference";

    public override string Description => "questions a second of the sample models and a ResNet-50, on the CPU and on CUDA, and how far answers are apart";

    public override bool IsKept => true;

    public BenchmarkSuite Of(int count) => new InferenceSuite(count, _cudaFolder);

    public BenchmarkSuite On(string cudaFolder) => new InferenceSuite(_rounds, cudaFolder);

    public override async Task<IReadOnlyList<string>> KeepAsync(string repositoryRoot, BenchmarkReport report, CancellationToken cancellationToken) =>
        [await InferencePage.WriteAsync(repositoryRoot, report, cancellationToken)];

    /// <exception cref="CudaUnavailableException">CUDA was asked for, and is not to be had.</exception>
    public override async Task<BenchmarkReport> RunAsync(string repositoryRoot, IProgress<string> progress, CancellationToken cancellationToken)
    {
        await using var cpu = new OnnxBackend(Options(ExecutionProvider.Cpu), TimeProvider.System);
        // Before anything is measured: whoever asked for a GPU wants nothing else.
        await using var cuda = _cudaFolder is null ? null : new OnnxBackend(Options(ExecutionProvider.Cuda), TimeProvider.System);
        var pictures = _rounds < DefaultRounds ? FewPictures : Pictures;
        List<BenchmarkRow> rows = [];
        await foreach (var model in BenchedModel.AllAsync(repositoryRoot, pictures, cancellationToken))
        {
            if (model.IsInteger)
            {
                progress.Report(model.Name);
                rows.AddRange(await IntegersAsync(model, cancellationToken));
                continue;
            }

            foreach (var questions in AtOnce.Where(count => count == 1 || model.TakesRows))
            {
                progress.Report($"{model.Name}, {questions} at once");
                rows.AddRange(await FloatsAsync(model, questions, cpu, cuda, cancellationToken));
            }

            progress.Report($"{model.Name}: how far answers are apart");
            rows.AddRange(Spreads(model, cancellationToken));
        }

        var device = cuda is null ? null : await GpuName.FindAsync(cancellationToken);
        return new BenchmarkReport(Name, Machine.Describe(device is null ? PlainSession.Runtime : $"{PlainSession.Runtime}, {device}"), rows, NoteOf(device));
    }

    private OnnxBackendOptions Options(ExecutionProvider provider) => new()
    {
        Provider = provider,
        CudaFolder = _cudaFolder,
        MaxConcurrentRuns = 1,
        MaxBatch = AtOnce[^1],
        RunLimitMs = LongestMs,
        LoadLimitMs = LongestMs,
    };

    private async Task<IReadOnlyList<BenchmarkRow>> FloatsAsync(
        BenchedModel model, int questions, OnnxBackend cpu, OnnxBackend? cuda, CancellationToken cancellationToken)
    {
        using var plain = new PlainSession(model.Artifact, model.Version.Signature);
        var asked = Enumerable.Range(0, questions).Select(i => model.Questions[i % model.Questions.Count]).ToList();
        var joined = Join(asked);
        var (ours, theirs, onCuda) = (new WaveTiming(questions, RoundTime), new WaveTiming(questions, RoundTime), new WaveTiming(questions, RoundTime));
        // One wave beforehand loads and warms each, and shows that both compute the same.
        var answer = (await AskAsync(cpu, model, asked, cancellationToken))[0];
        var alone = plain.Run(asked[0]);
        if (questions == 1 && !answer.Zip(alone).All(pair => pair.First.Data.Span.SequenceEqual(pair.Second)))
            throw new InvalidOperationException($"{model.Name}: the backend and the plain session answer differently.");
        plain.Run(joined);
        if (cuda is not null)
            await AskAsync(cuda, model, asked, cancellationToken);
        for (var round = 0; round < _rounds; round++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            await ours.RoundAsync(() => AskAsync(cpu, model, asked, cancellationToken));
            await theirs.RoundAsync(() => Task.FromResult(plain.Run(joined)));
            if (cuda is not null)
                await onCuda.RoundAsync(() => AskAsync(cuda, model, asked, cancellationToken));
        }

        var name = $"{model.Name}{Bar}{questions} at once{Bar}";
        const string Plain = "a plain session, one run for all of them";
        List<BenchmarkRow> rows =
        [
            Row(name + Rate, "1/s", ours.Rate) with
            {
                Spread = ours.Spread,
                Baseline = theirs.Rate,
                BaselineSpread = theirs.Spread,
                BaselineName = Plain,
                Ratio = ours.RatioTo(theirs),
            },
            Row(name + Wait, "ms", ours.WaitMs) with { Baseline = theirs.WaitMs, BaselineName = Plain },
        ];
        if (ours.TailMs is { } tail)
            rows.Add(Row(name + Tail, "ms", tail) with { Baseline = theirs.TailMs, BaselineName = Plain });
        if (cuda is not null)
        {
            rows.Add(Row(name + CudaRate, "1/s", onCuda.Rate) with
            {
                Spread = onCuda.Spread,
                Baseline = ours.Rate,
                BaselineSpread = ours.Spread,
                BaselineName = "the CPU, one thread",
                Ratio = onCuda.RatioTo(ours),
            });
            rows.Add(Row(name + CudaWait, "ms", onCuda.WaitMs) with { Baseline = ours.WaitMs, BaselineName = "the CPU, one thread" });
        }

        return rows;
    }

    private async Task<IReadOnlyList<BenchmarkRow>> IntegersAsync(BenchedModel model, CancellationToken cancellationToken)
    {
        var backend = new IntegerBackend();
        var timing = new WaveTiming(1, RoundTime);
        await AskAsync(backend, model, [model.Questions[0]], cancellationToken);
        for (var round = 0; round < _rounds; round++)
            await timing.RoundAsync(() => AskAsync(backend, model, [model.Questions[0]], cancellationToken));
        var name = $"{model.Name}{Bar}1 at once{Bar}";
        return [Row(name + Rate, "1/s", timing.Rate) with { Spread = timing.Spread }, Row(name + Wait, "ms", timing.WaitMs)];
    }

    private List<BenchmarkRow> Spreads(BenchedModel model, CancellationToken cancellationToken)
    {
        var options = new SpreadOptions { RandomQuestions = 0, Batches = [.. AtOnce], Tolerance = model.Published };
        var onCpu = SpreadMeasurement.Measure(model.Artifact, model.Questions, options, cancellationToken);
        var rows = RowsOf(model.Name, OnCpu, onCpu.Ways, model.Published is not null);
        if (_cudaFolder is null)
            return rows;

        // Where nothing was published, what measuring on the CPU alone would have had published: whether it holds on a GPU.
        var both = SpreadMeasurement.Measure(
            model.Artifact, model.Questions, options with { Threads = [1], CudaFolder = _cudaFolder, Tolerance = model.Published ?? onCpu.Suggested }, cancellationToken);
        rows.AddRange(RowsOf(model.Name, OnCuda, both.WithinCuda, isHeld: true));
        rows.AddRange(RowsOf(model.Name, CudaToCpu, [.. both.Ways.Where(way => way.Device == ExecutionProvider.Cuda)], isHeld: true));
        return rows;
    }

    internal static List<BenchmarkRow> RowsOf(string model, string between, IReadOnlyCollection<WaySpread> ways, bool isHeld)
    {
        var name = $"{model}{Bar}{Spread} {between}{Bar}";
        var share = ways.Max(way => way.Share);
        List<BenchmarkRow> rows = [Row(name + Absolute, "1", ways.Max(way => way.Absolute))];
        if (isHeld)
            rows.Add(Row(name + OfTolerance, "1", share) with { Limit = 1, Met = share <= 1 });
        return rows;
    }

    private static async Task<IReadOnlyList<ImmutableArray<Tensor>>> AskAsync(
        IInferenceBackend backend, BenchedModel model, IReadOnlyList<ImmutableArray<Tensor>> questions, CancellationToken cancellationToken)
    {
        var outcomes = await Task.WhenAll(questions.Select(question => backend.InferAsync(model.Version, question, cancellationToken)));
        return [.. outcomes.Select(outcome => outcome is InferenceOutcome.Answered(var outputs)
            ? outputs
            : throw new InvalidOperationException($"{model.Name} on {backend.Name} gave no answer: {outcome}"))];
    }

    private static ImmutableArray<Tensor> Join(List<ImmutableArray<Tensor>> questions) => questions.Count == 1 ? questions[0] :
    [
        .. questions[0].Select((first, i) => first with
        {
            Dims = first.Dims.SetItem(0, (uint)questions.Count),
            Data = questions.SelectMany(question => question[i].Data.ToArray()).ToArray(),
        }),
    ];

    private static BenchmarkRow Row(string name, string unit, double value) => new(
        name, unit, value, Spread: 0, Baseline: null, BaselineSpread: null, BaselineName: null, Ratio: null, Goal: null, Limit: null, Met: null);

    private string NoteOf(string? device) =>
        $"Medians of {_rounds} round{(_rounds == 1 ? string.Empty : "s")} of {RoundTime.TotalMilliseconds:0} ms or one wave, by turns. A wave is so many questions of one row, asked at once of one model; one run at a time, one thread a run. The baseline "
        + "is the runtime's session without pool, limits and batches, which is given all questions of the wave joined beforehand: a ratio below 1 is what asking one by one costs. "
        + "The large model is a residual network of 50 layers, 25.5 million parameters, random weights. Spread is the greatest difference between the answers of two ways of running "
        + "a model: threads, the runtime's optimisations, rows in a run, and on CUDA sessions; "
        + "beside it how much of the published tolerance that is, of which 1 is the most. "
        + (device is null
            ? "CUDA was not measured: no machine with a GPU was there, or none was named (docs/inference.md)."
            : $"CUDA: {device}. What has no published tolerance (the large model, and that of others) is held against the one that measuring on the CPU alone suggests.");
}
