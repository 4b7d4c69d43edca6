using System.Text.Json;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Ethereum.Rlp;
using OpenGradient.Support;

namespace OpenGradient.Ethereum.Tests.Rlp;

/// <summary>The same encodings as others write and read.</summary>
public sealed class RlpPeerTests
{
    private const int Seed = 20_260_103;

    [Fact]
    public void Agrees_with_the_published_suite()
    {
        using var suite = PublishedSuite.Read("rlp-coder");
        var checkedCases = 0;
        foreach (var test in suite.RootElement.EnumerateArray())
        {
            var name = test.GetProperty("name").GetString();
            var tree = RlpTree.FromJson(test.GetProperty("decoded"));
            var encoding = test.GetProperty("encoded").GetString()!;

            Assert.Equal((name, encoding), (name, Hex.Encode(tree.Encode())));
            Assert.Equal((name, tree.ToString()), (name, RlpTree.Decode(Hex.Decode(encoding)).ToString()));
            checkedCases++;
        }

        Assert.Equal(61, checkedCases);
    }

    [Fact]
    public async Task Writes_and_reads_random_items_as_viem_does()
    {
        var random = new Random(Seed);
        var trees = Enumerable.Range(0, 300).Select(_ => RlpTree.Random(random, levels: 4)).ToArray();
        const string Module = """
            import { toRlp, fromRlp } from 'viem';
            import { readFileSync } from 'node:fs';
            const trees = JSON.parse(readFileSync(0, 'utf8'));
            console.log(JSON.stringify(trees.map(tree => { const encoding = toRlp(tree); return [encoding, fromRlp(encoding, 'hex')]; })));
            """;

        var output = await PeerProcess.RunNodeAsync(Module, $"[{string.Join(',', (object[])trees)}]", TestContext.Current.CancellationToken);

        using var answers = JsonDocument.Parse(output);
        Assert.Equal(trees.Length, answers.RootElement.GetArrayLength());
        foreach (var (tree, answer) in trees.Zip(answers.RootElement.EnumerateArray()))
        {
            Assert.Equal($"seed {Seed}: {answer[0].GetString()}", $"seed {Seed}: {Hex.Encode(tree.Encode())}");
            Assert.Equal(RlpTree.FromJson(answer[1]).ToString(), RlpTree.Decode(Hex.Decode(answer[0].GetString())).ToString());
        }
    }

    [Fact]
    public void Refuses_the_well_known_invalid_encodings()
    {
        // Encodings that clients of the network must refuse: lengths that wrap, lengths in too many bytes, lists that end inside an item.
        string[] invalid =
        [
            "0xbf0f000000000000021111", "0xff0f000000000000021111", "0xf80180", "0xbfffffffffffffffffffffff", "0xc103c1", "0x8300",
            "0xb8020004", "0xf902010000000000000000", "0xb900", "0xa0000102030405060708090a0b0c0d0e0f", "0xc10102", "0xc2b801",
            "0xbb0000000000", "0xf60000000000", "0xb7" + new string('0', 108),
        ];

        foreach (var encoding in invalid)
            Assert.Throws<RlpException>(() => RlpTree.Decode(Hex.Decode(encoding)));
    }
}
