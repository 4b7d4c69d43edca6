using System.CommandLine;
using System.Text.Json.Nodes;
using OpenGradient.Attestation.Collateral;
using OpenGradient.Cli.Attest;
using OpenGradient.Cli.Chain;
using OpenGradient.Cli.Private;
using OpenGradient.Cli.Receipt;
using OpenGradient.Client;
using OpenGradient.Client.Answers;
using OpenGradient.Client.Nodes;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Inference.Tensors;
using OpenGradient.PrivateRequests.Messages;
using OpenGradient.ReceiptBundles;
using Spectre.Console;

namespace OpenGradient.Cli.Request;

/// <summary>Asks one node privately: looks at its evidence first, and shows an answer only when its receipt was checked.</summary>
internal static class PrivateAsking
{
    public static readonly Option<string?> Relay = new("--private") { Description = "Ask the assignee privately through this relay: the address of `og private relay`. The chain learns nothing of it without --on-chain." };
    public static readonly Option<bool> OnChain = new("--on-chain") { Description = "With --private: ask through the hub, too. It holds the fee, and sees salted commitments only; the node settles there." };
    public static readonly Option<string?> Keep = new("--keep") { Description = "With --on-chain: the file that keeps question and salt until the receipt is checked, for `og request resume`; one of this checkout's own without it." };
    public static readonly Option<bool> Unregistered = new("--unregistered") { Description = "With --private: do not ask the chain whether the key is registered. Then only evidence speaks for it, and nobody says whose node it is." };
    public static readonly Option<string?> Save = new("--save") { Description = "With --private: write the receipt, its evidence and the salts to a bundle, which `og receipt verify` judges." };

    // Beside the version, which a list behind one name would swallow: once for each.
    public static readonly Option<string[]> Collateral = new("--collateral")
    {
        Description = "With --private: a file of what vendors sign, or a folder of them (an archive's current/); as often as needed. What it shows as revoked is refused, whatever the node hands out.",
        DefaultValueFactory = _ => [],
    };

    // Who resumes has no time of its own to keep: a model may take this long.
    private static readonly TimeSpan ResumeTime = TimeSpan.FromMinutes(10);

    /// <summary>Asks, beside the chain or through the hub.</summary>
    /// <param name="context">The command.</param>
    /// <param name="chain">The chain.</param>
    /// <param name="order">What is asked.</param>
    /// <param name="open">Opens what sends to the chain: only where something is.</param>
    /// <param name="cancellationToken">Ends it early.</param>
    public static async Task<int> AskAsync(
        CommandContext context, ChainSession chain, RequestOrder order, Func<Task<RequestSending>> open, CancellationToken cancellationToken)
    {
        var parsed = context.Parsed;
        if (order.Assignee is not { } node)
            throw new ExpectedFailureException(ExitCode.Usage, "A private request is for one node.", "Name it with --assignee.");
        // Before anything is kept or paid for: no message would carry it, and no resuming bring it there.
        if (order.Input.Length > PrivateQuestion.MostInputBytes)
        {
            throw new ExpectedFailureException(
                ExitCode.Usage, $"The input has {order.Input.Length} bytes, and a private message carries {PrivateQuestion.MostInputBytes} at the most.",
                $"Give a smaller input. Without {Relay.Name} storage carries a longer one, where everybody can read it.");
        }

        NewFile.Check(parsed.GetValue(Save));
        NewFile.Check(parsed.GetValue(Keep));
        using var http = PrivateClient.OpenHttp();
        var client = await ClientAsync(context, chain, http, order.Time, cancellationToken);
        var trusted = await TrustAsync(context, client, node, cancellationToken);
        var hub = !parsed.GetValue(OnChain) ? null : await HubAsking.BeginAsync(
            chain, order, await open(), commit => parsed.GetValue(Keep) ?? PendingRequest.PathOf(context.Checkout.StateFolder, commit), context.Output.Screen, cancellationToken);
        var asked = new PrivateOrder { VersionId = order.Version.VersionId, Input = order.Input, PriceCap = order.Fee };
        return await ConcludeAsync(context, chain, client, trusted, asked, order.Reference, hub, cancellationToken);
    }

    /// <summary>Goes on with a request that is at the hub already.</summary>
    public static async Task<int> ResumeAsync(CommandContext context, ChainSession chain, PendingRequest pending, HubAsking hub, CancellationToken cancellationToken)
    {
        NewFile.Check(context.Parsed.GetValue(Save));
        using var http = PrivateClient.OpenHttp();
        var client = await ClientAsync(context, chain, http, ResumeTime, cancellationToken);
        var trusted = await TrustAsync(context, client, pending.Node, cancellationToken);
        var asked = new PrivateOrder { VersionId = pending.VersionId, Input = pending.Input, PriceCap = pending.Fee };
        return await ConcludeAsync(context, chain, client, trusted, asked, Terminal.PlainText.Of(pending.Reference), hub, cancellationToken);
    }

    private static async Task<PrivateClient> ClientAsync(CommandContext context, ChainSession chain, HttpClient http, TimeSpan time, CancellationToken cancellationToken)
    {
        var (policy, anchors) = await TrustReading.ReadAsync(context, cancellationToken);
        var own = await AttestFolder.ReadFilesAsync(context.Parsed.GetValue(Collateral) ?? [], cancellationToken);
        if (CollateralSet.Read(own).Faults is [var fault, ..])
            throw new ExpectedFailureException(ExitCode.Usage, $"{Collateral.Name}: {Terminal.PlainText.Of(fault)}", "Name files that `og attest verify --collateral` takes.");
        return new PrivateClient(
            http,
            new PrivateClientOptions
            {
                Relay = PrivateCommand.AddressIn(context.Parsed.GetValue(Relay)!, Relay.Name),
                ChainId = chain.Id,
                Hub = chain.Deployment.Hub,
                Registry = chain.Deployment.Keys,
                Policy = policy,
                Anchors = anchors,
                Collateral = own,
                Register = context.Parsed.GetValue(Unregistered) ? null : async (trusted, stop) =>
                    await KeyRegister.FindFaultAsync(chain.Client, chain.Deployment.Keys, trusted, await chain.NowAsync(stop), stop),
                Time = time,
            },
            TimeProvider.System);
    }

    private static async Task<TrustedNode> TrustAsync(CommandContext context, PrivateClient client, Address node, CancellationToken cancellationToken)
    {
        var trusted = await ExamineAsync(client, node, cancellationToken);
        var label = LabelOf(trusted);
        context.Output.Screen.MarkupLineInterpolated($"[grey]trusts[/] {trusted.Verdict.TeeType}, {label} root, workload {trusted.Verdict.WorkloadId}");
        if (label == "emulated")
            context.Output.Errors.MarkupLine("[yellow]The node's evidence is emulated: it shows that programs work, and nothing about hardware.[/]");
        return trusted;
    }

    private static string LabelOf(TrustedNode trusted) => $"{trusted.Verdict.RootLabel}".ToLowerInvariant();

    private static async Task<int> ConcludeAsync(
        CommandContext context, ChainSession chain, PrivateClient client, TrustedNode trusted, PrivateOrder asked, string reference, HubAsking? hub,
        CancellationToken cancellationToken)
    {
        var outcome = hub is null
            ? await client.AskAsync(trusted, asked, new Terminal.PartScreen(context.Output.Screen, TimeProvider.System).Tell, cancellationToken)
            : await hub.AskAsync(client, trusted, asked, cancellationToken);
        if (outcome is PrivateOutcome.Refused(var reason, var detail, _))
        {
            throw new ExpectedFailureException(
                ExitCode.Failed, $"{reason}: {Terminal.PlainText.Of(detail)}",
                hub is null ? "docs/private-requests.md says what each refusal means."
                : $"Ask again with `og request resume {hub.Path}`. Once the time is over the fee comes back: og request refund {hub.Order.RequestId}");
        }

        var (answer, word) = outcome switch
        {
            PrivateOutcome.Answered(var answered) => (answered, null),
            PrivateOutcome.CannotRun(var receipted, var said) => (receipted, said),
            _ => throw new InvalidOperationException("There are three outcomes."),
        };
        var receipt = ReceiptOf(chain, answer);
        if (context.Parsed.GetValue(Save) is { } path)
            await NewFile.WriteAsync(path, new ReceiptBundle { Version = ReceiptBundle.CurrentVersion, Receipt = receipt.ToFile(), Keys = trusted.Evidence.ToDocument() }.ToUtf8(), cancellationToken);
        var settled = hub is null ? null : await hub.WaitAsync(answer, cancellationToken);
        if (settled is { CommitmentsHold: true })
            hub!.Forget();
        var report = new PrivateRequestReport
        {
            RequestId = answer.Receipt.RequestId.ToString(),
            VersionId = answer.Receipt.VersionId.ToString(),
            Reference = reference,
            Node = trusted.Address.ToString(),
            Signer = trusted.Signer.ToString(),
            RootLabel = LabelOf(trusted),
            WorkloadId = $"{trusted.Verdict.WorkloadId}",
            Stage = settled?.Stage.ToString(),
            CommitmentsHold = settled?.CommitmentsHold,
            Transactions = hub?.Sent,
            KeptIn = settled is { CommitmentsHold: false } ? hub!.Path : null,
            Answer = answer.Output is { } output && TensorEncoding.Decode(output) is TensorDecoding.Decoded(var tensors) ? TensorJson.Write(tensors) : null,
            CannotRun = word is null ? null : Terminal.PlainText.Of(word),
            Receipt = (receipt with { Input = null, InputSalt = null, Output = null, OutputSalt = null }).ToFile(),
        };
        context.Output.Report(report, Terminal.CliJson.Default.PrivateRequestReport, screen => Show(screen, report, answer));
        return report.CannotRun is null && settled is null or { CommitmentsHold: true } ? ExitCode.Success : ExitCode.Failed;
    }

    private static async Task<TrustedNode> ExamineAsync(PrivateClient client, Address node, CancellationToken cancellationToken)
    {
        var examination = await client.ExamineAsync(node, cancellationToken);
        return examination switch
        {
            NodeExamination.Trusted(var accepted) => accepted,
            NodeExamination.Refused(var reason, var detail, _) => throw new ExpectedFailureException(
                ExitCode.Failed, $"Nothing was sent to the node. {reason}: {Terminal.PlainText.Of(detail)}", "docs/private-requests.md says what each refusal means."),
            _ => throw new InvalidOperationException("There are two ends of an examination."),
        };
    }

    private static SignedReceipt ReceiptOf(ChainSession chain, PrivateAnswer answer) => new(chain.Id, chain.Deployment.Hub, answer.Receipt, answer.Signature)
    {
        Input = answer.Input,
        InputSalt = answer.InputSalt,
        Output = answer.Output,
        OutputSalt = answer.Output is null ? null : answer.OutputSalt,
    };

    private static void Show(IAnsiConsole screen, PrivateRequestReport report, PrivateAnswer answer)
    {
        screen.WriteLine($"request    {report.RequestId}, {(report.Stage is { } stage ? $"at the hub: {stage}" : "which is not on the chain")}");
        screen.WriteLine($"node       {report.Node}, key {report.Signer}");
        screen.WriteLine($"version    {report.VersionId}");
        if (report.CannotRun is { } why)
            screen.WriteLine($"cannot run {why}");
        else
            screen.WriteLine($"answer     {TensorText.Show(answer.Output!.Value)}");
        screen.MarkupLine("[green]✓[/] The receipt is of this question and answer, by the key in the node's evidence");
        if (report.CommitmentsHold is { } holds)
            screen.MarkupLine(holds ? "[green]✓[/] What was settled at the hub commits to this question and this answer" : "[red]✗[/] What is settled at the hub does not commit to this answer");
        if (report.KeptIn is { } kept)
            screen.WriteLine($"kept       {kept} still has question and salt");
        if (report.RootLabel == "emulated")
            screen.MarkupLine("[yellow]  That evidence is emulated: it shows that programs work, and nothing about hardware.[/]");
    }
}

/// <summary>What came of a private request.</summary>
public sealed record PrivateRequestReport
{
    public required string RequestId { get; init; }

    public required string VersionId { get; init; }

    /// <summary>The version, for people.</summary>
    public required string Reference { get; init; }

    public required string Node { get; init; }

    /// <summary>The attested key that signed the receipt.</summary>
    public required string Signer { get; init; }

    /// <summary>"production" or "emulated".</summary>
    public required string RootLabel { get; init; }

    public required string WorkloadId { get; init; }

    /// <summary>Where the request stands at the hub; null where it never was there.</summary>
    public string? Stage { get; init; }

    /// <summary>Whether what was settled there commits to this question and this answer; null where it never was there.</summary>
    public bool? CommitmentsHold { get; init; }

    /// <summary>What was sent to the chain; null where nothing was.</summary>
    public IReadOnlyList<SentTransaction>? Transactions { get; init; }

    /// <summary>The file that still keeps question and salt, since nothing was settled that commits to them; null where none does.</summary>
    public string? KeptIn { get; init; }

    /// <summary>The answer's tensors; null where there is none.</summary>
    public JsonObject? Answer { get; init; }

    /// <summary>Why the input cannot be run, by the node's word; null where there is an answer.</summary>
    public string? CannotRun { get; init; }

    /// <summary>Without contents and salts: those are in the bundle.</summary>
    public required ReceiptFile Receipt { get; init; }
}
