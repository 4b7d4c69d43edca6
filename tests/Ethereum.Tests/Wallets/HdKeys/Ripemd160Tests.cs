using System.Text;
using OpenGradient.Ethereum.Wallets;
using OpenGradient.Support;

namespace OpenGradient.Ethereum.Tests.Wallets;

public sealed class Ripemd160Tests
{
    [Theory]
    [InlineData("", "9c1185a5c5e9fc54612808977ee8f548b2258d31")]
    [InlineData("a", "0bdc9d2d256b3ee9daae347be6f4dc835a467ffe")]
    [InlineData("abc", "8eb208f7e05d987a9b044a8e98c6b087f15a0bfc")]
    [InlineData("message digest", "5d0689ef49d2fae572b881b123a85ffa21595f36")]
    [InlineData("abcdefghijklmnopqrstuvwxyz", "f71c27109c692c1b56bbdceb5b9d2865b3708dbc")]
    [InlineData("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", "12a053384a9c0c88e405a06c27dcf49ada62eb2b")]
    [InlineData("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789", "b0e20b6e3116640286ed3a87a5713079b21f5189")]
    public void Gives_the_vectors_of_its_authors(string message, string expected) =>
        Assert.Equal(expected, HashOf(Encoding.ASCII.GetBytes(message)));

    [Fact]
    public async Task Agrees_with_noble_on_every_length_up_to_three_blocks()
    {
        var output = await PeerProcess.RunNodeAsync(
            """
            import { ripemd160 } from '@noble/hashes/legacy'
            for (let length = 0; length <= 192; length++)
              console.log(Buffer.from(ripemd160(Uint8Array.from({ length }, (_, i) => (i * 7 + length) & 255))).toString('hex'))
            """,
            "",
            TestContext.Current.CancellationToken);

        var expected = output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(193, expected.Length);
        for (var length = 0; length <= 192; length++)
        {
            var seed = length;
            var message = Enumerable.Range(0, length).Select(i => (byte)(((i * 7) + seed) & 255)).ToArray();
            Assert.Equal(expected[length], HashOf(message));
        }
    }

    private static string HashOf(byte[] message)
    {
        var hash = new byte[Ripemd160.HashLength];
        Ripemd160.Hash(message, hash);
        return Convert.ToHexStringLower(hash);
    }
}
