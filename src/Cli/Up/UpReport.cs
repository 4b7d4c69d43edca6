using System.Text.Json.Serialization;

namespace OpenGradient.Cli.Up;

/// <summary>What <c>og up</c> started and what was seen to work on it.</summary>
/// <param name="Succeeded">Whether every check held.</param>
/// <param name="ChainUrl">Where the chain answers.</param>
/// <param name="ChainId">Its number.</param>
/// <param name="AddressesFile">Where the addresses of all contracts stand.</param>
/// <param name="Contracts">The addresses, by the contracts' names.</param>
/// <param name="Pages">Where the pages and the API of the index are.</param>
/// <param name="PrivateRelay">Where sealed requests for the attested node go.</param>
/// <param name="Nodes">The nodes that run here.</param>
/// <param name="Models">What was published.</param>
/// <param name="Requests">What was asked, and what came of it.</param>
/// <param name="Checks">What must hold of it.</param>
/// <param name="Seconds">How long all of it took.</param>
public sealed record UpReport(
    bool Succeeded,
    string ChainUrl,
    string ChainId,
    string AddressesFile,
    IReadOnlyDictionary<string, string> Contracts,
    string Pages,
    string PrivateRelay,
    IReadOnlyList<UpNode> Nodes,
    IReadOnlyList<UpModel> Models,
    IReadOnlyList<UpRequest> Requests,
    IReadOnlyList<UpCheck> Checks,
    double Seconds);

/// <summary>A node that runs here.</summary>
/// <param name="Name">What it is called here.</param>
/// <param name="Address">Its key's address.</param>
/// <param name="Answers">Whether it answers requests. All of them check what others answer, and sit on committees.</param>
/// <param name="Page">Where it shows its health and its jobs.</param>
public sealed record UpNode(string Name, string Address, bool Answers, string Page);

/// <summary>A version that was published.</summary>
public sealed record UpModel(string Name, string Reference, string VersionId, string Semantics);

/// <summary>A request, and what came of it. Every request has the same fields, whatever came of it: what there is nothing of is null.</summary>
public sealed record UpRequest
{
    public required string RequestId { get; init; }

    /// <summary>What was tried.</summary>
    public required string Scene { get; init; }

    public required string Model { get; init; }

    public required string Assurance { get; init; }

    /// <summary>Where it stands at the hub.</summary>
    public required string State { get; init; }

    /// <summary>What came of it, in a few words.</summary>
    public required string Came { get; init; }

    /// <summary>The answer's bytes; null where there is none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public string? Output { get; init; }

    /// <summary>The same, for people.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public string? Answer { get; init; }

    /// <summary>Who answered, by name or address.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public string? Node { get; init; }

    /// <summary>From when the request was seen in a block to when its settlement was.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public double? LatencyMs { get; init; }

    public required UpGas Gas { get; init; }

    /// <summary>The command that verifies its receipt, from the checkout's folder, also when the network is gone; null where no bundle of it was kept.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public string? VerifyBy { get; init; }
}

/// <summary>What a request took of gas.</summary>
/// <param name="Request">The asking; of several that one transaction asked an equal part.</param>
/// <param name="Claim">The claim that was settled by; null where there was none.</param>
/// <param name="Settle">The settlement with its callback; of a batch an equal part.</param>
/// <param name="SettledTogether">How many answers that settlement was of; 0 where there was none.</param>
public sealed record UpGas(
    ulong Request,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] ulong? Claim,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] ulong? Settle,
    int SettledTogether)
{
    public ulong Total => Request + (Claim ?? 0) + (Settle ?? 0);
}

/// <summary>Something that must hold, and whether it did.</summary>
public sealed record UpCheck(string What, bool Held, string Detail);
