using OpenGradient.Ethereum.Primitives;

namespace OpenGradient.Sending;

/// <summary>What is to be done on a chain, once.</summary>
public sealed record TransactionOrder
{
    /// <summary>What nodes take at the most (128 KiB), less room for the rest.</summary>
    public const int MaxDataBytes = 120 * 1024;

    public const int MaxNameLength = 200;

    /// <summary>
    /// What it is for, such as <c>claim</c>: with <see cref="IdempotencyKey"/> its name, and how some are sent to private endpoints.
    /// </summary>
    public required string Purpose { get; init; }

    /// <summary>Tells it from all others of its purpose: the same order given twice is done once.</summary>
    public required string IdempotencyKey { get; init; }

    /// <summary>Whose key sends it.</summary>
    public required Address From { get; init; }

    /// <summary>Null creates a contract.</summary>
    public required Address? To { get; init; }

    public ReadOnlyMemory<byte> Data { get; init; }

    public Wei Value { get; init; }

    /// <summary>Null asks a node, before it gets a nonce: what reverts there is given up without costing anything.</summary>
    public ulong? GasLimit { get; init; }

    /// <summary>It is not started after this. The earliest goes first.</summary>
    public DateTimeOffset? Deadline { get; init; }

    /// <summary>What is wrong with it; null when nothing is.</summary>
    internal string? Mistake() =>
        Purpose.Length is 0 or > MaxNameLength || IdempotencyKey.Length is 0 or > MaxNameLength
            ? $"A purpose and an idempotency key have from 1 to {MaxNameLength} characters."
        : Data.Length > MaxDataBytes ? $"Data has at most {MaxDataBytes} bytes."
        : To is null && Data.IsEmpty ? "An order without a recipient creates a contract, and needs its code."
        : GasLimit is 0 or > long.MaxValue ? "A gas limit lies between 1 and 2^63 - 1."
        : null;
}

/// <summary>How far an order has come. The numbers stand in the database.</summary>
public enum TransactionState
{
    /// <summary>It waits, and can be cancelled.</summary>
    Unstarted = 1,

    /// <summary>It has its nonce and its signed bytes, and is being sent.</summary>
    InProgress = 2,

    /// <summary>A node took it, or may have: it counts as sent.</summary>
    Unconfirmed = 3,

    /// <summary>It is in a block, which may still be replaced.</summary>
    Confirmed = 4,

    /// <summary>It is in a block that is final; <see cref="TransactionView.Succeeded"/> says whether it did what it was for.</summary>
    Finalized = 5,

    /// <summary>It will never be in the chain; <see cref="TransactionView.Fault"/> says why.</summary>
    Fatal = 6,

    /// <summary>It was withdrawn, or its deadline passed, before it was started.</summary>
    Cancelled = 7,
}

/// <summary>An order as it stands.</summary>
public sealed record TransactionView
{
    public required long Id { get; init; }

    public required string Purpose { get; init; }

    public required string IdempotencyKey { get; init; }

    public required TransactionState State { get; init; }

    /// <summary>Null until it is started.</summary>
    public ulong? Nonce { get; init; }

    /// <summary>All that was signed for it and may be in a block, the newest last.</summary>
    public IReadOnlyList<Hash32> Hashes { get; init; } = [];

    /// <summary>The one that is in a block.</summary>
    public Hash32? MinedHash { get; init; }

    public BlockNumber? BlockNumber { get; init; }

    public Hash32? BlockHash { get; init; }

    /// <summary>Whether it did what it was for; null until it is in a block.</summary>
    public bool? Succeeded { get; init; }

    public ulong? GasUsed { get; init; }

    /// <summary>What the sender paid; null until it is in a block, and where the node does not tell the price.</summary>
    public Wei? Cost { get; init; }

    /// <summary>Why it was given up, for people.</summary>
    public string? Fault { get; init; }

    /// <summary>Whether nothing will change any more.</summary>
    public bool IsOver => State is TransactionState.Finalized or TransactionState.Fatal or TransactionState.Cancelled;
}
