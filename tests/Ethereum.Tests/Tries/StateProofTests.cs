using OpenGradient.Ethereum.Crypto;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Ethereum.Rlp;
using OpenGradient.Ethereum.Tests.Rlp;
using OpenGradient.Ethereum.Tries;

namespace OpenGradient.Ethereum.Tests.Tries;

/// <summary>What a real node proves is in <c>RealBlockTests</c>; here are the values that no real node has.</summary>
public sealed class StateProofTests
{
    private static readonly Address Account = Address.Parse("0x" + new string('a', 40));

    private static readonly AccountState State = new(7, new Wei(1_000UL), Trie.EmptyRoot, AccountState.EmptyCodeHash);

    [Fact]
    public void Knows_the_hash_of_no_code() => Assert.Equal(
        "0xc5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470", AccountState.EmptyCodeHash.ToString());

    [Fact]
    public void Reads_back_an_account_and_refuses_every_truncation_of_it()
    {
        var encoding = State.Encode();

        Assert.Equal(State, AccountState.Decode(encoding));
        for (var length = 0; length < encoding.Length; length++)
            Assert.Throws<RlpException>(() => AccountState.Decode(encoding.AsSpan(0, length)));
        Assert.Throws<RlpException>(() => AccountState.Decode([.. encoding, 0]));
    }

    [Fact]
    public void Shows_an_account_by_the_hash_of_its_address()
    {
        var trie = TrieOf(Account.Bytes, State.Encode());
        var key = Keccak256.Hash(Account.Bytes).Bytes;

        Assert.Equal(new ProofResult<AccountState>.Present(State), StateProof.VerifyAccount(trie.Root, Account, trie.Prove(key)));
        Assert.IsType<ProofResult<AccountState>.Absent>(StateProof.VerifyAccount(trie.Root, Address.Zero, trie.Prove(key)));
        Assert.Equal(
            new ProofResult<AccountState>.Invalid(ProofFault.MissingNode, 0), StateProof.VerifyAccount(trie.Root, Account, []));
    }

    [Fact]
    public void Shows_no_account_whose_encoding_is_none()
    {
        var fields = RlpTree.List(
            RlpTree.Bytes([]), RlpTree.Bytes([]), RlpTree.Bytes(new byte[32]), RlpTree.Bytes(new byte[32]), RlpTree.Bytes([1])).Encode();
        var trie = TrieOf(Account.Bytes, fields);

        Assert.Equal(
            new ProofResult<AccountState>.Invalid(ProofFault.MalformedValue, 0),
            StateProof.VerifyAccount(trie.Root, Account, trie.Prove(Keccak256.Hash(Account.Bytes).Bytes)));
    }

    [Theory]
    [InlineData("0x2a", true)]
    [InlineData("0xa0ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff", true)]
    [InlineData("0x80", false)] // a zero
    [InlineData("0x00", false)] // a leading zero
    [InlineData("0x820001", false)]
    [InlineData("0x2a2a", false)]
    [InlineData("0xc12a", false)]
    [InlineData("0xa101ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff", false)]
    public void Shows_a_word_of_storage_only_as_storage_keeps_it(string value, bool isWord)
    {
        var slot = Hash32.FromUInt256(5UL);
        var trie = TrieOf(slot.Bytes, Hex.Decode(value));

        var result = StateProof.VerifyStorage(trie.Root, slot, trie.Prove(Keccak256.Hash(slot.Bytes).Bytes));

        Assert.Equal(isWord, result is ProofResult<UInt256>.Present);
        Assert.Equal(!isWord, result is ProofResult<UInt256>.Invalid { Fault: ProofFault.MalformedValue });
    }

    private static Trie TrieOf(ReadOnlySpan<byte> key, byte[] value) =>
        Trie.Of(Trie.WithHashedKeys([new TrieEntry(key.ToArray(), value)]));
}
