using OpenGradient.Ethereum.Abi;
using OpenGradient.Ethereum.Blocks;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Ethereum.Tests.Following.Simulation;
using OpenGradient.Indexer.Schema;

namespace OpenGradient.Indexer.Child;

/// <summary>A chain that several processes see alike, one after the other: each later one finds that some of it was replaced meanwhile.</summary>
internal static class ForkedChain
{
    public static readonly ChainId Chain = new(31337);

    private const int Accounts = 7;
    private const int NotFinal = 12;

    private static readonly Address Token = Address.Parse("0x00000000000000000000000000000000000000a1");
    private static readonly Address Maker = Address.Parse("0x00000000000000000000000000000000000000c3");
    private static readonly AbiEvent Transfer = AbiEvent.Parse("event Transfer(address indexed from, address indexed to, uint256 value)");
    private static readonly AbiEvent Made = AbiEvent.Parse("event Made(address indexed pool)");
    private static readonly AbiEvent Swapped = AbiEvent.Parse("event Swapped(uint256 amount)");

    /// <summary>Makers, tokens with balances, and pools that makers announce.</summary>
    public static IReadOnlyList<EventFamily> Families
    {
        get
        {
            var makers = new EventFamily("maker", [new EventTable("maker_made", "event Made(address indexed pool)")], [Maker], new(0));
            return
            [
                makers, TokenFamily.Of("token", [Token], new(0), keepsBalances: true),
                new("pool", [new EventTable("pool_swapped", "event Swapped(uint256 amount)")], [], new(0), new Announcement(makers, "maker_made", "pool")),
            ];
        }
    }

    /// <summary>The chain as it is after so many rounds of growing and forking.</summary>
    public static SimulatedChain After(int rounds, int seed)
    {
        var random = new Random(seed);
        var chain = new SimulatedChain(1);
        for (var round = 0; round <= rounds; round++)
        {
            if (round > 0)
                chain.Rollback(1 + random.Next(NotFinal - 1));
            var length = NotFinal + random.Next(20);
            for (var i = 0; i < length; i++)
                chain.Mine([.. Enumerable.Range(0, random.Next(5)).Select(_ => LogOf(random))]);
            chain.Finalize(chain.Head.Number - NotFinal);
        }

        return chain;
    }

    private static Log LogOf(Random random) => random.Next(5) switch
    {
        0 => Made.Encode(Maker, new AbiValue.Address(Someone(random, 0xd4))),
        1 or 2 => Swapped.Encode(Someone(random, 0xd4), new AbiValue.UInt((ulong)random.Next())),
        _ => Transfer.Encode(Token, new AbiValue.Address(Someone(random, 0)), new AbiValue.Address(Someone(random, 0)), new AbiValue.UInt((ulong)random.Next())),
    };

    private static Address Someone(Random random, byte kind)
    {
        var bytes = new byte[Address.ByteLength];
        (bytes[0], bytes[^1]) = (kind, (byte)random.Next(Accounts));
        return new Address(bytes);
    }
}
