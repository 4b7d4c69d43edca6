using System.CommandLine;
using OpenGradient.Cli.Chain;
using OpenGradient.Cli.Model.Compiling;
using OpenGradient.Cli.Model.Storage;
using OpenGradient.Cli.Settings;

namespace OpenGradient.Cli.Model;

/// <summary><c>og model</c>: from an artifact to a version that anyone can ask, and back.</summary>
internal static class ModelCommand
{
    public static Command Create(ActionGuard guard) => new("model", "Make, publish, look at and fetch models.")
    {
        ModelCompileCommand.Create(guard),
        ModelCommitCommand.Create(guard),
        ModelInitCommand.Create(guard),
        ModelMeasureCommand.Create(guard),
        ModelPublishCommand.Create(guard),
        ModelShowCommand.CreateList(guard),
        ModelShowCommand.Create(guard),
        ModelPullCommand.Create(guard),
        ModelEndCommand.CreateDeprecate(guard),
        ModelEndCommand.CreateYank(guard),
        ModelTrainCommand.Create(guard),
    };

    /// <summary>The places where blobs are, as this command's settings name them.</summary>
    public static BlobShelf OpenShelf(CommandContext context, EnvironmentFile settings) =>
        new(StorageSettings.From(settings, context.Checkout), context.Checkout, context.Output.Screen, TimeProvider.System);

    /// <inheritdoc cref="OpenShelf(CommandContext, EnvironmentFile)"/>
    public static BlobShelf OpenShelf(CommandContext context, ChainSession chain) => OpenShelf(context, chain.Settings);
}
