using System.Text.Json;
using OpenGradient.Ethereum.Crypto;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Ethereum.Rpc;
using OpenGradient.Foundry;
using OpenGradient.Support;
using OpenGradient.Support.Rpc;

namespace OpenGradient.Ethereum.Tests.SmartAccounts;

/// <summary>A chain with a factory of wallets on it, and an owner whose key is at hand.</summary>
public sealed class WalletChain : IAsyncLifetime
{
    private static readonly Address Sender = Address.Parse("0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266");

    private IReadOnlyDictionary<string, string> _codes = new Dictionary<string, string>(StringComparer.Ordinal);
    private Anvil? _anvil;
    private EthereumClient? _client;

    public EthereumClient Client => _client!;

    public Uri Url => _anvil!.HttpUrl;

    public Address Factory { get; private set; }

    public PrivateKey Owner { get; } = PrivateKey.FromSecret(Hash32.FromUInt256(0x0123).ToArray());

    public string ProbeCode => _codes["CounterfactualSignatureProbe"];

    public async ValueTask InitializeAsync()
    {
        _codes = await CompiledWallets.CompileAsync(TestContext.Current.CancellationToken);
        _anvil = await Anvil.StartAsync(Repository.Root, new AnvilOptions(), TestContext.Current.CancellationToken);
        _client = EthereumClient.Connect(_anvil.HttpUrl);
        Factory = await DeployAsync("OwnedWalletFactory", "");
    }

    public async ValueTask DisposeAsync()
    {
        Owner.Dispose();
        if (_client is not null)
            await _client.DisposeAsync();
        if (_anvil is not null)
            await _anvil.DisposeAsync();
    }

    /// <summary>Deploys a contract with its constructor's arguments as hexadecimal words.</summary>
    public async Task<Address> DeployAsync(string contract, string arguments)
    {
        var hash = await SendAsync(null, _codes[contract] + arguments);
        return (await Client.WaitForReceiptAsync(hash, TestContext.Current.CancellationToken)).ContractAddress!.Value;
    }

    /// <summary>Sends a transaction from an account that the node has the key of, and waits until it is mined.</summary>
    public async Task<Hash32> SendAsync(Address? to, string data)
    {
        var hash = await SubmitAsync(to, data);
        await Client.WaitForReceiptAsync(hash, TestContext.Current.CancellationToken);
        return hash;
    }

    private Task<Hash32> SubmitAsync(Address? to, string data) => Client.SendAsync(RpcCall.Create(
        "eth_sendTransaction",
        json =>
        {
            json.WriteStartObject();
            json.WriteString("from", Sender.ToString());
            if (to is { } account)
                json.WriteString("to", account.ToString());
            json.WriteString("gas", "0x2dc6c0");
            json.WriteString("data", data);
            json.WriteEndObject();
        },
        static (ref Utf8JsonReader reader) => Hash32.Parse(reader.GetString()!)));

    public Task SetCodeAsync(Address account, string code) => Client.SendAsync(RpcCall.Create(
        "anvil_setCode",
        json =>
        {
            json.WriteStringValue(account.ToString());
            json.WriteStringValue(code);
        },
        static (ref Utf8JsonReader _) => true));
}
