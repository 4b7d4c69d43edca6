using OpenGradient.Relayer.Jobs;

namespace OpenGradient.Relayer.Settlement;

/// <summary>
/// How much gas settlements take. Asking the chain does not help: a batch that has too little gas does not fail but stops early, so that the least
/// that does not fail settles next to nothing.
/// </summary>
public static class SettlementGas
{
    /// <summary>What a batch takes beside its items: the transaction itself, and what the hub wants to see left before the last item.</summary>
    public const ulong OfTransaction = 21_000 + 60_000 + PerItemReserve;

    /// <summary>What a claim takes.</summary>
    public const ulong OfClaim = 54_000;

    // The hub begins an item only with its worst case at hand (HubDelivery); the rest is measured, see docs/benchmarks/gas.md.
    private const ulong PerItemReserve = 320_000;
    private const ulong PerItem = 80_000;
    private const ulong PerByte = 80;
    private const int SubmissionBytes = 1_300;

    /// <summary>What an answer takes in a batch.</summary>
    public static ulong Of(Job job)
    {
        var callback = job.Answer is { IsFailure: true } ? 0 : CallbackGas(job.Ask.Request.CallbackGas);
        return PerItem + (PerByte * (ulong)BytesOf(job)) + callback;
    }

    /// <summary>What an answer adds to a transaction.</summary>
    public static int BytesOf(Job job) =>
        SubmissionBytes + (job.Answer?.Output.Length ?? 0) + (32 * (job.Terms.Members.Count + job.Terms.AcceptedWorkloads.Count));

    // Of all gas a 64th stays behind at a call.
    private static ulong CallbackGas(uint asked) => asked == 0 ? 0 : asked + ((ulong)asked / 63) + 60_000;
}
