namespace OpenGradient.Benchmarks.Gas;

/// <summary>What peers publish of their own: the gas snapshots in their repositories, by the version that was read.</summary>
internal sealed record GasPeer(string Name, ulong Gas, string Source);

/// <inheritdoc cref="GasPeer"/>
internal static class GasPeers
{
    private const string Boundless = "boundless-xyz/boundless at 3f5ddcc, contracts/snapshots/BoundlessMarketBasicTest.json";
    private const string BoundlessBench = "boundless-xyz/boundless at 007c645, contracts/snapshots/BoundlessMarketBench.json";
    private const string Functions = "smartcontractkit/chainlink at 0115880, contracts/gas-snapshots/functions.gas-snapshot";
    private const string Infernet = "ritual-net/infernet-sdk at 213f6b7, .gas-snapshot";

    private const ulong BoundlessBatchOf32 = 1_910_376;

    private static readonly Dictionary<string, GasPeer> Nearest = new(StringComparer.Ordinal)
    {
        ["request, 64 bytes"] = new("Chainlink Functions, least request", 157_578, $"{Functions}: Gas_SendRequest, MinimumGas"),
        ["request, 64 bytes, paid from the account"] = new(
            "Boundless, submitRequest with payment", 41_198, $"{Boundless}: submitRequest with maxPrice ether; nothing is escrowed for one request"),
        ["claim"] = new("Boundless, lock a request", 136_582, $"{Boundless}: lockinRequest, base case"),
        ["settle Signed, by a claimant"] = new("Boundless, fulfil a locked request", 74_214, $"{Boundless}: fulfill, a locked request"),
        ["settle Signed, with a callback"] = new(
            "Chainlink Functions, least fulfilment", 198_975, $"{Functions}: FunctionsClient_FulfillRequest, MinimumGas"),
        ["settle Signed, each of a batch of 32"] = new(
            "Boundless, each of a batch of 32", BoundlessBatchOf32 / 32, $"{BoundlessBench}: fulfill, batch of 032 (v2), of which a 32nd"),
        ["request, 64 bytes, by a contract, with a callback"] = new(
            "Infernet, create a callback", 142_471, $"{Infernet}: CoordinatorCallbackTest, testCanCreateCallback, the whole test"),
    };

    public static GasPeer? Of(string name) => Nearest.GetValueOrDefault(name);
}
