using System.CommandLine;
using OpenGradient.Cli.Deploy;
using OpenGradient.Cli.Model;
using OpenGradient.Cli.Model.Storage;
using OpenGradient.Cli.Settings;
using OpenGradient.Cli.Terminal;
using OpenGradient.Cli.Up.Attesting;
using OpenGradient.Cli.Up.Local;
using OpenGradient.Cli.Up.Scenes;
using OpenGradient.Contracts.Models;
using OpenGradient.Foundry;
using OpenGradient.Relayer.Attesting;
using OpenGradient.Relayer.Hosting;
using Spectre.Console;

namespace OpenGradient.Cli.Up;

// What is made here goes to the run, and is disposed of with it.
#pragma warning disable CA2000

/// <summary><c>og up</c>: a whole network on this machine, seen to work, and then there for whoever wants it.</summary>
internal static class UpCommand
{
    public static Command Create(ActionGuard guard)
    {
        var once = new Option<bool>("--once") { Description = "End when everything was seen to work: exit code 0 if it did, 1 if not." };
        var unasked = new Option<bool>("--no-examples") { Description = "Start everything, and ask nothing." };
        var state = new Option<string?>("--state") { Description = "A folder for what it writes, the contracts' addresses among it, instead of the checkout's: one beside another needs one of its own." };
        var command = new Command("up", "Start a local chain with all contracts, sample models and nodes that answer, until Ctrl-C.") { once, unasked, state };
        command.SetAction(guard((context, cancellationToken) =>
            RunAsync(context, context.Parsed.GetValue(state), context.Parsed.GetValue(once), context.Parsed.GetValue(unasked), cancellationToken)));
        return command;
    }

    private static async Task<int> RunAsync(CommandContext context, string? folder, bool once, bool isUnasked, CancellationToken cancellationToken)
    {
        var file = await KnownSettings.LoadAsync(context, cancellationToken);
        var settings = UpSettings.From(file);
        var storage = StorageSettings.From(file, context.Checkout);
        var (screen, clock) = (context.Output.Screen, TimeProvider.System);
        var started = clock.GetTimestamp();
        await using var run = new UpRun();
        // Before anything is started, and let go of when all of it has ended.
        var state = run.Own(UpState.Take(context.Checkout, folder));
        storage = storage with { Folder = storage.Folder ?? run.PathOf("blobs"), S3 = null, Gateways = [], IpfsGateway = null };
        var makingProofs = LocalProofs.MakeAsync(context.Checkout, cancellationToken);
        var network = run.Own(await LocalNetwork.StartAsync(context.Checkout, settings, context.Output, cancellationToken));
        screen.MarkupLine("[grey]deploying[/] all contracts");
        var deploying = DeploymentRun.Development(context.Checkout.Root, network.HttpUrl, network.Owner.Address) with { OnStep = ShowCompiling };
        if (state.AddressesFile is { } addresses)
            deploying = deploying with { Settings = new Dictionary<string, string>(StringComparer.Ordinal) { [DeploymentSettings.File] = addresses } };
        var deployed = await AddressBook.DeployAsync(context.Checkout, deploying, cancellationToken);
        var system = run.Own(new LocalSystem(network, deployed.Deployment));

        screen.MarkupLine("[grey]registering[/] nodes, with stake and bonds");
        await system.FurnishAsync(cancellationToken);
        var proofs = await makingProofs;
        screen.MarkupLineInterpolated($"[red]proofs stand on an {proofs.Label}: they show how it works, and prove nothing[/]");
        var attestation = run.Own(new LocalAttestation(system));
        await attestation.ApproveAsync(cancellationToken);
        List<UpModel> models = [];
        // Each of its lines would be too much here.
        var quiet = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(TextWriter.Null) });
        using var shelf = new BlobShelf(storage, context.Checkout, quiet, clock);
        var library = run.Own(await SampleLibrary.PublishAsync(context.Checkout, system, proofs, shelf, ShowPublished, cancellationToken));
        var nodes = await StartNodesAsync(run, system, proofs, attestation, storage.Folder, screen, cancellationToken);
        screen.MarkupLine("[yellow]emulated[/] The attested node runs in no hardware: its evidence shows that programs work, and nothing else. Its key is ten minutes old before it is valid; the chain's clock is moved on.");
        await attestation.ActivateAsync(nodes[^1].Address, cancellationToken);

        var relay = run.Own(await LocalRelay.StartAsync(nodes[^1], run.LogsOf("private relay"), cancellationToken));
        screen.MarkupLineInterpolated($"[grey]started[/] private relay (emulated): {relay.Address}");

        var indexer = run.Own(await LocalIndexer.StartAsync(system, nodes, run.PathOf("indexer"), storage.Folder, run.LogsOf("indexer"), cancellationToken));
        screen.MarkupLineInterpolated($"[grey]started[/] indexer: {indexer.Pages}");

        var scenes = isUnasked ? [] : AllScenes.For(context.Checkout, state, library, attestation, nodes[^1], relay);
        if (!isUnasked)
            screen.MarkupLineInterpolated($"[grey]asking[/] {scenes.Count} things at once");
        var (requests, checks) = isUnasked ? ([], []) : await new NetworkWalk(system, library, nodes, clock).RunAsync(scenes, cancellationToken);
        checks = [.. checks, await indexer.CheckAsync(requests, clock, cancellationToken), await indexer.CheckBlobsAsync(clock, cancellationToken)];
        var report = new UpReport(
            checks.All(check => check.Held), network.HttpUrl.ToString(), network.ChainId.ToString(), deployed.File,
            deployed.Deployment.Contracts.ToDictionary(contract => contract.Key, contract => contract.Value.Address.ToString(), StringComparer.Ordinal),
            indexer.Pages.ToString(), relay.Address.ToString(), [.. nodes.Select(node => new UpNode(node.Name, node.Address.ToString(), node.Answers, node.Page.ToString()))], models, requests, checks,
            clock.GetElapsedTime(started).TotalSeconds);
        if (context.Output.Json || !isUnasked)
            context.Output.Report(report, CliJson.Default.UpReport, target => UpScreen.Show(target, report));
        if (!report.Succeeded)
            run.ShowLogs(context.Output.Errors);
        if (once || !report.Succeeded)
            return report.Succeeded ? ExitCode.Success : ExitCode.Failed;

        return await StayAsync(screen, network, nodes, indexer, report, cancellationToken);

        // Each contract's own line would be too much here.
        void ShowCompiling(string step)
        {
            if (step.StartsWith("compiling", StringComparison.Ordinal))
                screen.MarkupLineInterpolated($"[grey]{step}[/]");
        }

        void ShowPublished(Model.Publishing.PublishedModel published)
        {
            var semantics = ((SemanticsKind)published.Publication.Semantics.Kind).ToString();
            var model = ModelPublishReport.Of(published, system.Owner.Address);
            models.Add(new UpModel(published.Publication.Name, model.Reference, model.VersionId, semantics));
            screen.MarkupLineInterpolated($"[grey]published[/] {published.Publication.Name}@{published.Publication.Number}, {semantics}");
        }
    }

    private static async Task<IReadOnlyList<LocalNode>> StartNodesAsync(
        UpRun run, LocalSystem system, LocalProofs proofs, LocalAttestation attestation, string blobFolder, IAnsiConsole screen,
        CancellationToken cancellationToken)
    {
        List<LocalNode> nodes = [];
        var answering = system.Network.Nodes.Select((key, i) => (Name: $"node {i + 1}", Key: key, Answers: true));
        var verifying = system.Network.Verifiers.Select((key, i) => (Name: $"verifier {i + 1}", Key: key, Answers: false));
        foreach (var (name, key, answers) in answering.Concat(verifying))
            await StartAsync(name, key, answers, answers ? null : attestation.OfAttester);
        await StartAsync("attested node (emulated)", system.Network.AttestedNode, answers: false, attestation.OfNode([.. nodes.Select(node => node.Attester).OfType<Uri>()]));
        return nodes;

        async Task StartAsync(string name, Ethereum.Signing.ISigner key, bool answers, AttestingOptions? attesting)
        {
            var node = run.Own(await StartNodeAsync(run, system, answers ? proofs : null, name, key, blobFolder, attesting, cancellationToken));
            nodes.Add(node);
            screen.MarkupLineInterpolated($"[grey]started[/] {name}: {node.Page}");
        }
    }

    private static async Task<LocalNode> StartNodeAsync(
        UpRun run, LocalSystem system, LocalProofs? proofs, string name, Ethereum.Signing.ISigner key, string blobFolder, AttestingOptions? attesting,
        CancellationToken cancellationToken)
    {
        try
        {
            return await LocalNode.StartAsync(
                system, proofs, name, key, run.PathOf(name.Replace(' ', '-')), blobFolder, run.LogsOf(name), attesting, cancellationToken);
        }
        catch (RelayerStartException failure)
        {
            throw new ExpectedFailureException(ExitCode.Failed, $"{name}: {failure.Problem}", failure.Remedy);
        }
    }

    private static async Task<int> StayAsync(
        IAnsiConsole screen, LocalNetwork network, IReadOnlyList<LocalNode> nodes, LocalIndexer indexer, UpReport report, CancellationToken cancellationToken)
    {
        screen.WriteLine();
        screen.MarkupLineInterpolated($"Pages that show all of it, and the API below them: [green]{indexer.Pages}[/]");
        screen.MarkupLineInterpolated($"The chain stays up at [green]{network.HttpUrl}[/] (WebSocket {network.WebSocketUrl}).");
        foreach (var node in nodes)
            screen.MarkupLineInterpolated($"{node.Name} shows its health and its jobs at [green]{node.Page}[/].");
        screen.MarkupLineInterpolated($"Private requests to the attested node (emulated) go through the relay at [green]{report.PrivateRelay}[/]{(report.Requests.Count == 0 ? string.Empty : "; the examples have its workload revoked, so that they are refused")}.");
        screen.MarkupLineInterpolated($"The contracts' addresses are in [green]{report.AddressesFile}[/].");
        screen.MarkupLineInterpolated($"Funded accounts, with tokens: those of the public development mnemonic, the first is {network.Owner.Address}.");
        screen.MarkupLine("[grey]Ctrl-C stops everything.[/]");
        try
        {
            var chain = network.WaitForExitAsync(cancellationToken);
            var ended = await Task.WhenAny([chain, indexer.Completion, .. nodes.Select(node => node.Completion)]).WaitAsync(cancellationToken);
            await ended;
            throw new ExpectedFailureException(
                ExitCode.Failed, ended == chain ? "anvil ended by itself." : ended == indexer.Completion ? "The indexer ended by itself." : "A node ended by itself.", "Look for what stopped it, and start again.");
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // Being stopped is how a run without --once ends well.
            CommandOutput.TryTell(() => screen.WriteLine("Stopped."));
            return ExitCode.Success;
        }
    }
}
