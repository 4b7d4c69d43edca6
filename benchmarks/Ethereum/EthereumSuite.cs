using System.Text.Json.Nodes;
using OpenGradient.Benchmarks.Measuring;

namespace OpenGradient.Benchmarks.Ethereum;

/// <summary>The Ethereum library beside viem and noble, on the same data.</summary>
public sealed class EthereumSuite : TimedSuite
{
    public override string Name => "ethereum";

    public override string Description => "hashing, recovery, ABI, RLP, transactions and JSON-RPC beside viem and noble";

    protected override IReadOnlyList<BenchmarkCase> Cases =>
        [.. CryptoCases.All, .. ContractCases.All, .. TransactionCases.All, .. RlpCases.All, .. RpcCases.All];

    protected override JsonObject PeerData
    {
        get
        {
            var data = new JsonObject();
            CryptoCases.AddPeerData(data);
            ContractCases.AddPeerData(data);
            TransactionCases.AddPeerData(data);
            RlpCases.AddPeerData(data);
            RpcCases.AddPeerData(data);
            return data;
        }
    }
}
