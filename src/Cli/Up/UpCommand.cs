using System.CommandLine;
namespace OpenGradient.Cli.Up;

internal static class UpCommand
{
    public static Command Create(ActionGuard guard) { var c = new Command("up", "Start a local chain and everything that runs on it, until Ctrl-C."); c.SetAction(guard((x, ct) => Task.FromResult(0))); return c; }
}
