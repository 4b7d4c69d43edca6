using OpenGradient.Ethereum.Primitives;
using OpenGradient.Ethereum.Rpc;
using OpenGradient.Support;

namespace OpenGradient.Ethereum.Tests.Rpc;

public sealed class AnvilTests(AnvilFixture anvil) : IClassFixture<AnvilFixture>
{
    [Fact]
    public async Task Reads_the_head_of_a_chain()
    {
        await using var client = EthereumClient.Connect(anvil.HttpUrl);
        var token = TestContext.Current.CancellationToken;

        Assert.Equal(31337ul, (await client.GetChainIdAsync(token)).Value);
        var block = await client.GetBlockAsync(BlockTag.Latest, token);
        Assert.NotNull(block);
        Assert.Equal(block.Hash, (await client.GetBlockAsync(BlockTag.At(block.Hash), token))?.Hash);
    }
}
