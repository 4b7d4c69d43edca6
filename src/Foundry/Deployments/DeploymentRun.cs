using OpenGradient.Ethereum.Primitives;

namespace OpenGradient.Foundry;

/// <summary>A deployment of all contracts, as <see cref="DeploymentScript"/> makes it.</summary>
public sealed record DeploymentRun
{
    public required string RepositoryRoot { get; init; }

    /// <summary>The chain's JSON-RPC address. It may hold a key, and is shown nowhere.</summary>
    public required Uri Endpoint { get; init; }

    /// <summary>Who deploys. All addresses follow from it.</summary>
    public required Address Deployer { get; init; }

    /// <summary>How forge signs for the deployer: options of <c>forge script</c>. No key and no password may stand among them.</summary>
    public required IReadOnlyList<string> WalletOptions { get; init; }

    /// <summary>Whether it is for a local chain, with a token of its own and stand-ins.</summary>
    public bool IsDevelopment { get; init; }

    /// <summary>What differs from the defaults, by the names in <see cref="DeploymentSettings"/>.</summary>
    public IReadOnlyDictionary<string, string> Settings { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>Told about each step, in a few words.</summary>
    public Action<string>? OnStep { get; init; }

    /// <summary>
    /// For the public accounts of a local chain, which signs for them itself. No settings of this machine have a part in it, so that the same code always
    /// gives the same addresses.
    /// </summary>
    public static DeploymentRun Development(string repositoryRoot, Uri endpoint, Address deployer) => new()
    {
        RepositoryRoot = repositoryRoot,
        Endpoint = endpoint,
        Deployer = deployer,
        WalletOptions = ["--unlocked"],
        IsDevelopment = true,
    };
}
