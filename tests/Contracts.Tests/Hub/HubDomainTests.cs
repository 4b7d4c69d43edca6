using FsCheck.Fluent;
using OpenGradient.Contracts.Hub;
using OpenGradient.Ethereum.Crypto;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Ethereum.Signing;
using OpenGradient.Ethereum.Wallets;
using OpenGradient.Support;

namespace OpenGradient.Contracts.Tests.Hub;

/// <summary>Ids and digests in C# and on the deployed hub: one structure, two implementations, the same hash.</summary>
public sealed class HubDomainTests(DeployedChainFixture chain)
{
    private const int Samples = 200;

    private static readonly CancellationToken Stop = TestContext.Current.CancellationToken;

    private readonly HubDomain _domain = new(chain.Deployment.ChainId, chain.Deployment.Hub);
    private readonly IHubContract _hub = new(chain.Client, chain.Deployment.Hub);

    [Fact]
    public Task Names_requests_of_any_content_as_the_hub_does() => RandomData.ForEachAsync(
        RandomAsks.All, Samples,
        async ask => Assert.Equal(await _hub.CallRequestIdOfAsync(ask, cancellationToken: Stop), _domain.IdOf(ask)));

    [Fact]
    public Task Hashes_receipts_of_any_content_as_the_hub_does() => RandomData.ForEachAsync(
        RandomAsks.Receipts, Samples,
        async receipt => Assert.Equal(await _hub.CallDigestOfAsync(receipt, cancellationToken: Stop), _domain.DigestOf(receipt)));

    [Fact]
    public Task Seals_answers_as_the_hub_does() => RandomData.ForEachAsync(
        from member in RandomData.Addresses
        from request in RandomData.Hashes
        from commit in RandomData.Hashes
        from salt in RandomData.Hashes
        select (member, request, commit, salt),
        Samples,
        async sample => Assert.Equal(
            await _hub.CallSealOfAsync(sample.request, sample.member, sample.commit, sample.salt, cancellationToken: Stop),
            _domain.SealOf(sample.request, sample.member, sample.commit, sample.salt)));

    [Fact]
    public async Task Commits_to_a_failure_as_the_hub_does() =>
        Assert.Equal(await _hub.CallFAILUREAsync(cancellationToken: Stop), HubDomain.Failure);

    [Fact]
    public Task Another_chain_hub_requester_nonce_or_request_has_another_id() => RandomData.ForEachAsync(RandomAsks.All, Samples, ask =>
    {
        var other = ask.Requester == chain.Deployment.Token ? chain.Deployment.Nodes : chain.Deployment.Token;
        Hash32[] ids =
        [
            _domain.IdOf(ask),
            new HubDomain(new ChainId(1), chain.Deployment.Hub).IdOf(ask),
            new HubDomain(chain.Deployment.ChainId, chain.Deployment.Nodes).IdOf(ask),
            _domain.IdOf(ask with { Requester = other }),
            _domain.IdOf(ask with { Nonce = ask.Nonce ^ UInt256.One }),
            _domain.IdOf(ask with { Request = ask.Request with { Fee = ask.Request.Fee ^ UInt256.One } }),
        ];
        Assert.Equal(ids.Length, ids.Distinct().Count());
        return Task.CompletedTask;
    });

    [Fact]
    public void Another_chain_or_hub_gives_a_receipt_another_digest()
    {
        var receipt = new IHubContract.Receipt(
            Hash32.Zero, Hash32.Zero, Hash32.Zero, Hash32.Zero, (byte)Assurance.Signed, Address.Zero, Address.Zero, 0, 0, 0, Hash32.Zero);
        Hash32[] digests =
        [
            _domain.DigestOf(receipt),
            new HubDomain(new ChainId(1), chain.Deployment.Hub).DigestOf(receipt),
            new HubDomain(chain.Deployment.ChainId, chain.Deployment.Nodes).DigestOf(receipt),
        ];

        Assert.Equal(digests.Length, digests.Distinct().Count());
    }

    [Fact]
    public async Task Signs_the_receipt_that_the_hub_puts_together()
    {
        using var node = new LocalSigner(DevelopmentAccounts.Key(1));
        await RandomData.ForEachAsync(RandomAsks.All, 20, async ask =>
        {
            var unsigned = new IHubContract.Submission(
                ask, new IHubContract.Terms([], []), HubDomain.Failure, node.Address, chain.Deployment.Token, 3, 1, 2, Hash32.Zero,
                ReadOnlyMemory<byte>.Empty, ReadOnlyMemory<byte>.Empty);

            var signed = await _domain.SignAsync(unsigned, node, Stop);

            var digest = await _hub.CallDigestOfAsync(_domain.ReceiptOf(unsigned), cancellationToken: Stop);
            Assert.True(Signature.TryParseEither(signed.Evidence.Span, out var signature) && signature.IsBy(node.Address, digest));
            Assert.Equal(unsigned, signed with { Evidence = unsigned.Evidence });
        });
    }
}
