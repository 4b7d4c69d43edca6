using System.Text;
using OpenGradient.Cli.Chain;
using OpenGradient.Cli.Settings;
using OpenGradient.Cli.Tests.Support;
using OpenGradient.Ethereum.Contracts;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Ethereum.Rpc;
using OpenGradient.Ethereum.Signing;
using OpenGradient.Ethereum.Transactions;
using OpenGradient.Ethereum.Wallets;
using OpenGradient.Foundry;
using OpenGradient.Support;
using Spectre.Console;

namespace OpenGradient.Cli.Tests.Chain;

/// <summary>A chain that is not for development, so that finality counts: two blocks on top make a block final.</summary>
public sealed class TransactionSenderTests(DeployedChainFixture deployed) : IAsyncLifetime
{
    private static readonly ChainId Id = new(4242);
    private static readonly Address To = Address.Parse("0x00000000000000000000000000000000000000AA");
    private static readonly CancellationToken Stop = TestContext.Current.CancellationToken;

    private readonly StringWriter _output = new();
    private readonly LocalSigner _signer = new(DevelopmentAccounts.Key(0));
    private readonly string _file = Path.GetTempFileName();
    private Anvil? _anvil;
    private ChainSession? _chain;

    public async ValueTask InitializeAsync()
    {
        var text = Encoding.UTF8.GetString(deployed.AddressesFile.Span).Replace("\"chainId\": 31337", "\"chainId\": 4242", StringComparison.Ordinal);
        await File.WriteAllTextAsync(_file, text, Stop);
        _anvil = await Anvil.StartAsync(Repository.Root, new AnvilOptions { ChainId = Id, SlotsInAnEpoch = 1 }, Stop);
    }

    public async ValueTask DisposeAsync()
    {
        if (_chain is not null)
            await _chain.DisposeAsync();
        if (_anvil is not null)
            await _anvil.DisposeAsync();
        File.Delete(_file);
        _signer.Dispose();
        await _output.DisposeAsync();
    }

    [Fact]
    public async Task Waits_until_a_transaction_is_final()
    {
        var sending = SendAsync(await OpenAsync(), WaitFor.Final);
        await SaysAsync("waiting until it is final", sending);
        Assert.False(sending.IsCompleted);

        await MineAsync(3);
        var sent = await sending;

        Assert.True(sent.IsFinal);
        Assert.Equal(1ul, sent.Block);
        Assert.Contains("final  with block 1", _output.ToString(), StringComparison.Ordinal);
        Assert.Equal(Wei.FromEther("1"), await _chain!.Client.GetBalanceAsync(To, BlockTag.Latest, Stop));
    }

    [Fact]
    public async Task Does_not_wait_for_finality_where_nobody_asked_for_it()
    {
        var sent = await SendAsync(await OpenAsync(), WaitFor.Mined);

        Assert.False(sent.IsFinal);
        Assert.NotNull(sent.CostEther);
    }

    [Fact]
    public async Task Sends_it_again_when_a_reorganisation_took_it_back()
    {
        var chain = await OpenAsync();
        var snapshot = await AnvilCalls.DoAsync(chain.Client, "evm_snapshot");
        var sending = SendAsync(chain, WaitFor.Final);
        await SaysAsync("waiting until it is final", sending);

        await AnvilCalls.DoAsync(chain.Client, "evm_revert", snapshot!);
        await SaysAsync("its block was replaced", sending);
        await MineAsync(4);

        Assert.True((await sending).IsFinal);
        Assert.Equal(Wei.FromEther("1"), await chain.Client.GetBalanceAsync(To, BlockTag.Latest, Stop));
    }

    [Fact]
    public async Task Says_that_it_was_sent_and_not_mined()
    {
        var chain = await OpenAsync();
        await AnvilCalls.DoAsync(chain.Client, "evm_setIntervalMining", 0);
        await AnvilAutomineAsync(chain, isOn: false);

        var failure = await Assert.ThrowsAsync<ExpectedFailureException>(() => SendAsync(chain, WaitFor.Mined));

        Assert.Contains("was sent and not mined within 15 minutes", failure.Message, StringComparison.Ordinal);
        Assert.Contains("before you send anything again", failure.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Says_that_another_transaction_took_its_place()
    {
        var chain = await OpenAsync();
        await AnvilAutomineAsync(chain, isOn: false);
        var sending = SendAsync(chain, WaitFor.Mined);
        await SaysAsync("sent", sending);

        var other = new FeeMarketTransaction
        {
            ChainId = Id,
            Nonce = 0,
            To = To,
            GasLimit = 21_000,
            MaxFeePerGas = Wei.FromGwei("50"),
            MaxPriorityFeePerGas = Wei.FromGwei("50"),
        };
        await chain.Client.SendRawTransactionAsync((await _signer.SignAsync(other, Stop)).Encoding, Stop);
        await MineAsync(1);

        var failure = await Assert.ThrowsAsync<ExpectedFailureException>(() => sending);
        Assert.Contains("another one of the same account took its place", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Says_that_gas_costs_more_than_is_allowed()
    {
        var chain = await OpenAsync("OG_MAX_FEE_GWEI=1");
        await AnvilCalls.DoAsync(chain.Client, "anvil_setNextBlockBaseFeePerGas", "0x77359400");
        await MineAsync(1);

        var failure = await Assert.ThrowsAsync<ExpectedFailureException>(() => SendAsync(chain, WaitFor.Mined));

        Assert.Contains("and 1 are allowed", failure.Message, StringComparison.Ordinal);
        Assert.Contains("OG_MAX_FEE_GWEI", failure.Remedy, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("0x0")]
    [InlineData("0xde0b6b3a7640001")]
    public async Task Says_that_the_account_cannot_pay(string balance)
    {
        var chain = await OpenAsync();
        await AnvilCalls.DoAsync(chain.Client, "anvil_setBalance", _signer.Address.ToString(), balance);

        var failure = await Assert.ThrowsAsync<ExpectedFailureException>(() => SendAsync(chain, WaitFor.Mined));

        Assert.StartsWith($"{_signer.Address} has ", failure.Message, StringComparison.Ordinal);
        Assert.Equal(0ul, await chain.Client.GetTransactionCountAsync(_signer.Address, BlockTag.Pending, Stop));
    }

    private static async Task AnvilAutomineAsync(ChainSession chain, bool isOn) => await chain.Client.SendAsync(
        RpcCall.Create(
            "evm_setAutomine", json => json.WriteBooleanValue(isOn), static (ref System.Text.Json.Utf8JsonReader _) => true),
        Stop);

    private async Task<ChainSession> OpenAsync(string settings = "")
    {
        var config = Path.GetTempFileName();
        await File.WriteAllTextAsync(config, settings, Stop);
        var file = await EnvironmentFile.LoadAsync(config, _ => null, Stop);
        File.Delete(config);
        return _chain = await ChainSession.OpenAsync(
            new Checkout(Repository.Root), ChainSettings.From(file, _anvil!.HttpUrl.ToString(), _file), file, Stop);
    }

    private Task<SentTransaction> SendAsync(ChainSession chain, WaitFor wait)
    {
        // Waits are over at once, so that minutes of patience take none.
        var screen = AnsiConsole.Create(new AnsiConsoleSettings { Ansi = AnsiSupport.No, Out = new AnsiConsoleOutput(TextWriter.Synchronized(_output)) });
        screen.Profile.Width = 200;
        var sender = new TransactionSender(chain, _signer, wait, screen, new ManualTime());
        return sender.SendAsync(new ContractCall(To, default, Wei.FromEther("1")), "pay", _ => null, isLast: true, Stop);
    }

    private async Task SaysAsync(string words, Task sending)
    {
        while (!_output.ToString().Contains(words, StringComparison.Ordinal))
        {
            Assert.False(sending.IsCompleted, $"{sending.Exception}{_output}");
            await Task.Delay(5, Stop);
        }
    }

    private async Task MineAsync(int blocks)
    {
        for (var i = 0; i < blocks; i++)
            await AnvilCalls.DoAsync(_chain!.Client, "evm_mine");
    }
}
