using System.Text;
using System.Text.Json;
using OpenGradient.Ethereum.Crypto;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Inference.Integer;
using OpenGradient.Prover.Layout;
using OpenGradient.Prover.Proving;
using OpenGradient.Prover.Statements;
using OpenGradient.Prover.Verifying;
using OpenGradient.Support;

namespace OpenGradient.Prover.Tests.Golden;

/// <summary>The proofs that both verifiers must accept; docs/proofs.md says what is in the file.</summary>
internal static class GoldenProofs
{
    private static readonly JsonSerializerOptions Json = new() { WriteIndented = true, NewLine = "\n", PropertyNamingPolicy = JsonNamingPolicy.CamelCase };

    public static string Path => Repository.PathOf("contracts", "test", "ProofVerifier", "golden.json");

    public static ProofContext Context { get; } = new(new ChainId(31337), Address.Parse("0x5615dEB798BB3E4dFa0139dFa1b3D433Cc23b72f"));

    public static string Make()
    {
        var proofs = new List<object>();
        foreach (var (name, model, inputs) in Models())
        {
            var committed = CommittedModel.Create(model, TestModels.Setup, TestWork.Here);
            var prover = new InferenceProver(committed, Context);
            var cache = VersionCache.Fill(committed, progress: null, TestWork.Here);
            foreach (var count in new[] { 1, inputs.Count }.Distinct())
            {
                InferenceToProve[] inferences =
                    [.. inputs.Take(count).Select((input, i) => new InferenceToProve(input, Keccak256.Hash(Encoding.UTF8.GetBytes($"{name} {count} {i}"))))];
                proofs.Add(Describe($"{name}, {count}, short", ProofForm.Short, committed, prover.ProveShort(inferences, TestWork.Here)));
                proofs.Add(Describe($"{name}, {count}, long", ProofForm.Long, committed, prover.ProveLong(cache, inferences, TestWork.Here)));
            }
        }

        var verifier = TestModels.Setup.Verifier;
        return JsonSerializer.Serialize(
            new
            {
                label = verifier.Origin.Label,
                tau2 = Hex.Encode(verifier.Tau.AsSpan()),
                tau2Powers = verifier.Powers.Select(power => Hex.Encode(power.AsSpan())),
                chainId = Context.ChainId.Value,
                verifier = Context.Verifier.ToString(),
                proofs,
            },
            Json) + "\n";
    }

    private static IEnumerable<(string Name, IntegerModel Model, IReadOnlyList<byte[]> Inputs)> Models()
    {
        yield return ("volatility 16-64-32-3", TestModels.Random(1, null, 16, 64, 32, 3), [.. Enumerable.Range(0, 4).Select(seed => TestModels.Input(seed, 16))]);
        yield return ("blocks 7-6-9-2, R 4", TestModels.Random(2, 4, 7, 6, 9, 2), [.. Enumerable.Range(0, 4).Select(seed => TestModels.Input(seed, 7))]);
        // One row: the long form's Q is infinity.
        yield return ("one row 3-1", TestModels.Random(3, 1, 3, 1), [.. Enumerable.Range(0, 4).Select(seed => TestModels.Input(seed, 3))]);
        // Extremes: weights at both ends, inputs of 0 and 255, clamps that cut both ways.
        yield return (
            "extremes 8-8-8-4", TestModels.Create(null, [8, 8, 8, 4], (_, place) => (short)(place % 3 == 0 ? -128 : 127), _ => -70000),
            [new byte[8], [.. Enumerable.Repeat((byte)255, 8)], [0, 255, 0, 255, 0, 255, 0, 255], [255, 0, 0, 0, 0, 0, 0, 255]]);
        yield return ("wide 196-10", TestModels.Random(4, 10, 196, 10), [TestModels.Input(9, 196)]);
    }

    private static object Describe(string name, ProofForm form, CommittedModel model, Proof proof)
    {
        var verifier = new ProofVerifier(model.Setup.Verifier, Context);
        Assert.IsType<ProofVerdict.Holds>(verifier.Verify(proof.Statements, proof.Bytes));
        Assert.IsType<ProofVerdict.Holds>(verifier.Read(proof.Statements, proof.Bytes, out var read));
        var trace = read!.Trace;
        return new
        {
            name,
            form = form == ProofForm.Long ? 2 : 1,
            columns = model.Layout.Columns,
            statements = proof.Statements.Select(statement => new
            {
                proofCommitment = statement.ProofCommitment.ToString(),
                inputCommit = statement.InputCommit.ToString(),
                outputCommit = statement.OutputCommit.ToString(),
                receiptDigest = statement.ReceiptDigest.ToString(),
            }),
            proof = Hex.Encode(proof.Bytes.Span),
            h = trace.Hash.ToString(),
            r = Word(trace.R),
            gamma = Word(trace.Gamma),
            delta = Word(trace.Delta),
            v = Word(trace.V),
            zeta = Word(trace.Zeta),
            xAtZeta = Word(trace.XAtZeta),
            kappa = Word(trace.Kappa),
            mu = Word(trace.Mu),
        };
    }

    private static string Word(Fr value) => Hash32.FromUInt256(value.ToUInt256()).ToString();
}
