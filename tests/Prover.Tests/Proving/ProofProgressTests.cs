using System.Collections.Concurrent;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Prover.Proving;
using OpenGradient.Prover.Statements;

namespace OpenGradient.Prover.Tests.Proving;

public sealed class ProofProgressTests
{
    [Fact]
    public void A_proof_tells_each_step_in_turn_and_how_far_it_is()
    {
        var model = CommittedModel.Create(TestModels.Random(1, null, 16, 64, 32, 3), TestModels.Setup, TestWork.Here);
        var prover = new InferenceProver(model, new ProofContext(new ChainId(1), Address.Zero));
        InferenceToProve[] inferences = [new(TestModels.Input(1, 16), Hash32.Zero)];
        var told = new Told();

        var proof = prover.ProveShort(inferences, TestWork.Here, told);

        var reports = told.Reports.ToArray();
        Assert.Equal([ProofStep.Running, ProofStep.Dividing, ProofStep.Committing, ProofStep.Opening], reports.Select(report => report.Step).Distinct());
        Assert.All(reports, report => Assert.InRange(report.Done, 0, 1));
        foreach (var step in new[] { ProofStep.Dividing, ProofStep.Committing, ProofStep.Opening })
        {
            Assert.Equal(1, reports.Where(report => report.Step == step).Max(report => report.Done), 9);
            Assert.True(reports.Count(report => report.Step == step) > 2);
        }

        // Told or not, it is the same proof.
        Assert.Equal(prover.ProveShort(inferences, TestWork.Here).Bytes.ToArray(), proof.Bytes.ToArray());
        var quick = new Told();
        prover.ProveLong(VersionCache.Fill(model, progress: null, TestWork.Here), inferences, TestWork.Here, quick);
        Assert.Equal([ProofStep.Running, ProofStep.Dividing, ProofStep.Committing, ProofStep.Opening], quick.Reports.Select(report => report.Step));
    }

    private sealed class Told : IProgress<ProofProgress>
    {
        public ConcurrentQueue<ProofProgress> Reports { get; } = new();

        public void Report(ProofProgress value) => Reports.Enqueue(value);
    }
}
