using OpenGradient.Ethereum.Blocks;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Ethereum.Rpc;
using OpenGradient.Indexer.Gas;
using OpenGradient.Indexer.Schema;
using OpenGradient.Indexer.Tests.Api;
using OpenGradient.Support.Databases;

namespace OpenGradient.Indexer.Tests.Gas;

/// <summary>Settlements, and what nodes say that they took.</summary>
internal static class Settling
{
    /// <summary>An index of settlements of final blocks, each in a transaction of its own.</summary>
    public static async Task<ServedIndex> StartAsync(IDatabaseFixture databases, int count)
    {
        var index = await ServedIndex.StartAsync(await databases.CreateAsync());
        var random = new Random(31);
        for (var i = 0; i < count; i++)
            index.Chain.Blocks.Mine(ServedIndex.About("hub_settled", i, random));
        await FinalizeAsync(index);
        return index;
    }

    /// <summary>Makes what is there final.</summary>
    public static async Task FinalizeAsync(ServedIndex index)
    {
        index.Chain.Blocks.Finalize(index.Chain.Blocks.Head.Number);
        index.Chain.Blocks.Mine();
        await index.SettleAsync();
    }

    public static SettlingTransaction Transaction(ulong block) => new(
        Hash32.FromUInt256(0xA0000 + block), new BlockRef(new(block), Hash32.FromUInt256(0xB0000 + block)), RowId.FirstOf(new(block)), 1);

    public static TransactionReceipt ReceiptOf(SettlingTransaction transaction) => new()
    {
        TransactionHash = transaction.Hash,
        TransactionIndex = 0,
        Block = transaction.Block,
        From = ServedIndex.Someone(70),
        GasUsed = 90_000,
        EffectiveGasPrice = new Wei(2),
        Logs = [],
        Consensus = new Receipt { TransactionType = 2, Succeeded = true, CumulativeGasUsed = 90_000, Logs = [] },
    };

    /// <summary>A node that says what it is given to say, and all at once.</summary>
    public static GasNode Node(Func<IReadOnlyList<SettlingTransaction>, ReceiptsTold> tell, string name = "http://node.test") => new(name, (asked, _) => Task.FromResult(tell(asked)));
}
