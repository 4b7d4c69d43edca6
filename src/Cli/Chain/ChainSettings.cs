using OpenGradient.Cli.Settings;
using OpenGradient.Contracts.Deployments;
using OpenGradient.Ethereum.Primitives;

namespace OpenGradient.Cli.Chain;

/// <summary>Which chain and deployment a command is about.</summary>
internal sealed record ChainSettings
{
    public const string EndpointName = "OG_RPC_URL";
    public const string DeploymentName = "OG_DEPLOYMENT";
    public const string MaxFeeName = "OG_MAX_FEE_GWEI";

    private const string LocalEndpoint = "http://127.0.0.1:8545";
    private const int DefaultMaxFeeGwei = 500;
    private const int HighestMaxFeeGwei = 1_000_000;

    public static IReadOnlyList<string> Names { get; } = [EndpointName, DeploymentName, MaxFeeName];

    /// <summary>OG_RPC_URL: the chain's JSON-RPC address; that of `og up` unless told. It may hold a key.</summary>
    public required Uri Endpoint { get; init; }

    /// <summary>OG_DEPLOYMENT: a chain's id or a file; null takes that of the chain which answers.</summary>
    public required string? Deployment { get; init; }

    /// <summary>OG_MAX_FEE_GWEI: what a unit of gas may cost at most. What an endpoint says of prices is its word.</summary>
    public required Wei MaxFeePerGas { get; init; }

    public static ChainSettings From(EnvironmentFile file, string? endpoint, string? deployment) => new()
    {
        Endpoint = EndpointIn(endpoint ?? file.Find(EndpointName) ?? LocalEndpoint),
        Deployment = deployment ?? file.Find(DeploymentName),
        MaxFeePerGas = Wei.FromGwei($"{file.Number(MaxFeeName, DefaultMaxFeeGwei, 1, HighestMaxFeeGwei)}"),
    };

    /// <summary>Reads where the contracts are, and holds the file against the chain.</summary>
    public async Task<Deployment> ReadDeploymentAsync(Checkout checkout, ChainId chainId, CancellationToken cancellationToken)
    {
        var path = Deployment is null ? checkout.PathOf("deployments", $"{chainId}.json")
            : ulong.TryParse(Deployment, out var id) ? checkout.PathOf("deployments", $"{id}.json")
            : Path.GetFullPath(Deployment);
        if (!File.Exists(path))
        {
            throw Wrong(
                $"There is no file {path} with the addresses of a deployment on chain {chainId}.",
                $"`og up` or `og deploy` writes one; or set {DeploymentName} to a chain's id or a file.");
        }

        var deployment = await DeploymentFile.ReadAsync(path, cancellationToken);
        return deployment.ChainId == chainId
            ? deployment
            : throw Wrong($"{path} is of chain {deployment.ChainId}, and the endpoint answers for chain {chainId}.", $"Set {EndpointName} and {DeploymentName} to the same chain.");
    }

    // The address is not shown: it may hold a key.
    private static Uri EndpointIn(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var address) && address.Scheme is "http" or "https" or "ws" or "wss"
            ? address
            : throw Wrong("The address of the chain is none.", $"Set {EndpointName} to a URL, or give --rpc-url where it holds no key.");

    private static ExpectedFailureException Wrong(string problem, string remedy) => new(ExitCode.Usage, problem, remedy);
}
