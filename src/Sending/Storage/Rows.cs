using OpenGradient.Ethereum.Primitives;
using OpenGradient.Ethereum.Transactions;
using OpenGradient.Sending.Fees;

namespace OpenGradient.Sending.Storage;

/// <summary>An order that waits to be started.</summary>
internal sealed record WaitingRow
{
    public long Id { get; init; }

    public string Purpose { get; init; } = "";

    public Address? Recipient { get; init; }

    public ReadOnlyMemory<byte> Data { get; init; }

    public Wei Value { get; init; }

    public ulong? GasLimit { get; init; }

    public DateTimeOffset? Deadline { get; init; }

    /// <summary>How many attempts there were under another nonce, which somebody else used.</summary>
    public int Attempts { get; init; }
}

/// <summary>An order that has a nonce and is in no block, with what was last signed for it.</summary>
internal sealed record FlyingRow
{
    public long Id { get; init; }

    public string Purpose { get; init; } = "";

    public ulong Nonce { get; init; }

    public Address? Recipient { get; init; }

    public ReadOnlyMemory<byte> Data { get; init; }

    public Wei Value { get; init; }

    public ulong GasLimit { get; init; }

    public string? Fault { get; init; }

    /// <summary>The last attempt's number, and what follows is of that attempt.</summary>
    public int Number { get; init; }

    public Hash32 Hash { get; init; }

    public ReadOnlyMemory<byte> Encoding { get; init; }

    public bool IsEmpty { get; init; }

    public Wei MaxFee { get; init; }

    public Wei Tip { get; init; }

    public ulong Head { get; init; }

    public GasFees Fees => new(MaxFee, Tip);

    /// <summary>The most that it can cost.</summary>
    public Wei MostCost => FeePolicy.Sum(CostOf(MaxFee, GasLimit), Value);

    public static Wei CostOf(Wei price, ulong gas) => new(UInt256.MultiplyOverflows(price.Value, gas, out var cost) ? UInt256.MaxValue : cost);
}

/// <summary>What was signed and is about to be stored.</summary>
internal sealed record NewAttempt(long Id, int Number, SignedTransaction Signed, bool IsEmpty, GasFees Fees, ulong Head);

/// <summary>A hash that may be in a block.</summary>
internal sealed record HashRow
{
    public long Id { get; init; }

    public ulong Nonce { get; init; }

    public Hash32 Hash { get; init; }

    public bool IsEmpty { get; init; }

    public string? Fault { get; init; }
}

/// <summary>An order in a block.</summary>
internal sealed record MinedRow
{
    public long Id { get; init; }

    public Hash32 Hash { get; init; }

    public bool IsEmpty { get; init; }

    public BlockNumber BlockNumber { get; init; }

    public Hash32 BlockHash { get; init; }

    public bool Succeeded { get; init; }

    public ulong GasUsed { get; init; }

    public Wei? Cost { get; init; }

    /// <summary>The end of the second in which its block was made; null where nobody told.</summary>
    public DateTimeOffset? MinedBefore { get; init; }
}
