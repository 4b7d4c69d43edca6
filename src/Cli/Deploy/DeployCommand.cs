using System.CommandLine;
using OpenGradient.Cli.Settings;
using OpenGradient.Cli.Terminal;
using OpenGradient.Cli.Up;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Ethereum.Rpc;
using OpenGradient.Foundry;
using Spectre.Console;

namespace OpenGradient.Cli.Deploy;

/// <summary><c>og deploy</c>: all contracts on a chain, and where they are in a file. Run again it goes on where it stopped.</summary>
internal static class DeployCommand
{
    private static readonly Option<string?> Endpoint = Text("--rpc-url", "The chain's JSON-RPC address; OG_DEPLOY_RPC_URL where it holds a key.");
    private static readonly Option<string?> Deployer = Text("--sender", "Who deploys (OG_DEPLOY_SENDER).");
    private static readonly Option<string?> Account = Text("--account", "The sender's keystore by its name in Foundry (cast wallet).");
    private static readonly Option<string?> Keystore = Text("--keystore", "The sender's keystore by its path.");
    private static readonly Option<string?> PasswordFile = Text("--password-file", "The file with the keystore's password; asked for without it.");
    private static readonly Option<bool> Ledger = Flag("--ledger", "The sender's key is on a Ledger.");
    private static readonly Option<bool> Unlocked = Flag("--unlocked", "The endpoint signs for the sender: local chains.");
    private static readonly Option<bool> Development = Flag("--development", "For a local chain: a token of its own, stand-ins, no delay.");
    private static readonly Option<bool> Plan = Flag("--plan", "Say what would be deployed, and send nothing.");
    private static readonly Option<string?> Config = Text("--config", "A settings file in place of .env.");

    public static Command Create(ActionGuard guard)
    {
        var command = new Command("deploy", "Deploy all contracts, or what is missing of them; check them; write their addresses.")
        {
            Endpoint, Deployer, Account, Keystore, PasswordFile, Ledger, Unlocked, Development, Plan, Config,
        };
        command.SetAction(guard(RunAsync));
        return command;
    }

    private static Option<string?> Text(string name, string description) => new(name) { Description = description };

    private static Option<bool> Flag(string name, string description) => new(name) { Description = description };

    private static async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var parsed = context.Parsed;
        var settings = DeploySettings.From(
            await KnownSettings.LoadAsync(context, cancellationToken, parsed.GetValue(Config)), parsed.GetValue(Endpoint), parsed.GetValue(Deployer));
        var screen = context.Output.Screen;
        var run = new DeploymentRun
        {
            RepositoryRoot = context.Checkout.Root,
            Endpoint = settings.Endpoint,
            Deployer = settings.Deployer,
            WalletOptions = parsed.GetValue(Plan) ? [] : WalletOptions(parsed),
            IsDevelopment = parsed.GetValue(Development),
            Settings = settings.ForScript,
            OnStep = step => screen.MarkupLineInterpolated($"[grey]{step}[/]"),
        };
        var report = parsed.GetValue(Plan) ? await PlanAsync(run, cancellationToken) : await DeployAsync(context.Checkout, run, cancellationToken);
        context.Output.Report(report, CliJson.Default.DeployReport, target => Show(target, report));
        return ExitCode.Success;
    }

    private static async Task<DeployReport> PlanAsync(DeploymentRun run, CancellationToken cancellationToken)
    {
        var missing = await DeploymentScript.PlanAsync(run, cancellationToken);
        return new DeployReport(missing.Count == 0, ChainId: null, AddressesFile: null, [], missing);
    }

    private static async Task<DeployReport> DeployAsync(Checkout checkout, DeploymentRun run, CancellationToken cancellationToken)
    {
        // Before anything is sent: whoever asks about that network would be sent to these contracts.
        using var held = UpState.TakeOf(checkout, run.Settings.GetValueOrDefault(DeploymentSettings.File) ?? AddressBook.FileOf(await ChainOfAsync(run.Endpoint, cancellationToken)));
        var (deployment, file) = await AddressBook.DeployAsync(checkout, run, cancellationToken);
        var rows = deployment.Contracts.OrderBy(contract => contract.Key, StringComparer.Ordinal).Select(contract => new DeployedRow(
            contract.Key, contract.Value.Address.ToString(), contract.Value.Block.Value, contract.Value.CodeHash.ToString()));
        return new DeployReport(IsDone: true, deployment.ChainId.ToString(), file, [.. rows], []);
    }

    private static async Task<ChainId> ChainOfAsync(Uri endpoint, CancellationToken cancellationToken)
    {
        await using var chain = EthereumClient.Connect(endpoint);
        return await chain.GetChainIdAsync(cancellationToken);
    }

    // Forge asks for a password itself, on the terminal.
    private static string[] WalletOptions(ParseResult parsed)
    {
        List<string[]> wallets = [];
        if (parsed.GetValue(Account) is { } account)
            wallets.Add(["--account", account]);
        if (parsed.GetValue(Keystore) is { } keystore)
            wallets.Add(["--keystore", Path.GetFullPath(keystore)]);
        if (parsed.GetValue(Ledger))
            wallets.Add(["--ledger"]);
        if (parsed.GetValue(Unlocked))
            wallets.Add(["--unlocked"]);
        if (wallets is not [var wallet])
        {
            throw new ExpectedFailureException(
                ExitCode.Usage, "It takes one way to sign for the sender.",
                "Give one of --account, --keystore, --ledger and --unlocked. No option takes a key.");
        }

        return parsed.GetValue(PasswordFile) is { } file ? [.. wallet, "--password-file", Path.GetFullPath(file)] : wallet;
    }

    private static void Show(IAnsiConsole screen, DeployReport report)
    {
        if (report.AddressesFile is null)
        {
            foreach (var contract in report.Missing)
                screen.MarkupLineInterpolated($"would deploy {contract}");
            screen.MarkupLine(report.IsDone ? "[green]Everything stands as configured.[/]" : $"{report.Missing.Count} contracts are missing.");
            return;
        }

        var table = new Table().Border(TableBorder.Simple).AddColumns("contract", "address", "block");
        foreach (var contract in report.Contracts)
            table.AddRow(contract.Name, contract.Address, $"{contract.Block}");
        screen.Write(table);
        screen.MarkupLineInterpolated(
            $"[green]Everything stands as configured[/] on chain {report.ChainId}. The addresses are in [green]{report.AddressesFile}[/].");
    }
}
