using System.Text.Json;
using OpenGradient.Cli.Terminal;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Ethereum.Rpc;
using OpenGradient.Ethereum.Signing;
using OpenGradient.Ethereum.Wallets;
using OpenGradient.Foundry;
using Spectre.Console;

namespace OpenGradient.Cli.Up.Local;

/// <summary>All that <c>og up</c> started; disposing it stops all of it.</summary>
internal sealed class LocalNetwork : IAsyncDisposable
{
    private readonly Anvil _anvil;

    private LocalNetwork(Anvil anvil, AnvilOptions options)
    {
        _anvil = anvil;
        ChainId = options.ChainId;
        BlockTime = options.BlockTime ?? TimeSpan.Zero;
        // The chain is on this machine: what fails once is wrong, and the follower has its own patience.
        Client = EthereumClient.Connect(anvil.HttpUrl, new RpcOptions { MaxAttempts = 1 });
    }

    public Uri HttpUrl => _anvil.HttpUrl;

    public Uri WebSocketUrl => _anvil.WebSocketUrl;

    public ChainId ChainId { get; }

    /// <summary>How often the chain makes a block; zero where it makes one for each transaction.</summary>
    public TimeSpan BlockTime { get; }

    public EthereumClient Client { get; }

    /// <summary>Deploys, publishes the models, operates the nodes, and asks.</summary>
    public LocalSigner Owner { get; } = new(DevelopmentAccounts.Key(0));

    /// <summary>The keys of the nodes that run here: they claim, answer and sign receipts.</summary>
    public IReadOnlyList<LocalSigner> Nodes { get; } = [new(DevelopmentAccounts.Key(1)), new(DevelopmentAccounts.Key(2))];

    /// <summary>The keys of the nodes that only check what others answered: with those above as many as sit on a committee.</summary>
    public IReadOnlyList<LocalSigner> Verifiers { get; } = [new(DevelopmentAccounts.Key(5)), new(DevelopmentAccounts.Key(6)), new(DevelopmentAccounts.Key(7))];

    /// <summary>The key of the node that answers from an emulated environment; its attested keys are made there.</summary>
    public LocalSigner AttestedNode { get; } = new(DevelopmentAccounts.Key(8));

    /// <summary>A node that is no program: what it does is done by hand.</summary>
    public LocalSigner ManualNode { get; } = new(DevelopmentAccounts.Key(3));

    /// <summary>Has nothing to do with anything: signs for others, and delivers what anyone may deliver.</summary>
    public LocalSigner Stranger { get; } = new(DevelopmentAccounts.Key(4));

    public static async Task<LocalNetwork> StartAsync(
        Checkout checkout, UpSettings settings, CommandOutput output, CancellationToken cancellationToken)
    {
        var options = new AnvilOptions
        {
            Port = settings.ChainPort,
            BlockTime = settings.ChainBlockTimeMs == 0 ? null : TimeSpan.FromMilliseconds(settings.ChainBlockTimeMs),
        };
        output.Screen.MarkupLineInterpolated($"[grey]starting[/] a local chain ({options.Hardfork} rules, chain id {options.ChainId})");
        var network = new LocalNetwork(await StartChainAsync(checkout, options, cancellationToken), options);
        try
        {
            var answered = await network.Client.GetChainIdAsync(cancellationToken);
            return answered == options.ChainId
                ? network
                : throw new InvalidOperationException($"The chain answers with id {answered}, and not {options.ChainId}.");
        }
        catch
        {
            await network.DisposeAsync();
            throw;
        }
    }

    /// <summary>The time of the last block, in seconds of Unix time.</summary>
    public async Task<ulong> NowAsync(CancellationToken cancellationToken)
    {
        var head = await Client.GetHeaderAsync(BlockTag.Latest, cancellationToken);
        return head?.Header.Timestamp ?? throw new InvalidOperationException("The chain has no block.");
    }

    /// <summary>Moves the chain's clock on.</summary>
    public async Task PassAsync(TimeSpan time, CancellationToken cancellationToken)
    {
        await Client.SendAsync(
            RpcCall.Create("evm_increaseTime", writer => writer.WriteNumberValue((long)time.TotalSeconds), static (ref Utf8JsonReader _) => true), cancellationToken);
        await Client.SendAsync(RpcCall.Create("evm_mine", null, static (ref Utf8JsonReader _) => true), cancellationToken);
    }

    public Task WaitForExitAsync(CancellationToken cancellationToken) => _anvil.WaitForExitAsync(cancellationToken);

    public async ValueTask DisposeAsync()
    {
        await Client.DisposeAsync();
        await _anvil.DisposeAsync();
        foreach (var signer in Nodes.Concat(Verifiers).Append(AttestedNode).Append(Owner).Append(ManualNode).Append(Stranger))
            signer.Dispose();
    }

    private static async Task<Anvil> StartChainAsync(Checkout checkout, AnvilOptions options, CancellationToken cancellationToken)
    {
        try
        {
            return await Anvil.StartAsync(checkout.Root, options, cancellationToken);
        }
        catch (InvalidOperationException failure) when (failure.Message.Contains("in use", StringComparison.OrdinalIgnoreCase))
        {
            throw new ExpectedFailureException(
                ExitCode.MissingPrerequisite, $"Port {options.Port} is taken: perhaps `og up` runs already.",
                "Stop what uses it, or choose another with OG_CHAIN_PORT (0 takes any free one).");
        }
        catch (InvalidOperationException failure)
        {
            throw new ExpectedFailureException(ExitCode.Failed, failure.Message, "These are anvil's own words; `og doctor` looks over the machine.");
        }
    }
}
