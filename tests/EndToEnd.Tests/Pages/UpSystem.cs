using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using OpenGradient.Cli.Up;
using OpenGradient.Contracts;
using OpenGradient.Contracts.Deployments;
using OpenGradient.Contracts.Hub;
using OpenGradient.EndToEnd.Tests.Network;
using OpenGradient.Ethereum.Crypto;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Ethereum.Rpc;
using OpenGradient.Ethereum.Signing;
using OpenGradient.Ethereum.Wallets;
using OpenGradient.Foundry;
using OpenGradient.Support;

namespace OpenGradient.EndToEnd.Tests.Pages;

/// <summary>What <c>og up</c> runs, as people start it: in a process of its own, once, and not before a test asks for it.</summary>
public sealed class UpSystem : IAsyncLifetime
{
    /// <summary>For classes of tests that share it: they run one after another.</summary>
    public const string Shared = "on what og up runs";

    private const int KeptLines = 60;
    private static readonly TimeSpan StopPatience = TimeSpan.FromMinutes(2);

    // Whoever works in the checkout may have a network of their own.
    private readonly string _state = Directory.CreateTempSubdirectory("og-up-state-").FullName;

    private readonly SemaphoreSlim _starting = new(1, 1);
    private readonly LocalSigner _owner = new(DevelopmentAccounts.Key(0));
    private readonly Queue<string> _said = new();
    private Process? _process;
    private UpReport? _report;
    private Exception? _failure;
    private EthereumClient? _client;
    private HttpClient? _http;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    /// <summary>What it said of itself when it was up.</summary>
    internal UpReport Report => _report ?? throw new InvalidOperationException("It was not started.");

    internal EthereumClient Client => _client ?? throw new InvalidOperationException("It was not started.");

    /// <summary>The index's API.</summary>
    internal HttpClient Http => _http ?? throw new InvalidOperationException("It was not started.");

    internal IHubContract Hub => new(Client, Address.Parse(Report.Contracts[ContractNames.Hub]));

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    /// <summary>Starts it, unless it runs already.</summary>
    internal async Task StartAsync()
    {
        await _starting.WaitAsync(Stop);
        try
        {
            if (_failure is not null)
                throw new InvalidOperationException("It was tried before.", _failure);
            if (_report is not null)
                return;
            _report = await RunAsync();
            _client = EthereumClient.Connect(new Uri(_report.ChainUrl));
            _http = new HttpClient { BaseAddress = new Uri(_report.Pages), Timeout = Eventually.Patience };
        }
        catch (Exception failure) when (_failure is null)
        {
            _failure = failure;
            throw;
        }
        finally
        {
            _starting.Release();
        }
    }

    /// <summary>The one request of the examples, or the first, that ended so.</summary>
    internal string RequestOf(Assurance assurance, string state = "Settled") =>
        Report.Requests.First(request => request.Assurance == assurance.ToString() && request.State == state && (request.Output is not null || state != "Settled")).RequestId;

    /// <summary>Asks the model of volatility for another answer, and gives the request's id.</summary>
    internal async Task<Hash32> AskAsync(ulong seed)
    {
        var owner = new DevelopmentSender(Client, _owner, new ChainId(ulong.Parse(Report.ChainId, CultureInfo.InvariantCulture)));
        var (asked, input) = await QuestionAsync(seed);
        var receipt = await owner.SendAsync(Hub.PrepareRequestRequestBytes(asked, input), cancellationToken: Stop);
        return IHubContract.RequestedEvent.Decode(receipt.Logs.Single(log => log.Content.Address == Hub.Address && IHubContract.RequestedEvent.Matches(log.Content)).Content).RequestId;
    }

    /// <summary>What the hub is asked.</summary>
    internal async Task<(IHubContract.Request Asked, ReadOnlyMemory<byte> Input)> QuestionAsync(ulong seed)
    {
        var input = CourtNetwork.Returns(seed);
        var version = Hash32.Parse(Report.Models.Single(model => model.Name == "volatility").VersionId);
        var now = await Hub.CallActiveTimeAsync(BlockTag.Pending, Stop);
        return (
            new IHubContract.Request(
                version, (byte)Assurance.Signed, Address.Zero, ExclusiveUntil: 0, Deadline: now + 600, ChallengeWindow: 0, CallbackGas: 0, Flags: 0, QuorumValue: 0,
                Units.Parse("1", 18), DeliveryTip: 0u, MinLien: 0u, Keccak256.Hash(input), Hash32.Zero),
            input);
    }

    internal Address Owner => _owner.Address;

    /// <summary>What the API answers.</summary>
    internal Task<JsonElement> GetAsync(string path) => Http.GetFromJsonAsync<JsonElement>(new Uri(path, UriKind.Relative), Stop);

    /// <summary>The rows of a list's first page.</summary>
    internal async Task<IReadOnlyList<JsonElement>> ItemsAsync(string path) => [.. (await GetAsync(path)).GetProperty("items").EnumerateArray()];

    /// <summary>The one number that a question in SQL is answered with.</summary>
    internal async Task<long> CountAsync(string sql)
    {
        using var question = new StringContent(sql);
        using var answer = await Http.PostAsync(new Uri("/v1/sql", UriKind.Relative), question, Stop);
        return (await answer.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<JsonElement>(Stop)).GetProperty("rows")[0][0].GetInt64();
    }

    /// <summary>It is asked to end, as a service manager asks, and has to end well.</summary>
    public async ValueTask DisposeAsync()
    {
        _http?.Dispose();
        if (_client is not null)
            await _client.DisposeAsync();
        _owner.Dispose();
        _starting.Dispose();
        try
        {
            if (_process is null)
                return;
            if (!_process.HasExited)
                await ProgramRunner.RunAsync(new ProgramRun("kill", ["-TERM", _process.Id.ToString(CultureInfo.InvariantCulture)], Repository.Root), CancellationToken.None);
            using var limited = new CancellationTokenSource(StopPatience);
            await _process.WaitForExitAsync(limited.Token);
            if (_report is not null && _process.ExitCode != 0)
                throw new InvalidOperationException($"og up ended with {_process.ExitCode}. {Said()}");
        }
        finally
        {
            if (_process is { HasExited: false })
                _process.Kill(entireProcessTree: true);
            _process?.Dispose();
            Directory.Delete(_state, recursive: true);
        }
    }

    private async Task<UpReport> RunAsync()
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "og.dll"), "up", "--json", "--state", _state])
        {
            WorkingDirectory = Repository.Root,
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        (start.Environment["OG_ROOT"], start.Environment["OG_CHAIN_PORT"]) = (Repository.Root, "0");
        _process = Process.Start(start)!;
        _process.ErrorDataReceived += (_, line) => Keep(line.Data);
        _process.BeginErrorReadLine();
        // One document, and then nothing more.
        var text = new StringBuilder();
        for (string? line = ""; line != "}";)
        {
            line = await _process.StandardOutput.ReadLineAsync(Stop) ?? throw new InvalidOperationException($"og up ended before it was up. {text}{Said()}");
            text.AppendLine(line);
        }

        var report = JsonSerializer.Deserialize<UpReport>(text.ToString(), JsonSerializerOptions.Web)!;
        return report.Succeeded ? report : throw new InvalidOperationException($"Not all that og up checked held. {text}{Said()}");
    }

    private void Keep(string? line)
    {
        lock (_said)
        {
            if (line is not null)
                _said.Enqueue(line);
            if (_said.Count > KeptLines)
                _said.Dequeue();
        }
    }

    private string Said()
    {
        lock (_said)
            return string.Join('\n', _said);
    }
}

/// <inheritdoc cref="UpSystem.Shared"/>
[CollectionDefinition(UpSystem.Shared)]
public sealed class UpCollection : ICollectionFixture<UpSystem>;
