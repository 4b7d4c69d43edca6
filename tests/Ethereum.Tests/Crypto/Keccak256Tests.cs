using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using System.Text;
using OpenGradient.Ethereum.Crypto;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Support;

namespace OpenGradient.Ethereum.Tests.Crypto;

public sealed class Keccak256Tests
{
    private const int PublishedHashes = 516;

    // Lengths around the ends of lanes and blocks, so that lanes finish at different times.
    private static readonly ReadOnlyMemory<byte>[] OfEveryKind =
        Messages(new Random(20262), [.. Enumerable.Range(130, 12), 0, 1, 500, 7, 8, 0, 272]);

    [Theory]
    [InlineData("", "0xc5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470")]
    [InlineData("abc", "0x4e03657aea45a94fc7d47ba826c8d667c0d1e6e33a64a036ec44f58fa12d6c45")]
    [InlineData("Transfer(address,address,uint256)", "0xddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef")]
    public void Hashes_the_well_known_messages(string message, string hash) =>
        Assert.Equal(hash, Keccak256.Hash(Encoding.ASCII.GetBytes(message)).ToString());

    [Fact]
    public void Agrees_with_the_published_suite()
    {
        using var suite = PublishedSuite.Read("hashes");
        var messages = new List<ReadOnlyMemory<byte>>();
        var expected = new List<Hash32>();
        foreach (var item in suite.RootElement.EnumerateArray())
        {
            messages.Add(Hex.Decode(item.GetProperty("data").GetString()));
            expected.Add(Hash32.Parse(item.GetProperty("keccak256").GetString()!));
        }

        var hashes = new Hash32[messages.Count];
        Keccak256.HashMany(messages.ToArray(), hashes);

        Assert.Equal(PublishedHashes, messages.Count);
        Assert.Equal(expected, messages.Select(message => Keccak256.Hash(message.Span)));
        Assert.Equal(expected, hashes);
    }

    [Fact]
    public async Task Agrees_with_noble_on_every_length_of_the_first_blocks()
    {
        const int Seed = 20260;
        const string Module =
            """
            import { keccak_256 } from '@noble/hashes/sha3';
            import { readFileSync } from 'node:fs';
            for (const line of readFileSync(0, 'utf8').split('\n'))
              console.log(Buffer.from(keccak_256(Buffer.from(line, 'hex'))).toString('hex'));
            """;
        var messages = Messages(new Random(Seed), Enumerable.Range(0, 420));
        var input = string.Join('\n', messages.Select(message => Convert.ToHexStringLower(message.Span)));

        var output = await PeerProcess.RunNodeAsync(Module, input, TestContext.Current.CancellationToken);

        var expected = output.TrimEnd().Split('\n');
        Assert.Equal(messages.Length, expected.Length);
        for (var i = 0; i < messages.Length; i++)
            Assert.True(expected[i] == Keccak256.Hash(messages[i].Span).ToString()[2..], $"Seed {Seed}, length {i}.");
    }

    [Fact]
    public void May_write_the_hash_over_the_message()
    {
        byte[] bytes = [.. Enumerable.Range(0, 200).Select(i => (byte)i)];
        var expected = Keccak256.Hash(bytes);

        Keccak256.Hash(bytes, bytes.AsSpan(50));

        Assert.Equal(expected, new Hash32(bytes.AsSpan(50, 32)));
    }

    [Fact]
    public void Refuses_a_destination_that_is_too_short() =>
        Assert.ThrowsAny<ArgumentException>(() => Keccak256.Hash([1], new byte[31]));

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(7)]
    [InlineData(8)]
    [InlineData(9)]
    [InlineData(50)]
    public void Hashes_many_messages_of_any_lengths_as_one_at_a_time(int count)
    {
        const int Seed = 20261;
        var random = new Random(Seed);
        var messages = Messages(random, Enumerable.Range(0, count).Select(_ => random.Next(600)));
        var hashes = new Hash32[count + 1];

        Keccak256.HashMany(messages, hashes);

        Assert.Equal([.. messages.Select(message => Keccak256.Hash(message.Span)), Hash32.Zero], hashes);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(32)]
    [InlineData(64)]
    [InlineData(135)]
    [InlineData(136)]
    [InlineData(137)]
    [InlineData(272)]
    public void Hashes_many_adjacent_messages_as_one_at_a_time(int length)
    {
        var bytes = new byte[length * 21];
        new Random(length).NextBytes(bytes);
        var hashes = new Hash32[21];

        Keccak256.HashMany(bytes, length, hashes);

        Assert.Equal(bytes.Chunk(length).Select(message => Keccak256.Hash(message)), hashes);
    }

    // The dispatch takes one kind of vector only: here every kind is held to the scalar permutation.
    [Fact]
    public void Hashes_alike_with_vectors_of_every_width_that_works_everywhere()
    {
        Assert.Equal(OfEveryKind.Select(message => Keccak256.Hash(message.Span)), HashBy<ulong, OneLane>());
        Assert.Equal(OfEveryKind.Select(message => Keccak256.Hash(message.Span)), HashBy<Vector256<ulong>, FourLanes>());
    }

    [Fact]
    public void Hashes_alike_with_vectors_of_512_bits()
    {
        Assert.SkipUnless(Avx512F.IsSupported, "This processor has no vectors of 512 bits.");

        Assert.Equal(OfEveryKind.Select(message => Keccak256.Hash(message.Span)), HashBy<Vector512<ulong>, EightLanes>());
    }

    [Fact]
    public void Refuses_batches_that_do_not_fit()
    {
        ReadOnlyMemory<byte>[] messages = [new byte[1], new byte[2]];

        Assert.Throws<ArgumentException>(() => Keccak256.HashMany(messages, new Hash32[1]));
        Assert.Throws<ArgumentException>(() => Keccak256.HashMany(new byte[64], 32, new Hash32[1]));
        Assert.Throws<ArgumentException>(() => Keccak256.HashMany(new byte[65], 32, new Hash32[3]));
        Assert.Throws<ArgumentOutOfRangeException>(() => Keccak256.HashMany(new byte[64], 0, new Hash32[3]));
    }

    private static ReadOnlyMemory<byte>[] Messages(Random random, IEnumerable<int> lengths) =>
        [.. lengths.Select(length =>
        {
            var message = new byte[length];
            random.NextBytes(message);
            return (ReadOnlyMemory<byte>)message;
        })];

    private static Hash32[] HashBy<T, L>()
        where T : unmanaged
        where L : struct, IKeccakLanes<T>
    {
        var hashes = new Hash32[OfEveryKind.Length];
        KeccakBatch.Hash<T, L, Listed>(new Listed(OfEveryKind), hashes);
        return hashes;
    }

    private readonly struct Listed(ReadOnlyMemory<byte>[] messages) : IKeccakMessages
    {
        public int Count => messages.Length;

        public ReadOnlySpan<byte> this[int index] => messages[index].Span;
    }
}
