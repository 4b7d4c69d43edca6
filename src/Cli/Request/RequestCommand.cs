using System.CommandLine;
using OpenGradient.Cli.Attest;
using OpenGradient.Cli.Chain;
using OpenGradient.Cli.Model;
using OpenGradient.Cli.Model.Catalogue;
using OpenGradient.Cli.Node;
using OpenGradient.Cli.Receipt;
using OpenGradient.Cli.Terminal;
using OpenGradient.Contracts;
using OpenGradient.Contracts.Hub;
using OpenGradient.Contracts.Models;
using OpenGradient.Ethereum.Primitives;
using Spectre.Console;

namespace OpenGradient.Cli.Request;

/// <summary><c>og request</c>: asks a version and shows the answer with its receipt; or takes back what nobody answered.</summary>
internal static class RequestCommand
{
    private const int ShortestSeconds = 1;
    private const int LongestSeconds = 7 * 24 * 3600;
    private const int DefaultSeconds = 600;

    private static readonly Argument<string> Version = new("version") { Description = "Whom to ask: a version's id, or CREATOR/NAME@1.0." };
    private static readonly Option<string?> Input = new("--input") { Description = "A JSON file of tensors: { \"NAME\": { \"type\": \"Float\", \"shape\": [1, 2], \"data\": [0.5, 1] } }." };
    private static readonly Option<string?> Raw = new("--raw") { Description = "A file whose bytes are asked as they are: encoded tensors." };
    private static readonly Option<string> Fee = new("--fee") { Description = "What is paid, in tokens.", Required = true };

    private static readonly Option<int> Deadline = new("--deadline")
    {
        Description = "For how many seconds it waits for an answer; what nobody answers is refunded.",
        DefaultValueFactory = _ => DefaultSeconds,
    };

    private static readonly Option<string> Level = new("--assurance")
    {
        Description = "How strong the evidence must be: Signed, Attested or Proven.",
        DefaultValueFactory = _ => nameof(Assurance.Signed),
    };

    private static readonly Option<string?> Assignee = new("--assignee") { Description = "The only node that may answer; anyone without it." };
    private static readonly Option<bool> Unawaited = new("--no-wait") { Description = "Give the request's id, and do not wait for an answer." };
    private static readonly Argument<string> RequestId = new("request") { Description = "The request's id, or its transaction." };

    public static Command Create(ActionGuard guard)
    {
        var refund = new Command("refund", "Take back fee and tip of a request that nobody answered in time.") { RequestId };
        refund.SetAction(guard((context, token) => ChainOptions.RunAsync(context, chain => RefundAsync(context, chain, token), token)));
        var command = new Command("request", "Ask a version, wait for the answer, and show it with its receipt.")
        {
            Version, Input, Raw, Fee, Deadline, Level, Assignee, Unawaited,
            PrivateAsking.Relay, PrivateAsking.OnChain, PrivateAsking.Keep, PrivateAsking.Unregistered, PrivateAsking.Save, PrivateAsking.Collateral, TrustReading.Policy, TrustReading.AllowEmulated, TrustReading.RootsFile,
        };
        command.Add(refund.WithSender());
        command.Add(ResumeCommand.Create(guard));
        command.SetAction(guard((context, token) => ChainOptions.RunAsync(context, chain => AskAsync(context, chain, token), token)));
        return command.WithKey();
    }

    private static async Task<int> AskAsync(CommandContext context, ChainSession chain, CancellationToken cancellationToken)
    {
        RefuseWithoutEffect(context.Parsed);
        var token = await StakeToken.ReadAsync(chain, cancellationToken);
        using var shelf = ModelCommand.OpenShelf(context, chain);
        var register = ModelRegister.Of(chain);
        var (model, version) = await VersionReference.Parse(context.Parsed.GetRequiredValue(Version)).FindVersionAsync(register, cancellationToken);
        if (version.Status == VersionStatus.Yanked)
            throw new ExpectedFailureException(ExitCode.Failed, $"{model.Name}@{version.Number} was taken out of use. {PlainText.Of(version.Reason ?? string.Empty)}".TrimEnd(), "`og model show` lists the others.");
        if (version.Status == VersionStatus.Deprecated)
            context.Output.Errors.MarkupLineInterpolated($"[yellow]og: {model.Name}@{version.Number}: its owner advises against it. {PlainText.Of(version.Reason ?? string.Empty)}[/]");

        var metadata = await shelf.ReadMetadataAsync(model.MetadataUri, cancellationToken);
        var order = new RequestOrder
        {
            Model = model,
            Version = version,
            Input = await InputAsync(context, metadata?.SignatureOf(version.Published), cancellationToken),
            Fee = token.Parse(context.Parsed.GetRequiredValue(Fee)),
            Time = TimeIn(context.Parsed),
            Assurance = AssuranceIn(context.Parsed),
            Assignee = AssigneeIn(context.Parsed),
        };
        if (context.Parsed.GetValue(PrivateAsking.Relay) is not null)
            return await PrivateAsking.AskAsync(context, chain, order, OpenAsync, cancellationToken);

        var sending = await OpenAsync();
        var told = await sending.AskAsync(order, beforeSending: null, cancellationToken);
        context.Output.Screen.MarkupLineInterpolated($"[grey]asked[/]  {told.RequestId}");
        var stage = context.Parsed.GetValue(Unawaited) ? Stage.Open : await new RequestWatch(chain, context.Output.Screen, TimeProvider.System).WaitAsync(told, cancellationToken);
        var report = (await ReportAsync(chain, order, token, sending, told, stage, cancellationToken)) with { OutputScale = metadata?.DescriptorOf(version.Published)?.OutputScale };
        context.Output.Report(report, CliJson.Default.RequestReport, screen => Show(screen, report));
        return stage == Stage.Settled || context.Parsed.GetValue(Unawaited) ? ExitCode.Success : ExitCode.Failed;

        async Task<RequestSending> OpenAsync() =>
            new(chain, token, await ChainOptions.OpenSenderAsync(context, chain, cancellationToken), shelf);
    }

    // What would be done without one of these is not what was asked for.
    private static void RefuseWithoutEffect(ParseResult parsed)
    {
        Option[] privateOnly = [PrivateAsking.OnChain, PrivateAsking.Keep, PrivateAsking.Unregistered, PrivateAsking.Save, PrivateAsking.Collateral, TrustReading.Policy, TrustReading.AllowEmulated, TrustReading.RootsFile];
        if (parsed.GetValue(PrivateAsking.Relay) is null)
        {
            if (Array.Find(privateOnly, option => parsed.GetResult(option) is { Implicit: false }) is { } lost)
                throw new ExpectedFailureException(ExitCode.Usage, $"{lost.Name} is for private requests, and this is none.", $"Name a relay with {PrivateAsking.Relay.Name}, or leave it out.");
        }
        else if (parsed.GetValue(PrivateAsking.Keep) is not null && !parsed.GetValue(PrivateAsking.OnChain))
        {
            throw new ExpectedFailureException(
                ExitCode.Usage, $"{PrivateAsking.Keep.Name} is for requests at the hub, and this is none.", $"Add {PrivateAsking.OnChain.Name}, or leave it out.");
        }
        else if (parsed.GetValue(Unawaited) || (parsed.GetResult(Level) is { Implicit: false } && AssuranceIn(parsed) != Assurance.Attested))
        {
            throw new ExpectedFailureException(
                ExitCode.Usage, "A private request is Attested, and its answer comes with it.", $"Leave {Unawaited.Name} and {Level.Name} out.");
        }
    }

    private static async Task<RequestReport> ReportAsync(
        ChainSession chain, RequestOrder order, StakeToken token, RequestSending sending, IHubContract.RequestedEvent told, Stage stage,
        CancellationToken cancellationToken)
    {
        ReceiptReport? receipt = null;
        if (stage is not (Stage.Open or Stage.Claimed or Stage.Sealing))
        {
            var reading = new ReceiptReading(chain);
            var from = new BlockNumber(sending.Sent[^1].Block);
            receipt = await reading.ReportAsync(await reading.StoryAsync(told.RequestId, from, cancellationToken), cancellationToken);
        }

        return new RequestReport
        {
            RequestId = told.RequestId.ToString(),
            VersionId = order.Version.VersionId.ToString(),
            Reference = order.Reference,
            Stage = stage.ToString(),
            Fee = token.Format(order.Fee),
            Deadline = Times.Of(told.Request.Deadline),
            Transactions = sending.Sent,
            // A node has a parent only once: the receipt keeps its own.
            Answer = receipt?.Answer?.DeepClone().AsObject(),
            Receipt = receipt,
            Hint = stage switch
            {
                Stage.Open or Stage.Claimed or Stage.Sealing => $"After {Times.Show(Times.Of(told.Request.Deadline))} take the fee back: og request refund {told.RequestId}",
                Stage.Failed => "The node says that the model cannot run this input: look at names, types and shapes (`og model show`). A part of the fee came back to your account at the hub.",
                _ => null,
            },
        };
    }

    private static async Task<ReadOnlyMemory<byte>> InputAsync(
        CommandContext context, Inference.Artifacts.ModelSignature? signature, CancellationToken cancellationToken) =>
        (context.Parsed.GetValue(Input), context.Parsed.GetValue(Raw)) switch
        {
            ({ } tensors, null) => await InputFile.EncodeAsync(tensors, signature, cancellationToken),
            (null, { } raw) => await InputFile.ReadAsync(raw, cancellationToken),
            _ => throw new ExpectedFailureException(ExitCode.Usage, "A request has one input.", "Give --input with a JSON file of tensors, or --raw with encoded ones."),
        };

    private static TimeSpan TimeIn(ParseResult parsed) =>
        parsed.GetValue(Deadline) is var seconds && seconds is >= ShortestSeconds and <= LongestSeconds
            ? TimeSpan.FromSeconds(seconds)
            : throw new ExpectedFailureException(ExitCode.Usage, $"--deadline is {seconds}.", $"Give seconds, from {ShortestSeconds} to {LongestSeconds}.");

    private static Assurance AssuranceIn(ParseResult parsed) =>
        parsed.GetValue(Level) is { Length: > 0 } text && Enum.TryParse<Assurance>(text, ignoreCase: true, out var assurance) && Enum.IsDefined(assurance)
        && assurance != Assurance.None && !char.IsAsciiDigit(text[0])
            ? assurance
            : throw new ExpectedFailureException(ExitCode.Usage, "--assurance is none.", "They are Signed, Attested and Proven.");

    private static Address? AssigneeIn(ParseResult parsed) =>
        parsed.GetValue(Assignee) is not { } text ? null
        : Address.TryParse(text, out var node) && !node.IsZero ? node
        : throw new ExpectedFailureException(ExitCode.Usage, "--assignee is no address.", "Give 0x and 40 hexadecimal digits.");

    private static async Task<int> RefundAsync(CommandContext context, ChainSession chain, CancellationToken cancellationToken)
    {
        if (!Hash32.TryParse(context.Parsed.GetRequiredValue(RequestId), out var hash))
            throw new ExpectedFailureException(ExitCode.Usage, "That is no request.", "Give 0x and 64 hexadecimal digits.");
        var token = await StakeToken.ReadAsync(chain, cancellationToken);
        var reading = new ReceiptReading(chain);
        if (await reading.RequestsOfAsync(hash, cancellationToken) is not [var requestId])
            throw new ExpectedFailureException(ExitCode.Usage, "The transaction has no request, or several.", "Give a request's id.");
        var story = await reading.StoryAsync(requestId, from: null, cancellationToken);
        var sender = await ChainOptions.OpenSenderAsync(context, chain, cancellationToken);
        using var shelf = ModelCommand.OpenShelf(context, chain);
        var sending = new RequestSending(chain, token, sender, shelf);
        var (stage, refunded) = await sending.RefundAsync(story, cancellationToken);
        var report = new RefundReport(requestId.ToString(), stage.ToString(), refunded is { } amount ? token.Format(amount) : null, sending.Sent);
        context.Output.Report(report, CliJson.Default.RefundReport, screen => screen.WriteLine(
            report.Refunded is null ? "It was refunded before." : $"{report.Refunded} tokens came back{(story.Requested.Requester == sender.Address ? "" : $", into the account of {story.Requested.Requester} at the hub")}."));
        return ExitCode.Success;
    }

    private static void Show(IAnsiConsole screen, RequestReport report)
    {
        if (report.Receipt is { } receipt)
            ReceiptScreen.Show(screen, receipt);
        else
            screen.WriteLine($"request    {report.RequestId} is {report.Stage}");
        if (report is { Answer: not null, OutputScale: { } scale })
            screen.WriteLine(ModelScreen.ScaleLine(scale));
        if (report.Hint is { } hint)
            screen.WriteLine(hint);
    }
}
