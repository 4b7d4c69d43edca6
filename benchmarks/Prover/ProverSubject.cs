using System.Collections.Immutable;
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
internal sealed record ProvedModel(string Name, int[] Sizes, double? ColdLimitMs, double? WarmLimitMs)
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

    public ProverSubject(ProvedModel model, Work work)
    {
        var random = new Random(1);
        var integers = Create(model.Sizes, random);
        _setup = DevelopmentSetup.FromSeed("bench", WeightLayout.Of(integers.Descriptor)!.Coefficients, work);
        Model = CommittedModel.Create(integers, _setup, work);
        _prover = new InferenceProver(Model, Context);
        _verifier = new ProofVerifier(_setup.Verifier, Context);
        _inferences = new InferenceToProve[64];
        for (var i = 0; i < _inferences.Length; i++)
        {
            var input = new byte[model.Sizes[0]];
            random.NextBytes(input);
            _inferences[i] = new InferenceToProve(input, Hash32.FromUInt256(new UInt256((ulong)i)));
        }
    }

    public CommittedModel Model { get; }

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
