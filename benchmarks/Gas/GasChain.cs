using System.Globalization;
using System.Text.Json;
using OpenGradient.Contracts.Deployments;
using OpenGradient.Ethereum.Contracts;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Ethereum.Rpc;
using OpenGradient.Ethereum.Signing;
using OpenGradient.Ethereum.Wallets;
using OpenGradient.Foundry;

namespace OpenGradient.Benchmarks.Gas;

/// <summary>
/// A local chain with all contracts, on which the same transactions always cost the same gas: keys, addresses, data and the times of blocks are
/// fixed, and signatures hold no zero bytes, which are cheaper than others.
/// </summary>
internal sealed class GasChain : IAsyncDisposable
{
    /// <summary>The first measured block's time; an hour begins with it.</summary>
    private const ulong StartTime = 1_999_998_000;
    private const ulong SecondsPerTransaction = 2;
    // The most that a transaction may have under Osaka's rules.
    private const ulong GasLimit = 16_777_216;

    private readonly Anvil _anvil;
    private readonly Dictionary<int, LocalSigner> _signers = [];

    private GasChain(Anvil anvil, Deployment deployment)
    {
        _anvil = anvil;
        Client = EthereumClient.Connect(anvil.HttpUrl);
        Deployment = deployment;
    }

    public EthereumClient Client { get; }

    public Deployment Deployment { get; }

    /// <summary>The time of the next block.</summary>
    public ulong Now { get; private set; } = StartTime;

    public static string Description { get; } = $"anvil {FoundryPrograms.Version}, {new AnvilOptions().Hardfork} rules";

    public static async Task<GasChain> StartAsync(string repositoryRoot, CancellationToken cancellationToken)
    {
        var anvil = await Anvil.StartAsync(repositoryRoot, new AnvilOptions { Accounts = GasActors.Funded }, cancellationToken);
        try
        {
            using var deployer = new LocalSigner(DevelopmentAccounts.Key(GasActors.Owner));
            var file = await DeploymentScript.RunAsync(
                DeploymentRun.Development(repositoryRoot, anvil.HttpUrl, deployer.Address), cancellationToken);
            var deployment = await DeploymentFile.ReadAsync(file, cancellationToken);
            File.Delete(file);
            return new GasChain(anvil, deployment);
        }
        catch
        {
            await anvil.DisposeAsync();
            throw;
        }
    }

    /// <summary>The key of an account, by its number; only the first ones have Ether.</summary>
    public LocalSigner SignerOf(int account) =>
        _signers.TryGetValue(account, out var signer) ? signer : _signers[account] = new LocalSigner(DevelopmentAccounts.Key(account));

    public Address AddressOf(int account) => SignerOf(account).Address;

    /// <summary>Sends a call in a block of its own, at the time that is next.</summary>
    public async Task<TransactionReceipt> SendAsync(int account, ContractCall call, CancellationToken cancellationToken)
    {
        await SetTimeAsync(cancellationToken);
        var sender = new DevelopmentSender(Client, SignerOf(account), Deployment.ChainId);
        return await sender.SendAsync(call, GasLimit, cancellationToken);
    }

    public async Task<Address> DeployAsync(ContractDeployment deployment, CancellationToken cancellationToken)
    {
        await SetTimeAsync(cancellationToken);
        return await new DevelopmentSender(Client, SignerOf(GasActors.Owner), Deployment.ChainId).DeployAsync(deployment, cancellationToken);
    }

    /// <summary>Makes a block with nothing in it.</summary>
    public async Task MineAsync(CancellationToken cancellationToken)
    {
        await SetTimeAsync(cancellationToken);
        await AskAsync("evm_mine", [], cancellationToken);
    }

    /// <summary>Lets time pass until the next block.</summary>
    public void Pass(ulong seconds) => Now += seconds;

    /// <summary>Lets time pass until an hour begins, a few hours from now.</summary>
    public void PassHours(ulong hours) => Now = ((Now / 3600) + hours) * 3600;

    /// <summary>The gas that a transaction's call to another contract took, without what was spent on calling.</summary>
    public async Task<ulong> GasOfCallAsync(Hash32 transaction, Address callee, CancellationToken cancellationToken)
    {
        var trace = await Client.SendAsync(
            RpcCall.Create(
                "debug_traceTransaction",
                json =>
                {
                    json.WriteStringValue(transaction.ToString());
                    json.WriteStartObject();
                    json.WriteString("tracer", "callTracer");
                    json.WriteEndObject();
                },
                static (ref Utf8JsonReader reader) => JsonElement.ParseValue(ref reader)),
            cancellationToken);
        return FindCall(trace, callee) ?? throw new InvalidOperationException($"The transaction did not call {callee}.");
    }

    public async ValueTask DisposeAsync()
    {
        await Client.DisposeAsync();
        await _anvil.DisposeAsync();
        foreach (var signer in _signers.Values)
            signer.Dispose();
    }

    private async Task SetTimeAsync(CancellationToken cancellationToken)
    {
        await AskAsync("evm_setNextBlockTimestamp", [Now], cancellationToken);
        Now += SecondsPerTransaction;
    }

    private Task<JsonTokenType> AskAsync(string method, ulong[] numbers, CancellationToken cancellationToken) => Client.SendAsync(
        RpcCall.Create(
            method,
            json =>
            {
                foreach (var number in numbers)
                    json.WriteNumberValue(number);
            },
            static (ref Utf8JsonReader reader) => reader.TokenType),
        cancellationToken);

    private static ulong? FindCall(JsonElement call, Address callee)
    {
        if (call.TryGetProperty("to", out var to) && Address.TryParse(to.GetString(), out var address) && address == callee)
            return ulong.Parse(call.GetProperty("gasUsed").GetString()!.AsSpan(2), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
        if (!call.TryGetProperty("calls", out var inner))
            return null;

        foreach (var next in inner.EnumerateArray())
        {
            if (FindCall(next, callee) is { } found)
                return found;
        }

        return null;
    }
}
