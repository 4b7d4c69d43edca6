using System.CommandLine;
using OpenGradient.Cli.Chain;
using OpenGradient.Cli.Settings;
using OpenGradient.Cli.Terminal;
using OpenGradient.Contracts.Deployments;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.ReceiptBundles;
using Spectre.Console;

namespace OpenGradient.Cli.Receipt;

/// <summary><c>og receipt</c>: what a node has signed, as the chain has it or from a file.</summary>
internal static class ReceiptCommand
{
    private static readonly Argument<string> Id = new("id") { Description = "A request's id, or the transaction that asked or settled it." };
    private static readonly Option<string?> Save = new("--save") { Description = "Write the receipt to a file, which `og receipt verify` checks anywhere." };
    private static readonly Argument<string> File = new("file") { Description = "A receipt's file, or a bundle's." };
    private static readonly Option<string?> Deployment = new("--deployment") { Description = $"A chain's id, or a file of addresses ({ChainSettings.DeploymentName})." };

    public static Command Create(ActionGuard guard)
    {
        var show = new Command("show", "Show a receipt: its digest and signer, whether it stands, is final, was contested.") { Id, Save };
        show.SetAction(guard((context, token) => ChainOptions.RunAsync(context, chain => ShowAsync(context, chain, token), token)));
        var verify = new Command("verify", "Check a receipt, or judge a bundle, without asking anyone, by the addresses of the deployment.") { File, Deployment, ChainOptions.Config };
        verify.WithTrust();
        verify.SetAction(guard(VerifyAsync));
        return new Command("receipt", "Show and check receipts.") { show.WithChain(), verify, BundleMaking.Create(guard) };
    }

    private static async Task<int> ShowAsync(CommandContext context, ChainSession chain, CancellationToken cancellationToken)
    {
        if (!Hash32.TryParse(context.Parsed.GetRequiredValue(Id), out var hash))
            throw new ExpectedFailureException(ExitCode.Usage, "That is no request and no transaction.", "Give 0x and 64 hexadecimal digits.");
        var reading = new ReceiptReading(chain);
        List<ReceiptReport> reports = [];
        var requests = await reading.RequestsOfAsync(hash, cancellationToken);
        foreach (var request in requests)
        {
            var story = await reading.StoryAsync(request, from: null, cancellationToken);
            if (await reading.ReportAsync(story, cancellationToken) is { } report)
                reports.Add(report);
        }

        if (reports.Count == 0)
        {
            throw new ExpectedFailureException(
                ExitCode.Failed, requests.Count == 0 ? "The transaction asked nothing and settled nothing at this hub." : "There is no answer yet, so that there is no receipt.",
                "Look again later; `og request refund` gives back what nobody answered in time.");
        }

        if (context.Parsed.GetValue(Save) is { } path)
            await SaveAsync(path, reports, cancellationToken);
        context.Output.Report((IReadOnlyList<ReceiptReport>)reports, CliJson.Default.IReadOnlyListReceiptReport, screen => ShowAll(screen, reports));
        return reports.TrueForAll(report => report.Checks.All(check => check.Held is not false)) ? ExitCode.Success : ExitCode.Failed;
    }

    private static void ShowAll(IAnsiConsole screen, List<ReceiptReport> reports)
    {
        foreach (var report in reports)
        {
            ReceiptScreen.Show(screen, report);
            if (reports.Count > 1)
                screen.WriteLine();
        }
    }

    private static async Task SaveAsync(string path, List<ReceiptReport> reports, CancellationToken cancellationToken)
    {
        if (reports.Count > 1)
            throw new ExpectedFailureException(ExitCode.Usage, $"The transaction has {reports.Count} receipts.", "Name one request's id to save its receipt.");
        await NewFile.WriteAsync(path, ReceiptOf(reports[0]), cancellationToken);
    }

    // What was just made of a receipt is one.
    private static byte[] ReceiptOf(ReceiptReport report) =>
        SignedReceipt.TryRead(report.Receipt, out var receipt, out var fault) ? receipt.ToUtf8() : throw new InvalidOperationException(fault);

    private static async Task<int> VerifyAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var path = context.Parsed.GetRequiredValue(File);
        if (!System.IO.File.Exists(path) || new FileInfo(path).Length > SignedReceipt.MaxBytes)
            throw new ExpectedFailureException(ExitCode.Usage, $"There is no file {path} of a receipt's size.", "`og receipt show ID --save FILE` writes one.");
        var bytes = await System.IO.File.ReadAllBytesAsync(path, cancellationToken);
        if (ReceiptBundle.TryRead(bytes) is { } bundle)
            return await BundleVerifying.VerifyAsync(context, bundle, await FindDeploymentAsync(context, new ChainId(bundle.Receipt.ChainId), cancellationToken), cancellationToken);
        if (!SignedReceipt.TryRead(bytes, out var receipt, out var fault))
            throw new ExpectedFailureException(ExitCode.Usage, $"The file is no receipt, and no bundle: {fault}", "`og receipt show ID --save FILE` writes one.");
        var deployment = await FindDeploymentAsync(context, receipt.ChainId, cancellationToken);
        var checks = ReceiptChecks.Of(receipt, deployment.ChainId, deployment.Hub);
        var verdict = new ReceiptVerdict(
            checks.Any(check => check.Held is false) ? "Invalid" : checks.All(check => check.Held is true) ? "Valid" : "Incomplete",
            receipt.Receipt.RequestId.ToString(), receipt.Digest.ToString(), receipt.Signer?.ToString(), checks);
        context.Output.Report(verdict, CliJson.Default.ReceiptVerdict, screen =>
        {
            ReceiptScreen.Show(screen, verdict.Checks);
            screen.WriteLine($"{verdict.Verdict}. Whether it was settled, stands and is final, only the chain tells: og receipt show {verdict.RequestId}");
        });
        return verdict.Verdict == "Valid" ? ExitCode.Success : ExitCode.Failed;
    }

    // The receipt says of which chain it is; which hub is the right one there is not for it to say.
    private static async Task<Deployment> FindDeploymentAsync(CommandContext context, ChainId chainId, CancellationToken cancellationToken)
    {
        var settings = await KnownSettings.LoadAsync(context, cancellationToken, context.Parsed.GetValue(ChainOptions.Config));
        var chain = ChainSettings.From(settings, endpoint: null, context.Parsed.GetValue(Deployment));
        return await chain.ReadDeploymentAsync(context.Checkout, chainId, cancellationToken);
    }
}
