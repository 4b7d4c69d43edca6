using OpenGradient.Ethereum.Crypto;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Ethereum.Tests.Rlp;
using OpenGradient.Ethereum.Tries;
using Result = OpenGradient.Ethereum.Tries.ProofResult<System.ReadOnlyMemory<byte>>;

namespace OpenGradient.Ethereum.Tests.Tries;

public sealed class TrieProofTests
{
    private const int Seed = 20_260_202;

    [Fact]
    public void Proves_every_key_that_it_holds_and_that_others_are_absent()
    {
        var random = new Random(Seed);
        var (present, absent) = (0, 0);
        for (var run = 0; run < 60; run++)
        {
            var entries = TrieTests.RandomEntries(random, random.Next(40))
                .ToDictionary(entry => Hex.Encode(entry.Key), entry => entry.Value, StringComparer.Ordinal);
            var trie = TrieOf(entries);
            var others = TrieTests.RandomEntries(random, 40).Select(entry => Hex.Encode(entry.Key));
            foreach (var key in entries.Keys.Union(others, StringComparer.Ordinal))
            {
                var result = TrieProof.Verify(trie.Root, Hex.Decode(key), trie.Prove(Hex.Decode(key)));
                if (entries.TryGetValue(key, out var value))
                {
                    Assert.Equal(value, Assert.IsType<Result.Present>(result).Value.ToArray());
                    present++;
                }
                else
                {
                    Assert.IsType<Result.Absent>(result);
                    absent++;
                }
            }
        }

        Assert.InRange(present, 500, int.MaxValue);
        Assert.InRange(absent, 500, int.MaxValue);
    }

    [Fact]
    public void Refuses_a_proof_with_any_byte_changed()
    {
        var (trie, keys) = Sample();
        foreach (var key in keys)
        {
            var proof = trie.Prove(key);
            for (var node = 0; node < proof.Length; node++)
            {
                for (var position = 0; position < proof[node].Length; position++)
                {
                    var changed = proof[node].ToArray();
                    changed[position] ^= 0x01;
                    Assert.Equal(new Result.Invalid(ProofFault.WrongHash, node), TrieProof.Verify(trie.Root, key, proof.SetItem(node, changed)));
                }
            }
        }
    }

    [Fact]
    public void Refuses_a_proof_with_a_node_missing_cut_doubled_or_added()
    {
        var (trie, keys) = Sample();
        foreach (var key in keys)
        {
            var proof = trie.Prove(key);
            for (var node = 0; node < proof.Length; node++)
            {
                Assert.IsType<Result.Invalid>(TrieProof.Verify(trie.Root, key, proof.RemoveAt(node)));
                Assert.IsType<Result.Invalid>(TrieProof.Verify(trie.Root, key, proof.Insert(node, proof[node])));
                for (var length = 0; length < proof[node].Length; length++)
                    Assert.IsType<Result.Invalid>(TrieProof.Verify(trie.Root, key, proof.SetItem(node, proof[node][..length])));
            }

            Assert.Equal(
                new Result.Invalid(ProofFault.MissingNode, proof.Length - 1),
                TrieProof.Verify(trie.Root, key, proof.RemoveAt(proof.Length - 1)));
            Assert.Equal(
                new Result.Invalid(ProofFault.UnusedNode, proof.Length),
                TrieProof.Verify(trie.Root, key, proof.Add(proof[0])));
        }
    }

    [Fact]
    public void A_proof_of_one_key_never_shows_something_false_of_another()
    {
        var (trie, keys) = Sample();
        foreach (var proven in keys)
        {
            foreach (var other in keys)
            {
                // Where both ways are the same nodes, the proof is one of both; anywhere else it must be none.
                var expected = trie.Prove(proven).SequenceEqual(trie.Prove(other)) ? TrieProof.Verify(trie.Root, other, trie.Prove(other)) : null;
                var result = TrieProof.Verify(trie.Root, other, trie.Prove(proven));
                if (expected is null)
                    Assert.IsType<Result.Invalid>(result);
                else
                    Assert.Equal(expected, result);
            }
        }
    }

    [Fact]
    public void Takes_no_node_and_the_empty_encoding_as_proofs_of_the_empty_trie_alone()
    {
        ReadOnlyMemory<byte> empty = new byte[] { 0x80 };
        var (trie, keys) = Sample();

        Assert.IsType<Result.Absent>(TrieProof.Verify(Trie.EmptyRoot, keys[0], []));
        Assert.IsType<Result.Absent>(TrieProof.Verify(Trie.EmptyRoot, keys[0], [empty]));
        Assert.Equal(new Result.Invalid(ProofFault.UnusedNode, 0), TrieProof.Verify(Trie.EmptyRoot, keys[0], [empty, empty]));
        Assert.Equal(new Result.Invalid(ProofFault.MissingNode, 0), TrieProof.Verify(trie.Root, keys[0], []));
        Assert.Equal(new Result.Invalid(ProofFault.WrongHash, 0), TrieProof.Verify(trie.Root, keys[0], [empty]));
    }

    // Tries that no one can build from entries, under their true hashes: only the form of their nodes gives them away. A name in braces
    // stands for the hash of the node of that name, or for the node itself.
    [Theory]
    [InlineData("an extension without a path", """["0x00", "{branch}"]""")]
    [InlineData("an extension to nothing", """["0x12", "0x"]""")]
    [InlineData("an extension to a leaf", """["0x12", "{leaf}"]""")]
    [InlineData("an extension to an extension", """["0x12", "{extension}"]""")]
    [InlineData("an extension to an embedded leaf", """["0x12", ["0x20", "0x01"]]""")]
    [InlineData("a reference that is shorter than a hash", """["0x12", "0xaabb"]""")]
    [InlineData("a reference that is a byte", """["0x12", "0x05"]""")]
    [InlineData("a reference that is longer than a hash", """["0x12", "0x000102030405060708090a0b0c0d0e0f000102030405060708090a0b0c0d0e0f00"]""")]
    [InlineData("a leaf without a value", """["0x32", "0x"]""")]
    [InlineData("a leaf with a list as its value", """["0x32", ["0x01"]]""")]
    [InlineData("a path that is a list", """[["0x32"], "0x01"]""")]
    [InlineData("an empty path item", """["0x", "0x01"]""")]
    [InlineData("an unknown flag", """["0x42", "0x01"]""")]
    [InlineData("a flag above the flags", """["0xb2", "0x01"]""")]
    [InlineData("padding that is not zero", """["0x2122", "0x01"]""")]
    [InlineData("three items", """["0x32", "0x01", "0x01"]""")]
    [InlineData("one item", """["0x32"]""")]
    [InlineData("no items", "[]")]
    [InlineData("bytes", "\"0x32\"")]
    [InlineData("a branch with sixteen items", """["{leaf}","{leaf}","","","","","","","","","","","","","",""]""")]
    [InlineData("a branch with eighteen items", """["{leaf}","{leaf}","","","","","","","","","","","","","","","",""]""")]
    [InlineData("a branch with one child", """["","","{leaf}","","","","","","","","","","","","","",""]""")]
    [InlineData("a branch with a value alone", """["","","","","","","","","","","","","","","","","0x01"]""")]
    [InlineData("a branch without anything", """["","","","","","","","","","","","","","","","",""]""")]
    [InlineData("a branch with a list as its value", """["","","{leaf}","","","","","","","","","","","","","",["0x01"]]""")]
    [InlineData("a malformed embedded sibling", """["","","{leaf}",["0x00","0x01"],"","","","","","","","","","","","",""]""")]
    [InlineData("an embedded child that has the length of a hash", """["","","{leaf}","{wide}","","","","","","","","","","","","",""]""")]
    [InlineData("a child by its hash that should be embedded", """["","","{short}","{leaf}","","","","","","","","","","","","",""]""")]
    public void Refuses(string what, string rootNode)
    {
        var leaf = RlpTree.List(RlpTree.Bytes([0x20]), RlpTree.Bytes(new byte[40]));
        var wide = RlpTree.List(RlpTree.Bytes([0x20]), RlpTree.Bytes(new byte[29]));
        var brief = RlpTree.List(RlpTree.Bytes([0x20]), RlpTree.Bytes([0x01]));
        var branch = RlpTree.List([HashOf(leaf), HashOf(leaf), .. Enumerable.Repeat(RlpTree.Bytes([]), 15)]);
        var extension = RlpTree.List(RlpTree.Bytes([0x00, 0x12]), HashOf(branch));
        var json = rootNode.Replace("\"\"", "\"0x\"", StringComparison.Ordinal)
            .Replace("{leaf}", HashText(leaf), StringComparison.Ordinal)
            .Replace("{branch}", HashText(branch), StringComparison.Ordinal)
            .Replace("{extension}", HashText(extension), StringComparison.Ordinal)
            .Replace("{short}", HashText(brief), StringComparison.Ordinal)
            .Replace("\"{wide}\"", wide.ToString(), StringComparison.Ordinal);
        using var parsed = System.Text.Json.JsonDocument.Parse(json);
        var root = RlpTree.FromJson(parsed.RootElement).Encode();
        Assert.Equal(32, wide.Encode().Length);

        // The key goes by nibble 2; whatever the root leads to is given too, in the order that each way would take.
        RlpTree[][] ways = [[], [leaf], [branch], [branch, leaf], [extension], [extension, branch, leaf], [brief]];
        foreach (var way in ways)
        {
            var result = TrieProof.Verify(Keccak256.Hash(root), [0x20], [root, .. way.Select(node => (ReadOnlyMemory<byte>)node.Encode())]);
            Assert.True(result is Result.Invalid, $"{what}: {result}");
        }

        Assert.Contains(ways, way => TrieProof.Verify(
            Keccak256.Hash(root), [0x20], [root, .. way.Select(node => (ReadOnlyMemory<byte>)node.Encode())])
            is Result.Invalid { Fault: ProofFault.MalformedNode });
    }

    [Fact]
    public void Refuses_nodes_that_are_not_canonical_under_their_true_hash()
    {
        var (trie, keys) = Sample();
        var node = trie.Prove(keys[0])[0].ToArray();
        for (var length = 0; length < node.Length; length++)
            AssertMalformed(node[..length]);
        AssertMalformed([.. node, 0x80]);

        // The same items under a length in one byte more than it needs.
        var payload = node[3..];
        Assert.Equal(0xF9, node[0]);
        AssertMalformed([0xFA, 0x00, .. node[1..3], .. payload]);

        void AssertMalformed(byte[] encoding) => Assert.Equal(
            new Result.Invalid(ProofFault.MalformedNode, 0), TrieProof.Verify(Keccak256.Hash(encoding), keys[0], [encoding]));
    }

    [Fact]
    public void Says_something_of_any_bytes_and_throws_at_none()
    {
        var random = new Random(Seed);
        var (trie, keys) = Sample();
        var node = trie.Prove(keys[0])[0].ToArray();
        var invalid = 0;
        for (var run = 0; run < 20_000; run++)
        {
            var bytes = (byte[])node.Clone();
            if (run % 2 == 0)
                bytes = TrieTests.RandomBytes(random, random.Next(80));
            else
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);

            invalid += TrieProof.Verify(Keccak256.Hash(bytes), keys[0], [bytes]) is Result.Invalid ? 1 : 0;
        }

        Assert.InRange(invalid, 10_000, 20_000);
    }

    [Fact]
    public void Looks_at_no_more_nodes_than_the_key_can_pass()
    {
        var (trie, keys) = Sample();
        var proof = trie.Prove(keys[0]);
        var padded = proof.AddRange(Enumerable.Repeat(proof[0], 100_000));

        Assert.Equal(new Result.Invalid(ProofFault.UnusedNode, proof.Length), TrieProof.Verify(trie.Root, keys[0], padded));
        Assert.Throws<ArgumentException>(() => TrieProof.Verify(trie.Root, new byte[Trie.MaxKeyLength + 1], []));
    }

    [Fact]
    public void Refuses_a_node_that_is_longer_than_any()
    {
        var node = new byte[TrieProof.MaxNodeLength + 1];

        Assert.Equal(new Result.Invalid(ProofFault.NodeTooLong, 0), TrieProof.Verify(Hash32.Zero, [0x01], [node]));
    }

    private static (Trie Trie, byte[][] Keys) Sample()
    {
        var random = new Random(Seed);
        var entries = Enumerable.Range(0, 60).ToDictionary(
            index => Hex.Encode(Keccak256.Hash([(byte)index]).Bytes),
            _ => TrieTests.RandomBytes(random, 1 + random.Next(50)),
            StringComparer.Ordinal);
        byte[][] keys =
        [
            .. entries.Keys.Take(4).Select(key => Hex.Decode(key)),
            .. Enumerable.Range(200, 3).Select(index => Keccak256.Hash([(byte)index]).ToArray()),
        ];
        return (TrieOf(entries), keys);
    }

    private static Trie TrieOf(Dictionary<string, byte[]> entries) =>
        Trie.Of(entries.Select(entry => new TrieEntry(Hex.Decode(entry.Key), entry.Value)));

    private static RlpTree HashOf(RlpTree node) => RlpTree.Bytes(Keccak256.Hash(node.Encode()).ToArray());

    private static string HashText(RlpTree node) => Keccak256.Hash(node.Encode()).ToString();
}
