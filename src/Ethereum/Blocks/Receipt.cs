using System.Diagnostics.CodeAnalysis;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Ethereum.Rlp;

namespace OpenGradient.Ethereum.Blocks;

/// <summary>
/// A transaction's outcome as consensus keeps it: what the receipts root of a block commits to. Equality is by the encoding.
/// </summary>
public sealed record Receipt
{
    /// <summary>The highest byte that is a type (EIP-2718); above it start lists and byte strings.</summary>
    internal const byte MaxTransactionType = 0x7F;

    /// <summary>The transaction's type (EIP-2718); 0 is a legacy transaction.</summary>
    public required byte TransactionType { get; init; }

    /// <summary>Whether the transaction succeeded; null before Byzantium, where <see cref="PostState"/> stands instead.</summary>
    public required bool? Succeeded { get; init; }

    /// <summary>The state root after the transaction; only before Byzantium.</summary>
    public Hash32? PostState { get; init; }

    /// <summary>Gas used in the block up to and with this transaction.</summary>
    public required ulong CumulativeGasUsed { get; init; }

    /// <summary>The filter of <see cref="Logs"/>: computed from them unless it is given, and then taken as it is.</summary>
    public Bloom LogsBloom
    {
        get => field ?? Bloom.Of(Logs);
        init;
    }

    public required IReadOnlyList<Log> Logs { get; init; }

    /// <summary>
    /// The type byte, if the type is not 0, and the fields: what the receipts trie of a block holds.
    /// <see cref="InvalidOperationException"/> if not exactly one of <see cref="Succeeded"/> and <see cref="PostState"/> is there, or no
    /// transaction can have the type.
    /// </summary>
    public byte[] Encode()
    {
        if (Succeeded is null == PostState is null)
            throw new InvalidOperationException("A receipt has either a status or, before Byzantium, a state root.");
        if (TransactionType > MaxTransactionType)
            throw new InvalidOperationException($"No transaction can have type {TransactionType}.");

        using var writer = new RlpWriter();
        writer.StartList();
        if (PostState is { } root)
            writer.Write(root);
        else
            writer.Write(Succeeded is true);
        writer.Write(CumulativeGasUsed);
        writer.Write(LogsBloom.Bytes);
        writer.StartList();
        foreach (var log in Logs)
            WriteLog(writer, log);
        writer.EndList();
        writer.EndList();

        ReadOnlySpan<byte> prefix = TransactionType == 0 ? [] : [TransactionType];
        var encoding = new byte[prefix.Length + writer.Length];
        prefix.CopyTo(encoding);
        writer.CopyTo(encoding.AsSpan(prefix.Length));
        return encoding;
    }

    /// <summary>
    /// Reads what <see cref="Encode"/> writes and keeps a copy of it; throws <see cref="RlpException"/> if it is not the canonical
    /// encoding of a receipt. Types that are not Ethereum's own are taken too, if their receipts have the same fields.
    /// </summary>
    public static Receipt Decode(ReadOnlySpan<byte> encoding)
    {
        if (encoding.IsEmpty)
            throw new RlpException(RlpFault.Truncated, 0);

        ReadOnlyMemory<byte> copy = encoding.ToArray();
        var type = encoding[0] switch
        {
            >= RlpPrefix.EmptyList => (byte)0,
            > 0 and <= MaxTransactionType => encoding[0],
            _ => throw new RlpException(RlpFault.InvalidValue, 0, "no receipt starts with this byte."),
        };
        var whole = new RlpReader(copy.Span, type == 0 ? 0 : 1);
        var fields = whole.ReadList();
        whole.ReadEnd();

        var succeeded = ReadOutcome(ref fields, out var postState);
        var receipt = new Receipt
        {
            TransactionType = type,
            Succeeded = succeeded,
            PostState = postState,
            CumulativeGasUsed = fields.ReadUInt64(),
            LogsBloom = Bloom.FromBytes(fields.ReadBytes(Bloom.ByteLength)),
            Logs = ReadLogs(ref fields, copy),
        };
        fields.ReadEnd();
        return receipt;
    }

    /// <summary>Reads an encoding as <see cref="Decode"/> does; false if it is none.</summary>
    public static bool TryDecode(ReadOnlySpan<byte> encoding, [NotNullWhen(true)] out Receipt? receipt)
    {
        try
        {
            receipt = Decode(encoding);
            return true;
        }
        catch (RlpException)
        {
            receipt = null;
            return false;
        }
    }

    public bool Equals(Receipt? other) =>
        other is not null
        && (ReferenceEquals(this, other)
            || (TransactionType == other.TransactionType
                && Succeeded == other.Succeeded
                && PostState == other.PostState
                && CumulativeGasUsed == other.CumulativeGasUsed
                && LogsBloom.Equals(other.LogsBloom)
                && Logs.SequenceEqual(other.Logs)));

    public override int GetHashCode() => HashCode.Combine(TransactionType, Succeeded, CumulativeGasUsed, Logs.Count);

    // A state root has 32 bytes, which no status has.
    private static bool? ReadOutcome(ref RlpReader fields, out Hash32? postState)
    {
        var ahead = fields;
        if (!fields.NextIsList && ahead.ReadBytes().Length == Hash32.ByteLength)
        {
            postState = fields.ReadHash32();
            return null;
        }

        postState = null;
        return fields.ReadBool();
    }

    private static List<Log> ReadLogs(ref RlpReader fields, ReadOnlyMemory<byte> encoding)
    {
        var list = fields.ReadList();
        List<Log> logs = [];
        while (!list.IsAtEnd)
        {
            var log = list.ReadList();
            var address = log.ReadAddress();
            var topicList = log.ReadList();
            var data = log.ReadBytes();
            var dataMemory = encoding.Slice(log.Offset - data.Length, data.Length);
            log.ReadEnd();

            List<Hash32> topics = [];
            while (!topicList.IsAtEnd)
            {
                if (topics.Count == Log.MaxTopics)
                    throw new RlpException(RlpFault.TrailingBytes, topicList.Offset, $"a log has at most {Log.MaxTopics} topics.");
                topics.Add(topicList.ReadHash32());
            }

            logs.Add(new Log(address, [.. topics], dataMemory));
        }

        return logs;
    }

    private static void WriteLog(RlpWriter writer, Log log)
    {
        writer.StartList();
        writer.Write(log.Address);
        writer.StartList();
        foreach (var topic in log.Topics)
            writer.Write(topic);
        writer.EndList();
        writer.Write(log.Data.Span);
        writer.EndList();
    }
}
