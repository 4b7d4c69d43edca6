using System.CommandLine;

namespace OpenGradient.Cli.Relayer;

/// <summary><c>og relayer</c>: runs a relayer, and asks one how it is.</summary>
internal static class RelayerCommand
{
    public const string Name = "relayer";

    public static Command Create(ActionGuard guard) => new(Name, "Run a relayer, or ask one how it is.")
    {
        RelayerRunCommand.Create(guard),
        RelayerProveCommand.Create(guard),
        RelayerStatusCommand.Create(guard),
    };

    /// <summary>Settings from a file in place of <c>.env</c>.</summary>
    public static Option<string?> Config() => new("--config") { Description = "A file of settings in place of .env." };
}
