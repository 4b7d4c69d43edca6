using OpenGradient.Inference.Integer;
using OpenGradient.Prover.Planning;
using OpenGradient.Prover.Statements;
using OpenGradient.Relayer.Jobs;
using OpenGradient.Relayer.Settlement;

namespace OpenGradient.Relayer.Proving.Planning;

/// <summary>
/// How much gas settling by a proof takes. What the verifier takes follows from the sizes that a proof reveals (docs/proof-verifier.md); asking the chain does
/// not help, as with other settlements.
/// </summary>
public static class ProofGas
{
    /// <summary>What the transaction takes beside its items, at the most: the long form's opening and bytes with it.</summary>
    public const ulong OfTransaction = SettlementGas.OfTransaction + ExpectedGas.OfOpening + ExpectedGas.OfLongForm + OfHead;

    /// <summary>What an answer takes in a large batch: of the samples between 62,000 and 98,000 (docs/benchmarks/gas.md).</summary>
    public const ulong OfUsualItem = 70_000;

    // The descriptor of 255 layers, the commitment and the opening, as data.
    private const ulong OfHead = 60_000;
    private const ulong PerByte = 16;
    private const ulong PerInput = 31;
    private const ulong PerAccumulator = 275;

    /// <summary>What an answer takes in a transaction at the most, its callback included.</summary>
    public static ulong Of(Job job, IntegerDescriptor descriptor)
    {
        var revealed = (ulong)ProofSizes.ItemLength(descriptor);
        var accumulators = (revealed - (ulong)descriptor.Inputs) / (ulong)descriptor.AccumulatorBytes;
        return SettlementGas.Of(job) + (PerByte * revealed) + (PerInput * (ulong)descriptor.Inputs) + (PerAccumulator * accumulators);
    }

    /// <summary>What a lone answer will take, as far as can be told before its model is known: by its input.</summary>
    public static ulong Expected(Job job) => ExpectedGas.OfOpening + OfUsualItem + ((PerByte + PerInput) * (ulong)job.Brought.Length);

    /// <summary>What an answer adds to a transaction.</summary>
    public static long BytesOf(Job job, IntegerDescriptor descriptor) => SettlementGas.BytesOf(job) + ProofSizes.ItemLength(descriptor);
}
