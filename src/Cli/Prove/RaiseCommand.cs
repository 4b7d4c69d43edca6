using System.CommandLine;
using OpenGradient.Cli.Chain;
using OpenGradient.Cli.Model;
using OpenGradient.Cli.Terminal;
using OpenGradient.Contracts;
using OpenGradient.Contracts.Hub;
using OpenGradient.Prover.Statements;
using Spectre.Console;

namespace OpenGradient.Cli.Prove;

/// <summary><c>og raise</c>: puts a proof behind an answer that was settled by a signature or an attested key, which makes it final at once.</summary>
internal static class RaiseCommand
{
    private static readonly Argument<string> Request = new("request") { Description = "The request's id, or its transaction." };
    private static readonly Option<string?> Setup = new("--srs") { Description = "The setup that the verifier has: then it is proven here." };
    private static readonly Option<string?> Proof = new("--proof") { Description = "A proof that `og prove REQUEST` made, perhaps elsewhere, in place of --srs." };

    private static readonly Option<string> Form = FormProving.CreateOption();

    public static Command Create(ActionGuard guard)
    {
        var command = new Command("raise", "Put a proof behind the answer to a request, which makes it final.") { Request, Setup, Proof, Form };
        command.SetAction(guard((context, token) => ChainOptions.RunAsync(context, chain => RunAsync(context, chain, token), token)));
        return command.WithSender();
    }

    private static async Task<int> RunAsync(CommandContext context, ChainSession chain, CancellationToken cancellationToken)
    {
        var (setup, file) = (context.Parsed.GetValue(Setup), context.Parsed.GetValue(Proof));
        if (setup is null == file is null)
            throw new ExpectedFailureException(ExitCode.Usage, "A proof is made here, or was made before.", "Give --srs with the verifier's setup, or --proof with a file of `og prove REQUEST`.");
        var form = FormProving.Read(context.Parsed.GetValue(Form));
        using var shelf = ModelCommand.OpenShelf(context, chain);
        var proving = new AnswerProving(chain, shelf, context.Output.Screen, TimeProvider.System);
        var answer = await proving.FindAsync(context.Parsed.GetRequiredValue(Request), cancellationToken);
        if ((Assurance)answer.Settlement.Assurance == Assurance.Proven)
            throw new ExpectedFailureException(ExitCode.Failed, "A proof stands behind the answer already.", $"`og receipt show {answer.Story.RequestId}` shows it.");

        var proof = file is null
            ? (await proving.ProveAsync(answer, setup!, form, cancellationToken)).Made.Proof.Bytes
            : await ReadAsync(file, answer, answer.Context(chain.Id), cancellationToken);
        var hub = new IHubContract(chain.Client, chain.Deployment.Hub);
        var before = await StandingAsync(hub, answer, answer.Settlement.Assurance, cancellationToken);
        var sender = await ChainOptions.OpenSenderAsync(context, chain, cancellationToken);
        var sent = await sender.SendAsync(
            hub.PrepareRaiseToProven(answer.Story.Ask, answer.Settlement, proof), "raise the answer to Proven", Words, isLast: true, cancellationToken);
        var after = await StandingAsync(hub, answer, (byte)Assurance.Proven, cancellationToken);

        var report = new RaiseReport(answer.Story.RequestId.ToString(), answer.Settlement.OutputCommit.ToString(), before, after, proof.Length, sent);
        context.Output.Report(report, CliJson.Default.RaiseReport, screen => Show(screen, report));
        return ExitCode.Success;
    }

    private static async Task<ReadOnlyMemory<byte>> ReadAsync(string path, AnswerToProve answer, ProofContext where, CancellationToken cancellationToken)
    {
        var file = await ProofFile.ReadAsync(path, cancellationToken);
        return file.Context() == where && file.Statements is [var statement] && statement.Read() == answer.Statement
            ? file.Bytes()
            : throw new ExpectedFailureException(
                ExitCode.Usage, $"{path} is no proof of this answer.", $"Make one: og prove {answer.Story.RequestId} --srs SETUP --out FILE");
    }

    private static async Task<AnswerStanding> StandingAsync(IHubContract hub, AnswerToProve answer, byte assurance, CancellationToken cancellationToken)
    {
        var state = await hub.CallStateOfAsync(answer.Story.RequestId, cancellationToken: cancellationToken);
        var isFinal = await hub.CallIsFinalAsync(answer.Story.RequestId, cancellationToken: cancellationToken);
        return new AnswerStanding($"{(Assurance)assurance}", $"{(Stage)state.Stage}", isFinal);
    }

    private static Chain.Refusal? Words(Ethereum.Abi.RevertReason reason) => IHubContract.ErrorOf(reason) switch
    {
        IHubContract.ProofRefusedError => new("The verifier on the chain does not take the proof.", "Make it anew, with the verifier's setup."),
        IHubContract.NotARaiseError => new("A proof stands behind the answer already.", "`og receipt show` shows it."),
        IHubContract.SettlementMismatchError or IHubContract.NotSettledError => new("The answer was changed meanwhile.", "Look at it with `og receipt show`, and raise what stands now."),
        { } other => new($"The hub refused with {other.GetType().Name}.", "That is not meant to happen here: please report it."),
        null => null,
    };

    private static void Show(IAnsiConsole screen, RaiseReport report)
    {
        screen.WriteLine($"answer     {report.OutputCommit} to {report.RequestId}");
        screen.WriteLine($"before     {Words(report.Before)}");
        screen.WriteLine($"now        {Words(report.After)}");
        screen.WriteLine($"proof      {report.ProofBytes} bytes, settled with {report.Transaction.GasUsed:#,0} gas");
    }

    private static string Words(AnswerStanding standing) =>
        $"{standing.Assurance}, {standing.Stage}, {(standing.IsFinal ? "final" : "not final yet")}";
}

/// <summary>What <c>og raise</c> changed.</summary>
/// <param name="RequestId">The request.</param>
/// <param name="OutputCommit">The answer, which stays the same.</param>
/// <param name="Before">How it stood.</param>
/// <param name="After">How it stands now.</param>
/// <param name="ProofBytes">How long the proof is.</param>
/// <param name="Transaction">What brought it.</param>
public sealed record RaiseReport(string RequestId, string OutputCommit, AnswerStanding Before, AnswerStanding After, int ProofBytes, SentTransaction Transaction);

/// <param name="Assurance">What stands behind it.</param>
/// <param name="Stage">As the hub has it.</param>
/// <param name="IsFinal">Whether nothing about it can change any more.</param>
public sealed record AnswerStanding(string Assurance, string Stage, bool IsFinal);
