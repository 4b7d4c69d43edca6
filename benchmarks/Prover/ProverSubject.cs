using System.Collections.Immutable;
using OpenGradient.Benchmarks.Gas.Proofs;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Inference.Integer;
using OpenGradient.Prover;
using OpenGradient.Prover.Layout;
using OpenGradient.Prover.Proving;
using OpenGradient.Prover.Setup;
using OpenGradient.Prover.Statements;
using OpenGradient.Prover.Verifying;

namespace OpenGradient.Benchmarks.Prover;

/// <summary>A model to be proved, and the most that its proofs may take.</summary>
internal sealed record ProvedModel(string Name, int[] Sizes, double? ColdLimitMs, double? WarmLimitMs, double? MemoryLimitMiB = null)
{
    private const int LargeWeights = 500_000;

    public bool IsLarge => Sizes.Zip(Sizes.Skip(1), (inputs, outputs) => (long)inputs * outputs).Sum() > LargeWeights;
}

/// <summary>A model of random weights under a development setup, with its prover and verifier.</summary>
internal sealed class ProverSubject
{
    private static readonly ProofContext Context = new(new ChainId(1), Address.Zero);

    private readonly InferenceProver _prover;
    private readonly ProofVerifier _verifier;
    private readonly ProvingSetup _setup;
    private readonly InferenceToProve[] _inferences;

    private ProverSubject(IntegerModel model, ProvingSetup setup, Random random, Work work)
    {
        _setup = setup;
        Model = CommittedModel.Create(model, setup, work);
        _prover = new InferenceProver(Model, Context);
        _verifier = new ProofVerifier(_setup.Verifier, Context);
        _inferences = new InferenceToProve[64];
        for (var i = 0; i < _inferences.Length; i++)
        {
            var input = new byte[model.Descriptor.Inputs];
            random.NextBytes(input);
            _inferences[i] = new InferenceToProve(input, Hash32.FromUInt256(new UInt256((ulong)i)));
        }
    }

    public CommittedModel Model { get; }

    /// <summary>One input and its output, for a peer that proves the same model.</summary>
    public (ReadOnlyMemory<byte> Input, IReadOnlyList<int> Output) Answer => (_inferences[0].Input, [.. IntegerExecutor.Run(Model.Model, _inferences[0].Input.Span)]);

    /// <summary>Makes the model's setup, of the secret that a local chain's verifier has, and keeps it in a file: what an operator imports.</summary>
    public static async Task WriteSetupAsync(ProvedModel model, string file, Work work)
    {
        var setup = DevelopmentSetup.FromSeed(ProofCases.SetupSeed, checked((int)WeightLayout.Of(Create(model.Sizes, new Random(1)).Descriptor)!.Coefficients), work);
        await using var stream = File.Create(file);
        await SetupFile.WriteAsync(setup, stream, work.CancellationToken);
    }

    /// <summary>As an operator does: reads and checks the setup, and commits to the model.</summary>
    public static async Task<ProverSubject> OpenAsync(ProvedModel model, string file, Work work)
    {
        var random = new Random(1);
        var integers = Create(model.Sizes, random);
        await using var stream = File.OpenRead(file);
        return await SetupFile.ReadAsync(stream, work) is SetupReading.Accepted(var setup)
            ? new ProverSubject(integers, setup, random, work)
            : throw new InvalidOperationException("The setup that was written was refused.");
    }

    public void Commit(Work work) => CommittedModel.Create(Model.Model, _setup, work);

    public Proof ProveShort(int batch, Work work) => _prover.ProveShort(_inferences[..batch], work);

    public Proof ProveLong(VersionCache cache, int batch, Work work) => _prover.ProveLong(cache, _inferences[..batch], work);

    public void Verify(Proof proof)
    {
        if (_verifier.Verify(proof.Statements, proof.Bytes) is not ProofVerdict.Holds)
            throw new InvalidOperationException("A proof that was measured does not hold.");
    }

    private static IntegerModel Create(int[] sizes, Random random)
    {
        var terms = ImmutableArray.CreateBuilder<LayerTerms>();
        var layers = ImmutableArray.CreateBuilder<IntegerLayer>();
        for (var i = 1; i < sizes.Length; i++)
        {
            terms.Add(new LayerTerms(sizes[i], (uint)(Math.ScaleB(60, 31) / (Math.Sqrt(sizes[i - 1]) * 74 * 74)), 31, 0, 0, 127));
            var weights = new short[sizes[i - 1] * sizes[i]];
            foreach (ref var weight in weights.AsSpan())
                weight = (short)random.Next(-128, 128);
            var biases = new int[sizes[i]];
            foreach (ref var bias in biases.AsSpan())
                bias = random.Next(-9000, 9000);
            layers.Add(new IntegerLayer(weights, biases));
        }

        var rows = FoldRows.Choose(sizes[0], terms.ToImmutable(), ProofForm.Long)!.Value;
        var fault = IntegerDescriptor.TryCreate(rows, sizes[0], IntegerDescriptor.MaxAccumulatorBytes, terms.ToImmutable(), out var descriptor);
        return fault is null && IntegerModel.Create(descriptor!, layers.ToImmutable()) is IntegerReading.Accepted(var model)
            ? model
            : throw new InvalidOperationException($"The model that is measured has no integer form: {fault}");
    }
}
