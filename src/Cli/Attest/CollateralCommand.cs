using System.CommandLine;
using OpenGradient.Attestation.Collateral;
using OpenGradient.Cli.Terminal;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Relayer.Attesting.Archive;

namespace OpenGradient.Cli.Attest;

/// <summary><c>og attest collateral</c>: what vendors sign about their platforms, kept by hash in a folder. A relayer keeps the same folder fresh by itself.</summary>
internal static class CollateralCommand
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    private static readonly Option<string> Store = new("--archive") { Description = "The folder (OG_RELAYER_ATTEST_ARCHIVE of a relayer).", Required = true };
    private static readonly Option<string[]> From = new("--from") { Description = "NAME=URL; as many as needed.", AllowMultipleArgumentsPerToken = true };
    private static readonly Option<string?> Ocsp = new("--ocsp") { Description = "Who is asked about NVIDIA's certificates that are in use, by OCSP." };
    private static readonly Option<string?> Out = new("--out") { Description = "The file to write its bytes to." };
    private static readonly Argument<string> Hash = new("hash") { Description = "SHA-256 of a file, as 0x and 64 hexadecimal digits." };

    public static Command Create(ActionGuard guard)
    {
        var list = new Command("list", "List what is in use, and how it came there.") { Store };
        list.SetAction(guard(ListAsync));
        var refresh = new Command("refresh", "Fetch collateral anew: exit code 1 when a source sends nothing that can be kept.")
        {
            Store, From, Ocsp, TrustReading.Policy, TrustReading.AllowEmulated, TrustReading.RootsFile,
        };
        refresh.SetAction(guard(RefreshAsync));
        var show = new Command("show", "Show a file that is or was in use, by its hash.") { Store, Hash, Out, TrustReading.Policy, TrustReading.AllowEmulated, TrustReading.RootsFile };
        show.SetAction(guard(ShowAsync));
        return new Command("collateral", "Keep what evidence is checked against.") { list, refresh, show };
    }

    private static async Task<int> ListAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var list = new CollateralList(await Open(context).ListAsync(cancellationToken));
        context.Output.Report(list, CliJson.Default.CollateralList, screen => AttestScreen.Show(screen, list));
        return ExitCode.Success;
    }

    private static async Task<int> RefreshAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var sources = (context.Parsed.GetValue(From) ?? []).Select(text => CollateralSource.TryParse(text, out var source) ? source
            : throw new ExpectedFailureException(ExitCode.Usage, $"{PlainText.Of(text)} is not NAME=URL.", "Give a name of letters, digits, dots and dashes, and an http or https address.")).ToList();
        if (sources.DistinctBy(source => source.Name, StringComparer.Ordinal).Count() != sources.Count || sources.Count > CollateralSource.MostSources)
            throw new ExpectedFailureException(ExitCode.Usage, "A name stands there twice, or there are too many.", $"Give at most {CollateralSource.MostSources}, each with a name of its own.");
        Uri? responder = null;
        if (context.Parsed.GetValue(Ocsp) is { } ocsp && (!Uri.TryCreate(ocsp, UriKind.Absolute, out responder) || responder.Scheme is not ("http" or "https")))
            throw new ExpectedFailureException(ExitCode.Usage, $"{PlainText.Of(ocsp)} is no address of a responder.", "Give an http or https address.");
        if (sources.Count == 0 && responder is null)
            throw new ExpectedFailureException(ExitCode.Usage, "Nothing is named to be asked.", "Give --from NAME=URL, --ocsp URL, or both.");
        var (_, anchors) = await TrustReading.ReadAsync(context, cancellationToken);
        using var web = CommandHttp.Open(limit: Timeout.InfiniteTimeSpan);
        var refresher = new CollateralRefresher(Open(context), sources, anchors, new CollateralFetcher(web, Limit, TimeProvider.System), TimeProvider.System, responder);
        var done = new CollateralRefresh(await refresher.RefreshAsync(cancellationToken));
        context.Output.Report(done, CliJson.Default.CollateralRefresh, screen => AttestScreen.Show(screen, done));
        return done.Sources.Any(outcome => outcome.State == RefreshState.Failed) ? ExitCode.Failed : ExitCode.Success;
    }

    private static async Task<int> ShowAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var archive = Open(context);
        if (!Hash32.TryParse(context.Parsed.GetRequiredValue(Hash), out var hash))
            throw new ExpectedFailureException(ExitCode.Usage, "That is no hash.", "Give 0x and 64 hexadecimal digits: `og attest collateral list` shows those in use.");
        if (await archive.FindAsync(hash, cancellationToken) is not { } content)
            throw new ExpectedFailureException(ExitCode.Failed, $"No file with the hash {hash} was ever in use here.", "`og attest collateral list` shows those in use.");
        var (_, anchors) = await TrustReading.ReadAsync(context, cancellationToken);
        var found = CollateralInspector.Inspect(new CollateralFile(hash.ToString(), content), await archive.ReadCurrentAsync(cancellationToken), anchors, TimeProvider.System.GetUtcNow());
        var shown = CollateralShown.Of(
            hash.ToString(), content.Length, found,
            [.. (await archive.HistoryAsync(cancellationToken)).Where(record => record.Hash == hash.ToString())]);
        if (context.Parsed.GetValue(Out) is { } path)
            await File.WriteAllBytesAsync(path, content, cancellationToken);
        context.Output.Report(shown, CliJson.Default.CollateralShown, screen => AttestScreen.Show(screen, shown));
        return ExitCode.Success;
    }

    private static CollateralArchive Open(CommandContext context) => new(Path.GetFullPath(context.Parsed.GetRequiredValue(Store)));
}
