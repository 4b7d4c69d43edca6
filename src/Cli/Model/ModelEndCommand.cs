using System.CommandLine;
using System.Text;
using OpenGradient.Cli.Chain;
using OpenGradient.Cli.Model.Catalogue;
using OpenGradient.Cli.Model.Publishing;
using OpenGradient.Cli.Terminal;
using OpenGradient.Contracts;
using OpenGradient.Contracts.Models;
using OpenGradient.Ethereum.Contracts;
using OpenGradient.Ethereum.Primitives;

namespace OpenGradient.Cli.Model;

/// <summary><c>og model deprecate</c> and <c>og model yank</c>: advise against a version, or take it out of use.</summary>
internal static class ModelEndCommand
{
    private static readonly Argument<string> Reference = new("version") { Description = "Its id, or CREATOR/NAME@1.0." };
    private static readonly Option<string> Reason = new("--reason") { Description = "Why, for those who use it.", DefaultValueFactory = _ => string.Empty };

    public static Command CreateDeprecate(ActionGuard guard) => Create(
        guard, "deprecate", "Advise against a version: it goes on answering.", VersionStatus.Deprecated,
        (register, versionId, reason) => register.PrepareDeprecate(versionId, reason));

    public static Command CreateYank(ActionGuard guard) => Create(
        guard, "yank", "Take a version out of use, for good: no new requests. What was answered stays answered.", VersionStatus.Yanked,
        (register, versionId, reason) => register.PrepareYank(versionId, reason));

    private static Command Create(
        ActionGuard guard, string name, string description, VersionStatus becomes, Func<IModelRegistryContract, Hash32, string, ContractCall> prepare)
    {
        var command = new Command(name, description) { Reference, Reason };
        command.SetAction(guard((context, token) => ChainOptions.RunAsync(context, chain => RunAsync(context, chain, becomes, prepare, token), token)));
        return command.WithSender();
    }

    private static async Task<int> RunAsync(
        CommandContext context, ChainSession chain, VersionStatus becomes, Func<IModelRegistryContract, Hash32, string, ContractCall> prepare,
        CancellationToken cancellationToken)
    {
        var reason = context.Parsed.GetRequiredValue(Reason);
        if (Encoding.UTF8.GetByteCount(reason) > ModelNames.MostReasonBytes)
            throw new ExpectedFailureException(ExitCode.Usage, $"The reason is longer than {ModelNames.MostReasonBytes} bytes.", "Shorten it.");
        var register = ModelRegister.Of(chain);
        var reference = VersionReference.Parse(context.Parsed.GetRequiredValue(Reference));
        var (model, found) = await reference.FindAsync(register, cancellationToken);
        var version = found
            ?? throw new ExpectedFailureException(ExitCode.Usage, $"{model.Name} is a model, and a version is meant.", $"Write {model.Reference}@1.0, with the version's number.");

        List<SentTransaction> sent = [];
        // Whoever runs it again wants what is there already.
        if (version.Status < becomes)
        {
            var sender = await ChainOptions.OpenSenderAsync(context, chain, cancellationToken);
            sent.Add(await sender.SendAsync(
                prepare(register.Contract, version.VersionId, reason), $"{context.Parsed.CommandResult.Command.Name} {model.Name}@{version.Number}",
                ModelRefusals.Of, isLast: true, cancellationToken));
        }

        var status = version.Status < becomes ? becomes : version.Status;
        var report = new ModelEndReport(version.VersionId.ToString(), $"{model.Reference}@{version.Number}", status.ToString(), sent);
        context.Output.Report(report, CliJson.Default.ModelEndReport, screen =>
            ModelScreen.Line(screen, $"{report.Reference} is {report.Status}{(sent.Count == 0 ? " already" : string.Empty)}."));
        return ExitCode.Success;
    }
}
