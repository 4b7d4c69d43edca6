using OpenGradient.Benchmarks.Prover;
using OpenGradient.Prover;
using OpenGradient.Prover.Layout;
using OpenGradient.Prover.Planning;
using OpenGradient.Prover.Proving;
using OpenGradient.Support;

namespace OpenGradient.Contracts.Tests.Gas;

/// <summary>The benchmark of the prover settles its proofs through the hub, in both forms.</summary>
public sealed class ProverGasTests
{
    private static readonly CancellationToken Stop = TestContext.Current.CancellationToken;

    [Fact]
    public async Task Proofs_of_both_forms_are_settled_alone_and_in_batches_and_what_is_too_long_is_said()
    {
        const int TooMany = 1_000;
        var model = ProverSuite.Models[0];
        var (work, file) = (new Work(2, Stop), Path.GetTempFileName());
        try
        {
            await ProverSubject.WriteSetupAsync(model, file, work);
            var subject = await ProverSubject.OpenAsync(model, file, work);
            await using var gas = await ProverGas.OpenAsync(Repository.Root, new Progress<string>(), Stop);

            var rows = await gas.MeasureAsync(model.Name, subject.Model, VersionCache.Fill(subject.Model, progress: null, work), [1, 8, TooMany], work);

            Assert.Equal(6, rows.Count);
            foreach (var form in new[] { ProofForm.Short, ProofForm.Long })
            {
                foreach (var batch in new[] { 1, 8 })
                {
                    // As planners expect it.
                    var expected = (double)ExpectedGas.Of(subject.Model.Model.Descriptor, batch, form) / batch;
                    var row = Assert.Single(rows, row => row.Name == ProverGas.NameOf(model.Name, form, batch));
                    Assert.InRange(row.Value, expected * 0.95, expected * 1.05);
                }

                Assert.InRange(Assert.Single(rows, row => row.Name == ProverGas.NameOfLength(model.Name, form, TooMany)).Value, ProverGas.MostBytes, double.MaxValue);
            }
        }
        finally
        {
            File.Delete(file);
        }
    }
}
