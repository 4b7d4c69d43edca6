using System.Text;
using FsCheck;
using FsCheck.Fluent;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Ethereum.Rlp;
using OpenGradient.Ethereum.Tries;

namespace OpenGradient.Ethereum.Tests.Tries;

public sealed class TrieTests
{
    private const int Seed = 20_260_201;

    [Fact]
    public void Has_the_well_known_root_when_it_is_empty()
    {
        const string Expected = "0x56e81f171bcc55a6ff8345e692c0f86e5b48e01b996cadc001622fb5e363b421";

        Assert.Equal(Expected, Trie.EmptyRoot.ToString());
        Assert.Equal(Expected, Trie.Of([]).Root.ToString());
        Assert.Equal(Expected, Trie.RootOfList([]).ToString());
    }

    // The vectors with which clients of the network test their tries in any order of insertion.
    [Theory]
    [InlineData("0xd23786fb4a010da3ce639d66d5e904a11dbc02746d1ce25029e53290cabf28ab", "A=aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")]
    [InlineData("0x8aad789dff2f538bca5d8ea56e8abe10f4c7ba3a5dea95fea4cd6e7c3a1168d3", "doe=reindeer", "dog=puppy", "dogglesworth=cat")]
    [InlineData("0x5991bb8c6514148a29db676a14ac506cd2cd5775ace63c30a4fe457715e9ac84", "do=verb", "horse=stallion", "doge=coin", "dog=puppy")]
    [InlineData("0x17beaa1648bafa633cda809c90c04af50fc8aed3cb40d16efbddee6fdf63c4c3", "foo=bar", "food=bass")]
    [InlineData("0x3f67c7a47520f79faa29255d2d3c084a7a6df0453116ed7232ff10277a8be68b", "be=e", "dog=puppy", "bed=d")]
    [InlineData("0x8452568af70d8d140f58d941338542f645fcca50094b20f3c3d8c3df49337928", "test=test", "te=testy")]
    public void Has_the_roots_that_other_clients_have(string root, params string[] entries)
    {
        Assert.Equal(root, Trie.Of(entries.Select(Parse)).Root.ToString());
        Assert.Equal(root, Trie.RootOf(entries.Reverse().Select(Parse)).ToString());
    }

    [Theory]
    [InlineData("0xe9e2935138352776cad724d31c9fa5266a5c593bb97726dd2a908fe6d53284df", "A=aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")]
    [InlineData("0xd4cd937e4a4368d7931a9cf51686b7e10abb3dce38a39000fd7902a092b64585", "doe=reindeer", "dog=puppy", "dogglesworth=cat")]
    [InlineData("0x29b235a58c3c25ab83010c327d5932bcf05324b7d6b1185e650798034783ca9d", "do=verb", "horse=stallion", "doge=coin", "dog=puppy")]
    [InlineData("0x1385f23a33021025d9e87cca5c66c00de06178807b96a9acc92b7d651ccde842", "foo=bar", "food=bass")]
    [InlineData("0x826a4f9f9054a3e980e54b20da992c24fa20467f1ca635115ef4917be66e746f", "be=e", "dog=puppy", "bed=d")]
    [InlineData("0xaea54fb6c80499674248a462864c420c9d9f3b3d38c879c12425bade1ad76552", "test=test", "te=testy")]
    public void Has_the_roots_that_other_clients_have_at_hashed_keys(string root, params string[] entries) =>
        Assert.Equal(root, Trie.RootOf(Trie.WithHashedKeys(entries.Select(Parse))).ToString());

    [Fact]
    public void Has_the_root_of_its_definition()
    {
        var random = new Random(Seed);
        for (var run = 0; run < 250; run++)
        {
            var entries = RandomEntries(random, random.Next(40));
            var expected = NaiveTrie.RootOf(entries);

            Assert.Equal(expected, Trie.Of(entries.Select(entry => new TrieEntry(entry.Key, entry.Value))).Root);
            random.Shuffle(entries);
            Assert.Equal(expected, Trie.RootOf(entries.Select(entry => new TrieEntry(entry.Key, entry.Value))));
        }
    }

    [Fact]
    public void Has_the_root_of_its_definition_for_any_entries() =>
        Prop.ForAll<Tuple<byte[], NonEmptyArray<byte>>[]>(static drawn =>
        {
            var entries = drawn.Where(pair => pair.Item1.Length <= Trie.MaxKeyLength)
                .DistinctBy(pair => Convert.ToHexString(pair.Item1), StringComparer.Ordinal)
                .Select(pair => (Key: pair.Item1, Value: pair.Item2.Item))
                .ToArray();
            return NaiveTrie.RootOf(entries) == Trie.RootOf(entries.Select(entry => new TrieEntry(entry.Key, entry.Value)));
        }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(127)]
    [InlineData(128)]
    [InlineData(129)]
    [InlineData(130)]
    [InlineData(300)]
    public void Has_the_root_of_a_list_whose_keys_are_written_indices(int count)
    {
        var random = new Random(count);
        var values = Enumerable.Range(0, count).Select(_ => RandomBytes(random, 1 + random.Next(60))).ToArray();
        var expected = NaiveTrie.RootOf(values.Select((value, index) => (KeyOf(index), value)));
        ReadOnlyMemory<byte>[] list = [.. values];

        Assert.Equal(expected, Trie.RootOfList(list));
        Assert.Equal(expected, Trie.OfList(list).Root);
    }

    [Theory]
    [InlineData(0, "0x80")]
    [InlineData(1, "0x01")]
    [InlineData(127, "0x7f")]
    [InlineData(128, "0x8180")]
    [InlineData(256, "0x820100")]
    [InlineData(int.MaxValue, "0x847fffffff")]
    public void Keys_of_a_list_are_its_indices_as_rlp_writes_them(int index, string expected)
    {
        Assert.Equal(expected, Hex.Encode(Trie.ListKey(index)));
        Assert.Equal(expected, Hex.Encode(KeyOf(index)));
    }

    [Fact]
    public void Refuses_a_key_that_comes_twice_or_is_too_long_and_an_empty_value()
    {
        TrieEntry first = new("a"u8.ToArray(), "1"u8.ToArray());
        TrieEntry again = new("a"u8.ToArray(), "2"u8.ToArray());
        TrieEntry empty = new("b"u8.ToArray(), default);
        TrieEntry longest = new(new byte[Trie.MaxKeyLength], "1"u8.ToArray());
        TrieEntry tooLong = new(new byte[Trie.MaxKeyLength + 1], "1"u8.ToArray());

        Assert.Contains("twice", Assert.Throws<ArgumentException>(() => Trie.Of([first, again])).Message, StringComparison.Ordinal);
        Assert.Contains("empty", Assert.Throws<ArgumentException>(() => Trie.Of([first, empty])).Message, StringComparison.Ordinal);
        Assert.Contains("64 bytes", Assert.Throws<ArgumentException>(() => Trie.Of([tooLong])).Message, StringComparison.Ordinal);
        Assert.Contains("index 1", Assert.Throws<ArgumentException>(() => Trie.RootOfList([first.Value, default])).Message, StringComparison.Ordinal);
        Assert.Equal(NaiveTrie.RootOf([(longest.Key.ToArray(), longest.Value.ToArray())]), Trie.RootOf([longest]));
    }

    [Fact]
    public void Takes_keys_that_branch_at_every_nibble()
    {
        // Keys of one repeated byte, each longer by one: the deepest trie that the bound on keys allows.
        var entries = Enumerable.Range(0, Trie.MaxKeyLength + 1)
            .Select(length => (Key: Enumerable.Repeat((byte)0x11, length).ToArray(), Value: RandomBytes(new Random(length), 40)))
            .ToArray();

        Assert.Equal(NaiveTrie.RootOf(entries), Trie.RootOf(entries.Select(entry => new TrieEntry(entry.Key, entry.Value))));
    }

    /// <summary>Keys that share prefixes, of one length or of several, and values on both sides of what a node embeds.</summary>
    internal static (byte[] Key, byte[] Value)[] RandomEntries(Random random, int count)
    {
        var length = random.Next(2) == 0 ? 0 : 1 + random.Next(5);
        var longest = random.Next(2) == 0 ? 4 : 80;
        return
        [
            .. Enumerable.Range(0, count)
                .Select(_ => (Key: RandomKey(random, length == 0 ? random.Next(6) : length), Value: RandomBytes(random, 1 + random.Next(longest))))
                .DistinctBy(entry => Convert.ToHexString(entry.Key), StringComparer.Ordinal),
        ];
    }

    internal static byte[] RandomBytes(Random random, int length)
    {
        var bytes = new byte[length];
        random.NextBytes(bytes);
        return bytes;
    }

    // Few different bytes, so that prefixes meet.
    private static byte[] RandomKey(Random random, int length)
    {
        byte[] alphabet = [0x00, 0x01, 0x10, 0x11, 0x1F, 0xF1, 0xFF];
        return random.GetItems(alphabet, length);
    }

    private static byte[] KeyOf(int index)
    {
        using var writer = new RlpWriter();
        writer.Write((ulong)index);
        return writer.ToArray();
    }

    private static TrieEntry Parse(string entry)
    {
        var parts = entry.Split('=');
        return new TrieEntry(Encoding.ASCII.GetBytes(parts[0]), Encoding.ASCII.GetBytes(parts[1]));
    }
}
