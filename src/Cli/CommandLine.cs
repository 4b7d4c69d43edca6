using System.CommandLine;
using OpenGradient.Cli.Attest;
using OpenGradient.Cli.Bench;
using OpenGradient.Cli.Bindings;
using OpenGradient.Cli.Deploy;
using OpenGradient.Cli.Doctor;
using OpenGradient.Cli.Help;
using OpenGradient.Cli.Indexer;
using OpenGradient.Cli.Key;
using OpenGradient.Cli.Model;
using OpenGradient.Cli.Node;
using OpenGradient.Cli.Private;
using OpenGradient.Cli.Prove;
using OpenGradient.Cli.Query;
using OpenGradient.Cli.Receipt;
using OpenGradient.Cli.Relayer;
using OpenGradient.Cli.Request;
using OpenGradient.Cli.Srs;
using OpenGradient.Cli.Terminal;
using OpenGradient.Cli.Testing;
using OpenGradient.Cli.Up;
using OpenGradient.Cli.Verify;
using Spectre.Console;

namespace OpenGradient.Cli;

/// <summary>All commands, and the one place where a failure that was thrown becomes two lines and an exit code.</summary>
public static class CommandLine
{
    // A first Ctrl-C asks; whatever has not stopped by then is left to the process's end.
    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(20);

    private static readonly Option<bool> Json = new("--json")
    {
        Description = "Write the report as JSON to standard output, and nothing else there.",
        Recursive = true,
    };

    /// <summary>Runs one command to its end and gives the exit code.</summary>
    public static async Task<int> RunAsync(string[] arguments, TextWriter standardOutput, TextWriter standardError)
    {
        var root = Build(standardOutput, standardError);
        var parsed = root.Parse(arguments.Length == 0 ? ["help"] : arguments);
        if (parsed.Errors.Count > 0)
        {
            CommandOutput.TryTell(() => Complain(parsed, standardError));
            return ExitCode.Usage;
        }

        var invocation = new InvocationConfiguration
        {
            Output = standardOutput,
            Error = standardError,
            EnableDefaultExceptionHandler = false,
            ProcessTerminationTimeout = RelayerRunCommand.IsAskedFor(parsed) ? null : StopLimit,
        };
        using var stop = new StopSignals();
        try
        {
            return await parsed.InvokeAsync(invocation, stop.Token);
        }
        catch (Exception failure) when (ExpectedFailures.Of(failure) is { } expected)
        {
            // Options such as --help and --version are acted on without a guard.
            return Explain(new CommandOutput(json: false, standardOutput, standardError), expected);
        }
    }

    /// <summary>What is wrong with a command line, without running it; nothing for one that would run.</summary>
    public static IReadOnlyList<string> FindMistakes(IReadOnlyList<string> arguments) =>
        [.. Build(TextWriter.Null, TextWriter.Null).Parse(arguments).Errors.Select(error => error.Message)];

    private static RootCommand Build(TextWriter standardOutput, TextWriter standardError)
    {
        var root = new RootCommand("Verifiable AI inference on any EVM chain: run, test, measure and diagnose it.") { Json };
        root.Add(UpCommand.Create(Guarded));
        root.Add(DeployCommand.Create(Guarded));
        root.Add(KeyCommand.Create(Guarded));
        root.Add(NodeCommand.Create(Guarded));
        root.Add(ModelCommand.Create(Guarded));
        root.Add(SrsCommand.Create(Guarded));
        root.Add(ProveCommand.Create(Guarded));
        root.Add(RequestCommand.Create(Guarded));
        root.Add(RaiseCommand.Create(Guarded));
        root.Add(ReceiptCommand.Create(Guarded));
        root.Add(PrivateCommand.Create(Guarded));
        root.Add(RelayerCommand.Create(Guarded));
        root.Add(IndexerCommand.Create(Guarded));
        root.Add(QueryCommand.Create(Guarded));
        root.Add(ExportCommand.Create(Guarded));
        root.Add(AttestCommand.Create(Guarded));
        root.Add(VerifyCommand.Create(Guarded));
        root.Add(TestCommand.Create(Guarded));
        root.Add(BenchCommand.Create(Guarded));
        root.Add(DoctorCommand.Create(Guarded));
        root.Add(BindingsCommand.Create(Guarded));
        root.Add(HelpCommand.Create(root, Guarded));
        return root;

        Func<ParseResult, CancellationToken, Task<int>> Guarded(CommandAction action) => async (parsed, cancellationToken) =>
        {
            var output = new CommandOutput(parsed.GetValue(Json), standardOutput, standardError);
            try
            {
                return await action(new CommandContext(Checkout.Find(), output, parsed), cancellationToken);
            }
            // A terminal that was closed stops a command, and what it still writes fails.
            catch (Exception stopped) when (cancellationToken.IsCancellationRequested && (stopped is OperationCanceledException or IOException))
            {
                CommandOutput.TryTell(() => output.Errors.MarkupLine("[yellow]Stopped before it was done.[/]"));
                return ExitCode.Cancelled;
            }
            catch (Exception failure) when (ExpectedFailures.Of(failure) is { } expected)
            {
                return Explain(output, expected);
            }
        };
    }

    // After an unknown word the parser also misses a command; the first complaint about a word is the one that helps.
    private static void Complain(ParseResult parsed, TextWriter standardError)
    {
        foreach (var error in parsed.Errors.Where(error => parsed.Errors.Count == 1 || parsed.UnmatchedTokens.Count == 0
            || error.Message.Contains(parsed.UnmatchedTokens[0], StringComparison.Ordinal)))
            standardError.WriteLine($"og: {error.Message}");
        standardError.WriteLine("og: `og help` lists the commands, `og COMMAND --help` a command's options.");
    }

    private static int Explain(CommandOutput output, ExpectedFailureException failure)
    {
        CommandOutput.TryTell(() =>
        {
            output.Errors.MarkupLineInterpolated($"[red]og: {failure.Message}[/]");
            output.Errors.MarkupLineInterpolated($"    {failure.Remedy}");
        });
        return failure.ExitCode;
    }
}

/// <summary>What a command does; expected failures are thrown as <see cref="ExpectedFailureException"/>.</summary>
public delegate Task<int> CommandAction(CommandContext context, CancellationToken cancellationToken);

/// <summary>Adds to an action what all commands share: output, cancellation and failures.</summary>
public delegate Func<ParseResult, CancellationToken, Task<int>> ActionGuard(CommandAction action);

/// <summary>What every command is given.</summary>
public sealed record CommandContext(Checkout Checkout, CommandOutput Output, ParseResult Parsed);
