using System.CommandLine;
using OpenGradient.Blobs;
using OpenGradient.Cli.Chain;
using OpenGradient.Cli.Model.Catalogue;
using OpenGradient.Cli.Model.Storage;
using OpenGradient.Cli.Terminal;
using OpenGradient.Ethereum.Primitives;

namespace OpenGradient.Cli.Model;

/// <summary><c>og model list</c> and <c>og model show</c>: what there is, and what it is.</summary>
internal static class ModelShowCommand
{
    private static readonly Argument<string> Reference = new("model") { Description = "A model or version: its id, or CREATOR/NAME or CREATOR/NAME@1.0." };
    private static readonly Option<string?> Owner = new("--owner") { Description = "Only what this account owns or has created." };
    private static readonly Option<string?> Search = new("--name") { Description = "Only models in whose name this stands." };

    public static Command CreateList(ActionGuard guard)
    {
        var command = new Command("list", "List the models of the deployment.") { Owner, Search };
        command.SetAction(guard((context, token) => ChainOptions.RunAsync(context, chain => ListAsync(context, chain, token), token)));
        return command.WithChain();
    }

    public static Command Create(ActionGuard guard)
    {
        var command = new Command("show", "Show a model's versions: signature, semantics, status, and who has the artifact.") { Reference };
        command.SetAction(guard((context, token) => ChainOptions.RunAsync(context, chain => ShowAsync(context, chain, token), token)));
        return command.WithChain();
    }

    private static async Task<int> ListAsync(CommandContext context, ChainSession chain, CancellationToken cancellationToken)
    {
        Address? owner = context.Parsed.GetValue(Owner) is not { } text ? null
            : Address.TryParse(text, out var address) ? address
            : throw new ExpectedFailureException(ExitCode.Usage, "--owner is no address.", "Give 0x and 40 hexadecimal digits.");
        var name = context.Parsed.GetValue(Search) ?? string.Empty;
        var models = await ModelRegister.Of(chain).ListAsync(cancellationToken);
        IReadOnlyList<ModelReport> reports = [.. models
            .Where(model => owner is null || model.Owner == owner || model.Creator == owner)
            .Where(model => model.Name.Contains(name, StringComparison.OrdinalIgnoreCase))
            .Select(model => ModelReport.Of(model, metadata: null))];
        context.Output.Report(reports, CliJson.Default.IReadOnlyListModelReport, screen => ModelScreen.ShowList(screen, reports));
        return ExitCode.Success;
    }

    private static async Task<int> ShowAsync(CommandContext context, ChainSession chain, CancellationToken cancellationToken)
    {
        var (model, chosen) = await VersionReference.Parse(context.Parsed.GetRequiredValue(Reference)).FindAsync(ModelRegister.Of(chain), cancellationToken);
        using var shelf = ModelCommand.OpenShelf(context, chain);
        var metadata = await shelf.ReadMetadataAsync(model.MetadataUri, cancellationToken);
        var shown = chosen is null ? model : model with { Versions = [chosen] };
        Dictionary<Hash32, IReadOnlyList<BlobPlace>> places = [];
        // Of a model with many versions only the newest one's artifact is looked for.
        foreach (var version in shown.Versions.Take(1))
            places[version.VersionId] = await shelf.LocateAsync(new BlobHash(version.Published.ArtifactHash), version.Published.Uris, cancellationToken);
        var report = ModelReport.Of(shown, metadata, version => places.GetValueOrDefault(version.VersionId));
        context.Output.Report(report, CliJson.Default.ModelReport, screen => ModelScreen.Show(screen, report));
        return ExitCode.Success;
    }
}
