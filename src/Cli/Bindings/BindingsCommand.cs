using System.CommandLine;
using Spectre.Console;

namespace OpenGradient.Cli.Bindings;

/// <summary><c>og bindings</c>: writes the C# of our contracts anew.</summary>
internal static class BindingsCommand
{
    public static Command Create(ActionGuard guard)
    {
        var check = new Option<bool>("--check") { Description = "Write nothing; exit code 1 when the files are not what would be written." };
        var command = new Command("bindings", "Generate the C# bindings of the contracts from what forge compiled.") { check };
        command.SetAction(guard(async (context, cancellationToken) =>
        {
            if (!context.Parsed.GetValue(check))
            {
                var written = await ContractBindings.WriteAsync(context.Checkout, cancellationToken);
                foreach (var path in written)
                    context.Output.Screen.MarkupLineInterpolated($"changed {path}");
                if (written.Count == 0)
                    context.Output.Screen.WriteLine("All bindings are current.");
                return ExitCode.Success;
            }

            var drift = await ContractBindings.FindDriftAsync(context.Checkout, cancellationToken);
            foreach (var difference in drift)
                context.Output.Screen.MarkupLineInterpolated($"[red]{difference}[/]");
            return drift.Count == 0 ? ExitCode.Success : ExitCode.Failed;
        }));
        return command;
    }
}
