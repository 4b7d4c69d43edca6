using System.Text.Json;
using OpenGradient.Inference.Artifacts;
using OpenGradient.Inference.Integer;
using OpenGradient.Prover.Layout;
using OpenGradient.Prover.Planning;
using OpenGradient.Support;

namespace OpenGradient.Prover.Tests.Planning;

/// <summary>What is expected of gas and time, held against what was measured.</summary>
public sealed class ExpectationTests
{
    [Theory]
    [InlineData("volatility", 1, "prove a forecast (16-64-32-3)")]
    [InlineData("volatility", 32, "prove a forecast, each of a batch of 32")]
    [InlineData("digits-mlp", 1, "prove 784-56-10 of an input without a zero")]
    [InlineData("digits-mlp", 16, "prove 784-56-10 of inputs without a zero, each of a batch of 16")]
    public void The_gas_that_is_expected_is_within_two_percent_of_the_receipts(string sample, int answers, string step)
    {
        using var kept = JsonDocument.Parse(File.ReadAllBytes(Repository.PathOf("benchmarks", "gas-snapshot.json")));
        var measured = FindNumber(kept.RootElement, step);

        var expected = ExpectedGas.Of(Descriptor(sample), answers, ProofForm.Short) / (double)answers;

        Assert.InRange(expected / measured, 0.98, 1.02);
        Assert.Equal(ExpectedGas.OfLongForm, ExpectedGas.Of(Descriptor(sample), answers, ProofForm.Long) - ExpectedGas.Of(Descriptor(sample), answers, ProofForm.Short));
    }

    [Fact]
    public void The_long_forms_share_of_the_gas_shrinks_with_the_batch()
    {
        var shares = Enumerable.Range(1, 64).Select(answers => ExpectedGas.ShareOfLongForm(Descriptor("digits-mlp"), answers)).ToList();
        Assert.Equal(shares.OrderDescending(), shares);
        // Of 380,000 for one, and of 68,000 and 5.6 million for 64.
        Assert.InRange(shares[0], 0.17, 0.19);
        Assert.InRange(shares[^1], 0.011, 0.013);
    }

    [Theory]
    [InlineData(ProofForm.Short, 784, 56, 2, 200, 900)]
    [InlineData(ProofForm.Long, 784, 56, 2, 20, 100)]
    [InlineData(ProofForm.Short, 2_000, 2_000, 2, 15_000, 45_000)]
    [InlineData(ProofForm.Long, 2_000, 2_000, 2, 500, 2_000)]
    public void Times_are_of_the_order_that_was_measured(ProofForm form, int inputs, int hidden, int threads, double least, double most)
    {
        LayerTerms[] terms = [new(hidden, 1, 31, 0, 0, 127), new(10, 1, 31, 0, 0, 127)];
        var rows = FoldRows.Choose(inputs, [.. terms], ProofForm.Long)!.Value;
        Assert.Null(IntegerDescriptor.TryCreate(rows, inputs, IntegerDescriptor.MaxAccumulatorBytes, [.. terms], out var descriptor));
        var layout = WeightLayout.Of(descriptor!)!;
        var expected = form == ProofForm.Short ? ExpectedTime.OfShortProof(layout, threads) : ExpectedTime.OfLongProof(layout, threads);
        Assert.InRange(expected.TotalMilliseconds, least, most);
        Assert.Equal(ExpectedTime.OfCache(layout, 1), ExpectedTime.OfCache(layout, 2) * 2);
    }

    private static double FindNumber(JsonElement element, string name)
    {
        foreach (var property in element.EnumerateObject())
        {
            if (property.Name == name)
                return property.Value.GetDouble();
            if (property.Value.ValueKind == JsonValueKind.Object && FindNumber(property.Value, name) is var found and > 0)
                return found;
        }

        return 0;
    }

    private static IntegerDescriptor Descriptor(string sample) =>
        IntegerModel.Read(File.ReadAllBytes(Repository.PathOf("models", sample, "model.ogq")), ArtifactLimits.Default) is IntegerReading.Accepted(var model)
            ? model.Descriptor
            : throw new InvalidOperationException("The sample is no integer model.");
}
