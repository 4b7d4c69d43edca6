using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using OpenGradient.Ethereum.Crypto;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Ethereum.Rlp;

namespace OpenGradient.Ethereum.Blocks;

/// <summary>
/// The fields of a block's header in the order in which they are encoded. The optional ones came with later forks, each only together
/// with all before it. Equality is by the encoding.
/// </summary>
public sealed record BlockHeader
{
    private const int NonceLength = sizeof(ulong);

    /// <summary>The hash of an empty list of ommers: what every block has since the merge.</summary>
    public static Hash32 NoOmmersHash { get; } = Keccak256.Hash([RlpPrefix.EmptyList]);

    public required Hash32 ParentHash { get; init; }

    public required Hash32 OmmersHash { get; init; }

    public required Address Beneficiary { get; init; }

    public required Hash32 StateRoot { get; init; }

    public required Hash32 TransactionsRoot { get; init; }

    public required Hash32 ReceiptsRoot { get; init; }

    public required Bloom LogsBloom { get; init; }

    public required UInt256 Difficulty { get; init; }

    public required BlockNumber Number { get; init; }

    public required ulong GasLimit { get; init; }

    public required ulong GasUsed { get; init; }

    /// <summary>Seconds since 1970.</summary>
    public required ulong Timestamp { get; init; }

    public required ReadOnlyMemory<byte> ExtraData { get; init; }

    /// <summary>The beacon chain's randomness since the merge.</summary>
    public required Hash32 MixHash { get; init; }

    public required ulong Nonce { get; init; }

    /// <summary>London, EIP-1559.</summary>
    public Wei? BaseFeePerGas { get; init; }

    /// <summary>Shanghai, EIP-4895.</summary>
    public Hash32? WithdrawalsRoot { get; init; }

    /// <summary>Cancun, EIP-4844.</summary>
    public ulong? BlobGasUsed { get; init; }

    /// <summary>Cancun, EIP-4844.</summary>
    public ulong? ExcessBlobGas { get; init; }

    /// <summary>Cancun, EIP-4788.</summary>
    public Hash32? ParentBeaconBlockRoot { get; init; }

    /// <summary>Prague, EIP-7685.</summary>
    public Hash32? RequestsHash { get; init; }

    /// <summary>Amsterdam, EIP-7928.</summary>
    public Hash32? BlockAccessListHash { get; init; }

    /// <summary>Amsterdam, EIP-7843: the beacon chain's slot.</summary>
    public ulong? SlotNumber { get; init; }

    /// <summary>
    /// The hash that names the block. <see cref="InvalidOperationException"/> if the optional fields are not those of any fork.
    /// </summary>
    public Hash32 ComputeHash()
    {
        using var writer = new RlpWriter();
        Write(writer);
        return writer.ToHash();
    }

    /// <summary>The hash that names the block; false if the optional fields, as someone sent them, are not those of any fork.</summary>
    public bool TryComputeHash(out Hash32 hash)
    {
        var hasHash = HasFieldsOfAFork();
        hash = hasHash ? ComputeHash() : default;
        return hasHash;
    }

    /// <summary>The encoding whose hash names the block; throws as <see cref="ComputeHash"/> does.</summary>
    public byte[] Encode()
    {
        using var writer = new RlpWriter();
        Write(writer);
        return writer.ToArray();
    }

    /// <summary>Reads the canonical encoding of a header of any fork; throws <see cref="RlpException"/> if it is none.</summary>
    public static BlockHeader Decode(ReadOnlySpan<byte> encoding)
    {
        var whole = new RlpReader(encoding);
        var fields = whole.ReadList();
        whole.ReadEnd();

        var header = new BlockHeader
        {
            ParentHash = fields.ReadHash32(),
            OmmersHash = fields.ReadHash32(),
            Beneficiary = fields.ReadAddress(),
            StateRoot = fields.ReadHash32(),
            TransactionsRoot = fields.ReadHash32(),
            ReceiptsRoot = fields.ReadHash32(),
            LogsBloom = Bloom.FromBytes(fields.ReadBytes(Bloom.ByteLength)),
            Difficulty = fields.ReadUInt256(),
            Number = new BlockNumber(fields.ReadUInt64()),
            GasLimit = fields.ReadUInt64(),
            GasUsed = fields.ReadUInt64(),
            Timestamp = fields.ReadUInt64(),
            ExtraData = fields.ReadBytes().ToArray(),
            MixHash = fields.ReadHash32(),
            Nonce = BinaryPrimitives.ReadUInt64BigEndian(fields.ReadBytes(NonceLength)),
            BaseFeePerGas = fields.IsAtEnd ? null : fields.ReadWei(),
            WithdrawalsRoot = fields.IsAtEnd ? null : fields.ReadHash32(),
            BlobGasUsed = fields.IsAtEnd ? null : fields.ReadUInt64(),
            ExcessBlobGas = fields.IsAtEnd ? null : fields.ReadUInt64(),
            ParentBeaconBlockRoot = fields.IsAtEnd ? null : fields.ReadHash32(),
            RequestsHash = fields.IsAtEnd ? null : fields.ReadHash32(),
            BlockAccessListHash = fields.IsAtEnd ? null : fields.ReadHash32(),
            SlotNumber = fields.IsAtEnd ? null : fields.ReadUInt64(),
        };
        fields.ReadEnd();
        return header.HasFieldsOfAFork()
            ? header
            : throw new RlpException(RlpFault.Truncated, fields.Offset, "the header ends between fields that came with one fork.");
    }

    /// <summary>Reads an encoding as <see cref="Decode"/> does; false if it is none.</summary>
    public static bool TryDecode(ReadOnlySpan<byte> encoding, [NotNullWhen(true)] out BlockHeader? header)
    {
        try
        {
            header = Decode(encoding);
            return true;
        }
        catch (RlpException)
        {
            header = null;
            return false;
        }
    }

    public bool Equals(BlockHeader? other) =>
        other is not null
        && (ReferenceEquals(this, other)
            || (PresentFields() == other.PresentFields() && WrittenFields().AsSpan().SequenceEqual(other.WrittenFields())));

    public override int GetHashCode() => HashCode.Combine(ParentHash, StateRoot, ReceiptsRoot, Number);

    private void Write(RlpWriter writer)
    {
        if (!HasFieldsOfAFork())
            throw new InvalidOperationException("The optional fields of the header are not those of any fork: some are missing.");

        WriteFields(writer);
    }

    private byte[] WrittenFields()
    {
        using var writer = new RlpWriter();
        WriteFields(writer);
        return writer.ToArray();
    }

    private void WriteFields(RlpWriter writer)
    {
        Span<byte> nonce = stackalloc byte[NonceLength];
        BinaryPrimitives.WriteUInt64BigEndian(nonce, Nonce);
        writer.StartList();
        writer.Write(ParentHash);
        writer.Write(OmmersHash);
        writer.Write(Beneficiary);
        writer.Write(StateRoot);
        writer.Write(TransactionsRoot);
        writer.Write(ReceiptsRoot);
        writer.Write(LogsBloom.Bytes);
        writer.Write(Difficulty);
        writer.Write(Number.Value);
        writer.Write(GasLimit);
        writer.Write(GasUsed);
        writer.Write(Timestamp);
        writer.Write(ExtraData.Span);
        writer.Write(MixHash);
        writer.Write(nonce);
        WriteIfPresent(writer, BaseFeePerGas?.Value);
        WriteIfPresent(writer, WithdrawalsRoot);
        WriteIfPresent(writer, BlobGasUsed);
        WriteIfPresent(writer, ExcessBlobGas);
        WriteIfPresent(writer, ParentBeaconBlockRoot);
        WriteIfPresent(writer, RequestsHash);
        WriteIfPresent(writer, BlockAccessListHash);
        WriteIfPresent(writer, SlotNumber);
        writer.EndList();
    }

    // The forks: none, London, Shanghai, Cancun, Prague (and Osaka), Amsterdam.
    private bool HasFieldsOfAFork() => PresentFields() is 0 or 0b1 or 0b11 or 0b1_1111 or 0b11_1111 or 0b1111_1111;

    // One bit for each optional field, the oldest lowest.
    private int PresentFields() =>
        (BaseFeePerGas is null ? 0 : 1)
        | (WithdrawalsRoot is null ? 0 : 1 << 1)
        | (BlobGasUsed is null ? 0 : 1 << 2)
        | (ExcessBlobGas is null ? 0 : 1 << 3)
        | (ParentBeaconBlockRoot is null ? 0 : 1 << 4)
        | (RequestsHash is null ? 0 : 1 << 5)
        | (BlockAccessListHash is null ? 0 : 1 << 6)
        | (SlotNumber is null ? 0 : 1 << 7);

    private static void WriteIfPresent(RlpWriter writer, UInt256? number)
    {
        if (number is { } present)
            writer.Write(present);
    }

    private static void WriteIfPresent(RlpWriter writer, Hash32? hash)
    {
        if (hash is { } present)
            writer.Write(present);
    }
}
