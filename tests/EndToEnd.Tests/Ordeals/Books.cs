using OpenGradient.Contracts;
using OpenGradient.Contracts.Hub;
using OpenGradient.EndToEnd.Tests.Network;
using OpenGradient.Ethereum.Blocks;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Ethereum.Rpc;
using OpenGradient.Ethereum.Wallets;
using OpenGradient.Support;

namespace OpenGradient.EndToEnd.Tests.Ordeals;

/// <summary>What an ordeal may cost beyond a claim and an answer for each request: nothing, where it does not say so.</summary>
internal sealed record BooksLimits
{
    /// <summary>How often one request may be claimed.</summary>
    public int Claims { get; init; } = 1;

    /// <summary>How many of one request's answers the hub may turn away.</summary>
    public int Refused { get; init; }

    /// <summary>How many transactions may come to nothing since the books were last right: claims of what could not be claimed any more, which cost their gas and nothing else.</summary>
    public int InVain { get; init; }
}

/// <summary>What the chain says that became of requests and of everybody's money.</summary>
internal sealed class Books(DeployedChainFixture chain, TestNetwork network, Address node)
{
    private const int DevelopmentCount = 10;
    private const ulong Hour = 3_600;

    // What a node deposits when it is enlisted.
    private static readonly UInt256 Deposited = Units.Parse("1000000", 18);

    private readonly HashSet<Hash32> _vain = [];

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private EthereumClient Client => chain.Client;

    /// <summary>
    /// Holds: each of these requests was settled once and claimed no more often than it may be; no bond is lost; the node's nonces have no gap, and what it sent had its effect but for what may
    /// come to nothing; each fee was earned once, and all of the money is where it can be accounted for.
    /// </summary>
    public async Task AreRightAsync(IReadOnlyCollection<Hash32> requests, BooksLimits limits)
    {
        // A chain under load has a block's state a moment before its logs.
        List<Log> logs = [];
        await Eventually.UntilAsync(
            async () => requests.All((logs = await LogsAsync(BlockTag.Latest)).Where(IHubContract.SettledEvent.Matches).Select(log => log.Topics[1]).ToHashSet().Contains),
            "the chain tells every settlement", Stop);

        foreach (var request in requests)
        {
            var told = logs.Where(log => log.Topics.Count > 1 && log.Topics[1] == request).ToList();
            Assert.Equal(1, told.Count(IHubContract.SettledEvent.Matches));
            // An answer may come too early; none is sent, and paid for, once the request is settled.
            Assert.True(IHubContract.SettledEvent.Matches(told[^1]), $"{request} was settled, and something was sent for it all the same.");
            Assert.InRange(told.Count(IHubContract.ClaimedEvent.Matches), 1, limits.Claims);
            var refused = told.Select(log => IHubContract.SubmissionRefusedEvent.TryDecode(log, out var word) ? word : null).OfType<IHubContract.SubmissionRefusedEvent>().ToList();
            Assert.True(refused.Count <= limits.Refused, $"{request}: {refused.Count} answers were turned away: {string.Join(", ", refused.Select(word => (Refusal)word.Refusal))}.");
        }

        await NothingWasSentInVainAsync(limits.InVain);
        await MoneyIsConservedAsync();
    }

    private async Task NothingWasSentInVainAsync(int most)
    {
        var sent = await SentAsync();
        Assert.Equal(Enumerable.Range(0, sent.Count).Select(nonce => (ulong)nonce), sent.Select(one => one.Transaction.Nonce));
        var vain = sent.Where(one => !one.Succeeded && !_vain.Contains(one.Transaction.Hash)).Select(one => one.Transaction).ToList();
        Assert.True(
            vain.Count <= most, $"{vain.Count} transactions did nothing but cost gas: {string.Join(", ", vain.Select(one => $"{one.Nonce} ({Selector(one)})"))}.");
        Assert.All(vain, one => Assert.Equal($"{IHubContract.ClaimCall.Selector}", Selector(one)));
        _vain.UnionWith(vain.Select(one => one.Hash));
    }

    // All of it at one block, since the chain goes on.
    private async Task MoneyIsConservedAsync()
    {
        var at = BlockTag.At(await Client.GetBlockNumberAsync(Stop));
        var logs = await LogsAsync(at);
        Assert.DoesNotContain(logs, IHubContract.ClaimForfeitedEvent.Matches);
        Assert.DoesNotContain(logs, IHubContract.RefundedEvent.Matches);
        var asked = logs.Select(log => IHubContract.RequestedEvent.TryDecode(log, out var told) ? told : null).OfType<IHubContract.RequestedEvent>().ToDictionary(told => told.RequestId);
        var settled = logs.Select(log => IHubContract.SettledEvent.TryDecode(log, out var told) ? told : null).OfType<IHubContract.SettledEvent>().ToDictionary(told => told.RequestId);
        var claimed = logs.Select(log => IHubContract.ClaimedEvent.TryDecode(log, out var told) ? told : null).OfType<IHubContract.ClaimedEvent>().ToLookup(told => told.RequestId);
        var open = asked.Keys.Except(settled.Keys).ToList();

        // What was settled is final at once and paid into the payee's account where it was proven; else it is kept by the hour until it cannot be contested any more, and then collected.
        var earned = await OfHubAsync(hub => hub.CallBalanceOfAsync(chain.Owner.Address, at, Stop));
        foreach (var hour in settled.Values.Where(told => told.Until > 0).Select(told => (told.Settlement.Payee, HourEnd: (told.Until + Hour - 1) / Hour * Hour)).Distinct())
            earned += await OfHubAsync(hub => hub.CallEarningsOfAsync(hour.Payee, hour.HourEnd, at, Stop));
        Assert.All(settled.Values, told => Assert.Equal((node, chain.Owner.Address), (told.Node, told.Settlement.Payee)));
        Assert.Equal(Sum(settled.Keys.Select(id => asked[id].Request.Fee)), earned);

        // The node has all that it brought, but for the bonds of what it answers just now.
        var bonds = Sum(open.Select(id => claimed[id].LastOrDefault()?.Bond ?? UInt256.Zero));
        var deposits = await OfHubAsync(hub => hub.CallBalanceOfAsync(node, at, Stop));
        Assert.Equal(Deposited, deposits + bonds);
        Assert.Equal(
            deposits + bonds + earned + Sum(open.Select(id => asked[id].Request.Fee)), await network.Token.CallBalanceOfAsync(chain.Deployment.Hub, at, Stop));

        var held = UInt256.Zero;
        foreach (var holder in Enumerable.Range(0, DevelopmentCount).Select(AddressOf).Concat([chain.Deployment.Hub, chain.Deployment.Nodes, chain.Deployment.Court]))
            held += await network.Token.CallBalanceOfAsync(holder, at, Stop);
        Assert.Equal(await network.Token.CallTotalSupplyAsync(at, Stop), held);
    }

    private ValueTask<UInt256> OfHubAsync(Func<IHubContract, ValueTask<UInt256>> ask) => ask(network.Hub);

    private static UInt256 Sum(IEnumerable<UInt256> amounts) => amounts.Aggregate(UInt256.Zero, (sum, amount) => sum + amount);

    private static string Selector(TransactionInfo transaction) => $"0x{Convert.ToHexStringLower(transaction.Input.Span[..4])}";

    private static Address AddressOf(int account)
    {
        using var key = DevelopmentAccounts.Key(account);
        return key.Address;
    }

    private async Task<List<Log>> LogsAsync(BlockTag to) =>
        [.. (await Client.GetLogsAsync(BlockTag.Earliest, to, LogFilter.Of(network.Hub.Address), Stop)).Select(log => log.Content)];

    private async Task<IReadOnlyList<(TransactionInfo Transaction, bool Succeeded)>> SentAsync()
    {
        List<(TransactionInfo Transaction, bool Succeeded)> sent = [];
        var tip = await Client.GetBlockNumberAsync(Stop);
        for (var number = new BlockNumber(0); number <= tip; number += 1)
        {
            var block = await Client.GetBlockWithTransactionsAsync(number, Stop) ?? throw new InvalidOperationException($"There is no block {number}.");
            foreach (var transaction in (block.Transactions ?? []).Where(transaction => transaction.From == node))
            {
                var receipt = await Client.GetTransactionReceiptAsync(transaction.Hash, Stop);
                sent.Add((transaction, receipt is { Succeeded: true }));
            }
        }

        return sent;
    }
}
