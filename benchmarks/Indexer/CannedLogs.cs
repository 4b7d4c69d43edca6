using System.Buffers.Binary;
using System.Security.Cryptography;
using OpenGradient.Ethereum.Abi;
using OpenGradient.Ethereum.Blocks;
using OpenGradient.Ethereum.Crypto;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Indexer.Schema;

namespace OpenGradient.Benchmarks.Indexer;

/// <summary>What blocks are made of: some sets of logs, which take turns, and the family that wants them.</summary>
/// <param name="Family">Who wants them.</param>
/// <param name="Sets">The logs of one block each.</param>
internal sealed record CannedLogs(EventFamily Family, IReadOnlyList<IReadOnlyList<Log>> Sets)
{
    private const int Accounts = 20_000;
    private const int DifferentBlocks = 64;

    public static Address Emitter { get; } = Address.Parse("0x00000000000000000000000000000000000000aa");

    /// <summary>Seven transfers to three approvals, among twenty thousand accounts.</summary>
    public static CannedLogs Tokens(int logsPerBlock, bool keepsBalances = false)
    {
        var family = TokenFamily.Of("token", [Emitter], new(1), keepsBalances);
        var random = new Random(20_260);
        return new CannedLogs(family, [.. Enumerable.Range(0, DifferentBlocks).Select(_ => Enumerable.Range(0, logsPerBlock).Select(LogOf).ToArray())]);

        Log LogOf(int place)
        {
            var data = new byte[Hash32.ByteLength];
            BinaryPrimitives.WriteInt64BigEndian(data.AsSpan(24), random.NextInt64());
            return new Log(Emitter, [family.Tables[place % 10 < 7 ? 0 : 1].Topic0, Account(random), Account(random)], data);
        }
    }

    /// <summary>What the hub says of requests: asked, settled, delivered, with structs and all.</summary>
    public static CannedLogs Hub(int logsPerBlock)
    {
        var family = new EventFamily("hub", OurFamilies.Hub(), [Emitter], new(1));
        string[] names = ["hub_requested", "hub_settled", "hub_delivered"];
        var events = names.Select(name => family.Tables.Single(table => table.Name == name).Event).ToArray();
        var random = new Random(20_261);
        return new CannedLogs(family, [.. Enumerable.Range(0, DifferentBlocks).Select(_ => Enumerable.Range(0, logsPerBlock).Select(LogOf).ToArray())]);

        Log LogOf(int place)
        {
            var of = events[place % events.Length];
            return of.Encode(Emitter, [.. of.Inputs.Components.Select(parameter => ValueOf(parameter.Type, random))]);
        }
    }

    private static AbiValue ValueOf(AbiType type, Random random) => type switch
    {
        AbiType.UInt number => new AbiValue.UInt((ulong)random.NextInt64(1L << Math.Min(62, number.Bits - 1))),
        AbiType.Int => new AbiValue.Int(random.Next()),
        AbiType.Bool => AbiValue.Bool.Of(random.Next(2) == 0),
        AbiType.Address => new AbiValue.Address(new Address(Account(random).Bytes[12..])),
        AbiType.FixedBytes bytes => new AbiValue.Bytes(BytesOf(bytes.Length)),
        AbiType.Bytes => new AbiValue.Bytes(BytesOf(random.Next(1, 200))),
        AbiType.String => new AbiValue.String("some text of a stranger"u8.ToArray()),
        AbiType.Tuple tuple => new AbiValue.Tuple([.. tuple.Components.Select(member => ValueOf(member.Type, random))]),
        AbiType.Array list => new AbiValue.Array([.. Enumerable.Range(0, 3).Select(_ => ValueOf(list.Element, random))]),
        _ => throw new NotSupportedException(type.ToString()),
    };

    private static byte[] BytesOf(int length) => RandomNumberGenerator.GetBytes(length);

    private static Hash32 Account(Random random)
    {
        Span<byte> word = stackalloc byte[Hash32.ByteLength];
        word.Clear();
        BinaryPrimitives.WriteInt32BigEndian(word[28..], random.Next(Accounts));
        Span<byte> address = stackalloc byte[Hash32.ByteLength];
        Keccak256.Hash(word, address);
        address[..12].Clear();
        return new Hash32(address);
    }
}
