using OpenGradient.Cli.Settings;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Foundry;

namespace OpenGradient.Cli.Deploy;

/// <summary>Where <c>og deploy</c> deploys to and who does; all else that it reads is for the script (<see cref="DeploymentSettings"/>).</summary>
internal sealed record DeploySettings
{
    public const string EndpointName = "OG_DEPLOY_RPC_URL";
    public const string DeployerName = "OG_DEPLOY_SENDER";

    /// <summary>OG_DEPLOY_RPC_URL: the chain's JSON-RPC address. It may hold a key.</summary>
    public required Uri Endpoint { get; init; }

    /// <summary>OG_DEPLOY_SENDER: who deploys.</summary>
    public required Address Deployer { get; init; }

    /// <summary>What is set for the script.</summary>
    public required IReadOnlyDictionary<string, string> ForScript { get; init; }

    public static DeploySettings From(EnvironmentFile file, string? endpoint, string? deployer) => new()
    {
        Endpoint = EndpointIn(endpoint ?? file.Find(EndpointName)),
        Deployer = DeployerIn(deployer ?? file.Find(DeployerName)),
        ForScript = DeploymentSettings.Names.Select(name => (Name: name, Value: file.Find(name))).Where(setting => setting.Value is not null)
            .ToDictionary(setting => setting.Name, setting => setting.Value!, StringComparer.Ordinal),
    };

    // The address is not shown: it may hold a key.
    private static Uri EndpointIn(string? text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var address) && address.Scheme is "http" or "https" or "ws" or "wss"
            ? address
            : throw Wrong("The address of the chain is missing, or is none.", $"Set {EndpointName} to a URL, or give --rpc-url where it holds no key.");

    private static Address DeployerIn(string? text) =>
        Address.TryParse(text, out var address)
            ? address
            : throw Wrong("Who deploys is missing, or is no address.", $"Set {DeployerName} or give --sender: all addresses follow from it.");

    private static ExpectedFailureException Wrong(string problem, string remedy) => new(ExitCode.Usage, problem, remedy);
}
