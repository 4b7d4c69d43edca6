using OpenGradient.Ethereum.Blocks;
using OpenGradient.Ethereum.Following;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Ethereum.Rpc;
using OpenGradient.Ethereum.Signing;
using OpenGradient.Ethereum.Wallets;
using OpenGradient.Foundry;
using OpenGradient.Support;

namespace OpenGradient.Contracts.Tests;

/// <summary>The example that README shows, run. A tidy test holds the two together, line by line.</summary>
public sealed class ReadmeTests(AnvilFixture anvil) : IClassFixture<AnvilFixture>
{
    private static readonly CancellationToken Stop = TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_example_asks_a_token_and_follows_its_transfers()
    {
        var endpoint = anvil.HttpUrl;
        var holder = Address.Parse("0x00000000000000000000000000000000000000a1");
        var tokenAddress = await DeployAndMintAsync(holder);
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        var untilCancelled = enough.Token;
        var sink = new MemorySink(_ => enough.Cancel());

#pragma warning disable xUnit1051 // Shown as people would write it.
        await using var chain = EthereumClient.Connect(endpoint);
        var token = new IERC20Contract(chain, tokenAddress);
        var balance = await token.CallBalanceOfAsync(holder);
#pragma warning restore xUnit1051

        var transfersToHolder = LogFilter.Of(token.Address, IERC20Contract.TransferEvent.Filter(to: holder));
        await using var follower = new ChainFollower([new RpcChainSource(chain)], sink, new LogFilterSet(transfersToHolder));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await follower.RunAsync(untilCancelled);
        });

        var transfer = IERC20Contract.TransferEvent.Decode(Assert.Single(sink.Logs).Content);
        Assert.Equal((holder, (UInt256)42u), (transfer.To, transfer.Value));
        Assert.Equal((UInt256)42u, balance);
    }

    private async Task<Address> DeployAndMintAsync(Address holder)
    {
        await using var chain = EthereumClient.Connect(anvil.HttpUrl);
        using var signer = new LocalSigner(DevelopmentAccounts.Key(0));
        var sender = new DevelopmentSender(chain, signer, AnvilOptions.DevelopmentChainId);
        var token = new TestTokenContract(chain, await sender.DeployAsync(TestTokenContract.Deployment(), Stop));
        // One that the filter must leave out, and one that it must take.
        await sender.SendAsync(token.PrepareMint(sender.Address, 7u), cancellationToken: Stop);
        await sender.SendAsync(token.PrepareMint(holder, 42u), cancellationToken: Stop);
        return token.Address;
    }
}
