using OpenGradient.Contracts.Hub;
using OpenGradient.Ethereum.Contracts;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Ethereum.Rpc;
using OpenGradient.Support;

namespace OpenGradient.Contracts.Tests.Hub;

/// <summary>Hashes that the hub only ever compares: it is asked whether ours is the one.</summary>
public sealed class RequestHashTests(DeployedChainFixture chain)
{
    private const int Samples = 100;
    private const string WrongHash = "termsHash";

    private static readonly CancellationToken Stop = TestContext.Current.CancellationToken;

    private readonly IHubContract _hub = new(chain.Client, chain.Deployment.Hub);

    [Fact]
    public Task The_hub_takes_terms_by_our_hash_and_by_no_other() => RandomData.ForEachAsync(RandomAsks.Terms, Samples, async terms =>
    {
        var hash = RequestHash.Of(terms);
        var ours = await WhyRefusedAsync(hash, terms);
        var other = await WhyRefusedAsync(Hash32.FromUInt256(hash.ToUInt256() ^ UInt256.One), terms);

        // Whatever else is wrong with it, which is much, comes after.
        Assert.NotEqual(WrongHash, ours, StringComparer.Ordinal);
        Assert.Equal(WrongHash, other, StringComparer.Ordinal);
    });

    [Fact]
    public void No_terms_have_no_hash() => Assert.Equal(Hash32.Zero, RequestHash.Of(new IHubContract.Terms([], [])));

    [Fact]
    public Task The_hub_finds_the_settlement_that_our_word_keeps() => RandomData.ForEachAsync(RandomAsks.Settlements, Samples, async settlement =>
    {
        var ask = new IHubContract.Ask(EmptyRequest, Address.Zero, UInt256.Zero);
        var id = RequestHash.IdOf(chain.Deployment.ChainId, chain.Deployment.Hub, ask);
        // As it lies in the hub's memory: the stage, and the upper 200 bits of the hash.
        var word = new RequestWord(RequestHash.Of(settlement).ToUInt256() >> 56 << 56 | (ulong)Stage.Settled);
        Assert.True(word.Keeps(settlement));
        Assert.False(word.Keeps(settlement with { Lien = settlement.Lien ^ UInt256.One }));

        var kept = await ReclaimAsync(ask, settlement, id, word);
        var other = await ReclaimAsync(ask, settlement with { Lien = settlement.Lien ^ UInt256.One }, id, word);

        Assert.True(IHubContract.TipNotReclaimableError.TryDecode(kept.Reason, out _), $"{kept.Reason}");
        Assert.True(IHubContract.SettlementMismatchError.TryDecode(other.Reason, out _), $"{other.Reason}");
    });

    private static IHubContract.Request EmptyRequest { get; } = new(
        Hash32.Zero, 0, Address.Zero, 0, 0, 0, 0, 0, 0, UInt256.Zero, UInt256.Zero, UInt256.Zero, Hash32.Zero, Hash32.Zero);

    private async Task<string?> WhyRefusedAsync(Hash32 termsHash, IHubContract.Terms terms)
    {
        var request = EmptyRequest with { TermsHash = termsHash };
        var call = _hub.PrepareRequestRequestBytesTerms(request, ReadOnlyMemory<byte>.Empty, terms);
        var refused = await Assert.ThrowsAsync<ContractRevertedException>(async () =>
            await chain.Client.CallAsync(call.To, call.Data, BlockTag.Latest, Stop));
        return IHubContract.RequestInvalidError.TryDecode(refused.Reason, out var invalid) ? invalid.What : null;
    }

    // There is no tip to reclaim, which the hub says once it has found the settlement.
    private async Task<ContractRevertedException> ReclaimAsync(
        IHubContract.Ask ask, IHubContract.Settlement settlement, Hash32 id, RequestWord word)
    {
        var call = _hub.PrepareReclaimTip(ask, settlement);
        var pretended = new Dictionary<Address, StateOverride>
        {
            [call.To] = new StateOverride
            {
                StateDiff = new Dictionary<Hash32, Hash32> { [RequestWord.SlotOf(id)] = Hash32.FromUInt256(word.Value) },
            },
        };
        var answer = await chain.Client.TrySendAsync(
            Eth.Call(new CallRequest { To = call.To, Data = call.Data }, BlockTag.Latest, pretended), Stop);
        Assert.False(answer.TryGet(out _, out var error));
        return new ContractRevertedException(Assert.IsType<RpcError.Reverted>(error).Reason);
    }
}
