using System.CommandLine;

namespace OpenGradient.Cli.Model;

/// <summary><c>og model</c>: what is done with models before they are published.</summary>
internal static class ModelCommand
{
    public static Command Create(ActionGuard guard) => new("model", "Make and look at models.") { ModelTrainCommand.Create(guard) };
}
