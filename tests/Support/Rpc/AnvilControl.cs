using OpenGradient.Ethereum.Primitives;
using OpenGradient.Ethereum.Rpc;

namespace OpenGradient.Support.Rpc;

/// <summary>What anvil can be told to do to its chain.</summary>
public static class AnvilControl
{
    public static Task MineAsync(this EthereumClient client, int blocks = 1) => client.TellAsync("anvil_mine", Hex.EncodeQuantity((ulong)blocks));

    /// <summary>Keeps the state, to come back to it by <see cref="RevertAsync"/>.</summary>
    public static Task<string> SnapshotAsync(this EthereumClient client) => client.TellAsync("evm_snapshot");

    /// <summary>Takes the chain back, as if the blocks since had never been; what was in them is in no pool either.</summary>
    public static Task RevertAsync(this EthereumClient client, string snapshot) => client.TellAsync("evm_revert", snapshot);

    /// <summary>Forgets all that waits for a block.</summary>
    public static Task DropAllAsync(this EthereumClient client) => client.TellAsync("anvil_dropAllTransactions");

    public static Task SetNextBaseFeeAsync(this EthereumClient client, Wei fee) =>
        client.TellAsync("anvil_setNextBlockBaseFeePerGas", Hex.EncodeQuantity(fee.Value));

    public static Task SetBalanceAsync(this EthereumClient client, Address account, Wei balance) =>
        client.TellAsync("anvil_setBalance", account.ToString(), Hex.EncodeQuantity(balance.Value));

    /// <summary>Puts as many new, empty blocks in the place of the last ones, as a reorganisation does; what was in those is in no pool either.</summary>
    public static Task ReorganiseAsync(this EthereumClient client, int depth) => client.SendAsync(
        RpcCall.Create(
            "anvil_reorg",
            json =>
            {
                json.WriteNumberValue(depth);
                json.WriteStartArray();
                json.WriteEndArray();
            },
            static (ref System.Text.Json.Utf8JsonReader _) => true),
        Xunit.TestContext.Current.CancellationToken);

    /// <summary>Whether each transaction has a block at once, or waits until one is asked for.</summary>
    public static Task SetAutomineAsync(this EthereumClient client, bool isOn) => client.SendAsync(
        RpcCall.Create("evm_setAutomine", json => json.WriteBooleanValue(isOn), static (ref System.Text.Json.Utf8JsonReader _) => true),
        Xunit.TestContext.Current.CancellationToken);

    private static async Task<string> TellAsync(this EthereumClient client, string method, params string[] parameters) => await client.SendAsync(
        RpcCall.Create(
            method,
            json =>
            {
                foreach (var parameter in parameters)
                    json.WriteStringValue(parameter);
            },
            (ref System.Text.Json.Utf8JsonReader reader) =>
            {
                var text = reader.TokenType == System.Text.Json.JsonTokenType.String ? reader.GetString()! : "";
                reader.Skip();
                return text;
            }),
        Xunit.TestContext.Current.CancellationToken);
}
