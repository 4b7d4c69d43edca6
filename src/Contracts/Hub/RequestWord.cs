using OpenGradient.Ethereum.Crypto;
using OpenGradient.Ethereum.Primitives;

namespace OpenGradient.Contracts.Hub;

/// <summary>
/// The one word of storage that a request has, as it stands in the hub's memory: for whoever reads it there, by itself or with a proof of state. Its
/// layout is that of Words in Solidity, and tests hold the two together.
/// </summary>
public readonly record struct RequestWord(UInt256 Value)
{
    private const int FieldShift = 8;
    private const int TimeShift = 16;
    private const int HashShift = 56;
    private const int TimeBits = 40;
    private const byte DeliveredFlag = 1 << 0;
    private const byte TipSpentFlag = 1 << 1;
    private const byte CorrectedFlag = 1 << 2;

    // Behind two slots of the EIP-712 base and the clock.
    private const uint MappingSlot = 3;

    public Stage Stage => (Stage)(byte)(Value & 0xffu);

    /// <summary>How many claims ran out; of an open or claimed request.</summary>
    public byte Claims => (byte)((Value >> FieldShift) & 0xffu);

    /// <summary>Active time after which the claim stands: when it was made, or a while later where it takes somebody's place.</summary>
    public ulong Since => Time;

    /// <summary>Active time at which the answer is final.</summary>
    public ulong Until => Time;

    /// <summary>Who claimed it.</summary>
    public Address Node => new(Hash32.FromUInt256(Value >> HashShift).Bytes[^Address.ByteLength..]);

    /// <summary>Whether the callback succeeded.</summary>
    public bool IsDelivered => (Flags & DeliveredFlag) != 0;

    /// <summary>Whether the tip was paid or given back.</summary>
    public bool IsTipSpent => (Flags & TipSpentFlag) != 0;

    /// <summary>Whether a proven answer has taken the place of the first one.</summary>
    public bool IsCorrected => (Flags & CorrectedFlag) != 0;

    // Claims and flags have one place, before settlement and after it.
    private byte Flags => Claims;

    private ulong Time => (ulong)((Value >> TimeShift) & ((UInt256.One << TimeBits) - UInt256.One));

    /// <summary>Whether this is the settlement that the word keeps the hash of.</summary>
    public bool Keeps(IHubContract.Settlement settlement) => RequestHash.Of(settlement).ToUInt256() >> HashShift == Value >> HashShift;

    /// <summary>Where the hub keeps a request's word.</summary>
    public static Hash32 SlotOf(Hash32 requestId)
    {
        Span<byte> key = stackalloc byte[2 * Hash32.ByteLength];
        requestId.CopyTo(key);
        ((UInt256)MappingSlot).WriteBigEndian(key[Hash32.ByteLength..]);
        return Keccak256.Hash(key);
    }
}
