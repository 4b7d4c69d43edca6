using System.Collections.Immutable;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Inference.Integer;
using OpenGradient.Prover;
using OpenGradient.Prover.Proving;
using OpenGradient.Prover.Setup;
using OpenGradient.Prover.Statements;

namespace OpenGradient.Benchmarks.Forgeries;

/// <summary>Models of several shapes and a development setup, of which proofs are made that hold.</summary>
internal static class ForgeryWorld
{
    private const string Seed = "forgeries";
    private const int SetupLength = 1 << 12;

    public static ProvingSetup Setup(Work work) => DevelopmentSetup.FromSeed(Seed, SetupLength, work);

    /// <summary>A forger for one verifier, with all that it is given to start from.</summary>
    public static Forger Forger(ProvingSetup setup, ProofContext context, Work work)
    {
        List<TrueProof> proofs = [];
        List<TrueProof> elsewhere = [];
        foreach (var (name, model) in Models())
        {
            var committed = CommittedModel.Create(model, setup, work);
            foreach (var cache in new[] { null, VersionCache.Fill(committed, progress: null, work) })
            {
                foreach (var (count, draw) in ((int, string)[])[(1, "a"), (1, "b"), (3, "a"), (3, "b")])
                    proofs.Add(TrueProof.Make(committed, cache, context, $"{name} {draw}", count, work));
                elsewhere.Add(TrueProof.Make(committed, cache, context with { ChainId = new ChainId(1) }, $"{name} chain", 2, work));
                elsewhere.Add(TrueProof.Make(committed, cache, context with { Verifier = Address.Zero }, $"{name} verifier", 2, work));
            }
        }

        return new Forger(proofs, elsewhere, new Trapdoor(DevelopmentSetup.TauOf(Seed), context));
    }

    private static IEnumerable<(string Name, IntegerModel Model)> Models()
    {
        yield return ("16-64-32-3", Model(rows: 16, [16, 64, 32, 3], 1));
        yield return ("blocks", Model(rows: 4, [7, 6, 9, 2], 2));
        // One row: the long form's Q is infinity.
        yield return ("one row", Model(rows: 1, [3, 1], 3));
        yield return ("wide", Model(rows: 5, [100, 5, 4], 4));
    }

    private static IntegerModel Model(int rows, int[] sizes, int seed)
    {
        var random = new Random(seed);
        var terms = ImmutableArray.CreateBuilder<LayerTerms>();
        var layers = ImmutableArray.CreateBuilder<IntegerLayer>();
        for (var i = 1; i < sizes.Length; i++)
        {
            terms.Add(new LayerTerms(sizes[i], (uint)(Math.ScaleB(60, 31) / (Math.Sqrt(sizes[i - 1]) * 74 * 74)), 31, (sbyte)(i - 2), (short)(i % 2 == 0 ? -128 : 0), 127));
            layers.Add(new IntegerLayer(
                Enumerable.Range(0, sizes[i - 1] * sizes[i]).Select(_ => (short)random.Next(-128, 128)).ToArray(),
                Enumerable.Range(0, sizes[i]).Select(_ => random.Next(-9000, 9000)).ToArray()));
        }

        var fault = IntegerDescriptor.TryCreate(rows, sizes[0], IntegerDescriptor.MaxAccumulatorBytes, terms.ToImmutable(), out var descriptor);
        return fault is null && IntegerModel.Create(descriptor!, layers.ToImmutable()) is IntegerReading.Accepted(var model)
            ? model
            : throw new InvalidOperationException($"A model that proofs are forged of has no integer form: {fault}");
    }
}
