using System.Security.Cryptography;
using OpenGradient.Ethereum.Blocks;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Ethereum.Rlp;
using OpenGradient.Ethereum.Tests.Tries;
using OpenGradient.Ethereum.Tries;

namespace OpenGradient.Ethereum.Tests.Blocks;

public sealed class BlockCommitmentsTests
{
    private static readonly Withdrawal Sample = new(1, 65_535, Address.Parse("0x" + new string('8', 40)), 2_000_000_000);

    [Fact]
    public void No_withdrawals_and_no_requests_have_the_hashes_of_nothing()
    {
        Assert.Equal(Trie.EmptyRoot, BlockCommitments.WithdrawalsRoot([]));
        Assert.Equal(new Hash32(SHA256.HashData([])), BlockCommitments.RequestsHash([]));
        Assert.Equal(new Hash32(SHA256.HashData([])), BlockCommitments.RequestsHash([new byte[] { 0 }, new byte[] { 1 }, default]));
    }

    [Fact]
    public void Requests_are_hashed_each_and_then_together()
    {
        byte[] deposits = [0x00, 1, 2, 3];
        byte[] exits = [0x01, 4, 5];

        Assert.Equal(
            new Hash32(SHA256.HashData([.. SHA256.HashData(deposits), .. SHA256.HashData(exits)])),
            BlockCommitments.RequestsHash([deposits, exits, new byte[] { 2 }]));
    }

    [Fact]
    public void Reads_back_a_withdrawal_and_refuses_every_truncation_of_it()
    {
        var encoding = Sample.Encode();

        Assert.Equal(Sample, Withdrawal.Decode(encoding));
        Assert.Equal("0xde0182ffff94" + new string('8', 40) + "8477359400", Hex.Encode(encoding));
        for (var length = 0; length < encoding.Length; length++)
            Assert.Throws<RlpException>(() => Withdrawal.Decode(encoding.AsSpan(0, length)));
        Assert.Throws<RlpException>(() => Withdrawal.Decode([.. encoding, 0]));
    }

    [Fact]
    public void Has_the_withdrawals_root_of_its_definition()
    {
        var withdrawals = Enumerable.Range(0, 16).Select(index => Sample with { Index = (ulong)index }).ToArray();

        Assert.Equal(
            NaiveTrie.RootOf(withdrawals.Select((withdrawal, index) => (Trie.ListKey(index), withdrawal.Encode()))),
            BlockCommitments.WithdrawalsRoot(withdrawals));
    }
}
