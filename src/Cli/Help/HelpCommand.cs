using System.CommandLine;
using OpenGradient.Cli.Terminal;
using Spectre.Console;

namespace OpenGradient.Cli.Help;

/// <summary><c>og help</c>: a page that is worth reading; <c>og help COMMAND</c>: that command's options.</summary>
internal static class HelpCommand
{
    public static Command Create(RootCommand root, ActionGuard guard)
    {
        var topic = new Argument<string?>("command") { Description = "The command to explain.", Arity = ArgumentArity.ZeroOrOne };
        var command = new Command("help", "Explain og, or one of its commands.") { topic };
        command.SetAction(guard(async (context, cancellationToken) =>
        {
            if (context.Parsed.GetValue(topic) is { } name)
                return await ExplainAsync(root, name, context.Output, cancellationToken);

            ShowOverview(context.Output.Screen, root);
            return ExitCode.Success;
        }));
        return command;
    }

    private static Task<int> ExplainAsync(RootCommand root, string name, CommandOutput output, CancellationToken cancellationToken)
    {
        if (!root.Subcommands.Any(command => string.Equals(command.Name, name, StringComparison.Ordinal)))
        {
            var known = string.Join(", ", root.Subcommands.Select(command => command.Name));
            throw new ExpectedFailureException(ExitCode.Usage, $"There is no command '{name}'.", $"The commands are {known}.");
        }

        var invocation = new InvocationConfiguration { Output = output.StandardOutput, EnableDefaultExceptionHandler = false };
        return root.Parse([name, "--help"]).InvokeAsync(invocation, cancellationToken);
    }

    private static void ShowOverview(IAnsiConsole screen, RootCommand root)
    {
        screen.MarkupLine("[bold]og[/] — evidence for AI inference on any EVM chain");
        screen.WriteLine();
        var commands = new Table().Border(TableBorder.None).HideHeaders().AddColumns("command", "what it does");
        foreach (var command in root.Subcommands)
            commands.AddRow($"  [bold]{Markup.Escape(command.Name)}[/]", Markup.Escape(command.Description ?? string.Empty));
        screen.Write(commands);
        screen.WriteLine();

        screen.MarkupLine("[bold]Start here[/]");
        Example(screen, "./og up", "a local chain and all that runs on it, until Ctrl-C");
        Example(screen, "./og up --once", "the same, once: exit code 0 when everything worked");
        Example(screen, "./og test", "every suite, every check");
        Example(screen, "./og doctor", "what is wrong with this machine, and how to mend it");
        Example(screen, "./og bench ethereum --json", "measurements beside a baseline, as data");
        screen.WriteLine();

        screen.MarkupLine("[bold]Everywhere[/]");
        screen.WriteLine("  --json            the report as JSON on standard output, progress on standard error");
        screen.WriteLine("  exit codes        0 done · 1 done, and the answer is no · 2 wrong usage · 3 something is missing · 130 stopped");
        screen.WriteLine("  settings          .env.example lists them all; put yours into .env or the environment");
        screen.WriteLine("  og help COMMAND   its options");
    }

    private static void Example(IAnsiConsole screen, string command, string meaning) =>
        screen.MarkupLineInterpolated($"  [green]{command.PadRight(28)}[/] {meaning}");
}
