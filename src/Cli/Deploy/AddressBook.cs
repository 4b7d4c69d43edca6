using OpenGradient.Contracts.Deployments;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Foundry;

namespace OpenGradient.Cli.Deploy;

/// <summary>Deploys, and keeps the addresses where programs look for them.</summary>
internal static class AddressBook
{
    private const string Folder = "deployments";

    /// <summary>Where the addresses on a chain are kept, from the checkout.</summary>
    public static string FileOf(ChainId chain) => $"{Folder}/{chain}.json";

    /// <summary>Deploys what is missing and moves the file with the addresses into its place, whole or not at all.</summary>
    public static async Task<(Deployment Deployment, string File)> DeployAsync(
        Checkout checkout, DeploymentRun run, CancellationToken cancellationToken)
    {
        var written = await DeploymentScript.RunAsync(run, cancellationToken);
        var deployment = await DeploymentFile.ReadAsync(written, cancellationToken);
        var file = run.Settings.TryGetValue(DeploymentSettings.File, out var chosen) ? chosen : FileOf(deployment.ChainId);
        var target = Path.Combine(checkout.Root, file);
        Directory.CreateDirectory(Path.GetDirectoryName(target)!);
        File.Move(written, target, overwrite: true);
        return (deployment, file);
    }
}
