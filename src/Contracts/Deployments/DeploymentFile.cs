using System.Text.Json;

namespace OpenGradient.Contracts.Deployments;

/// <summary>
/// Reads <c>deployments/CHAIN.json</c>, which docs/deployment.md describes. Whatever is in it is hostile until it was read: money goes where it says.
/// </summary>
public static class DeploymentFile
{
    /// <summary>A deployment takes some ten thousand bytes.</summary>
    public const int MaxBytes = 1 << 20;

    private const int MaxDepth = 8;
    private const int Schema = 1;

    private static readonly JsonDocumentOptions JsonOptions = new() { AllowDuplicateProperties = false, MaxDepth = MaxDepth };

    /// <summary>Reads a file. Throws <see cref="DeploymentFormatException"/>, and <see cref="IOException"/> where there is none.</summary>
    public static async Task<Deployment> ReadAsync(string path, CancellationToken cancellationToken)
    {
        await using var file = File.OpenRead(path);
        // One byte more than is allowed tells that there is more.
        var bytes = new byte[MaxBytes + 1];
        var length = await file.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, cancellationToken);
        return Parse(bytes.AsMemory(0, length));
    }

    /// <summary>Reads the file's text. Throws <see cref="DeploymentFormatException"/>.</summary>
    public static Deployment Parse(ReadOnlyMemory<byte> utf8)
    {
        if (utf8.Length > MaxBytes)
            throw new DeploymentFormatException($"The file has more than {MaxBytes} bytes, and a deployment takes some thousands.");

        try
        {
            using var json = JsonDocument.Parse(utf8, JsonOptions);
            return Read(new DeploymentNode(json.RootElement, string.Empty));
        }
        catch (JsonException wrong)
        {
            throw new DeploymentFormatException($"The file is not JSON as it is written here: {wrong.Message}");
        }
        catch (InvalidOperationException)
        {
            // How texts that are no Unicode are refused when they are read.
            throw new DeploymentFormatException("A text in the file is not valid Unicode.");
        }
    }

    private static Deployment Read(DeploymentNode root)
    {
        var schema = root.Number("schema");
        if (schema != Schema)
            throw new DeploymentFormatException($"'schema' is {schema}; this program reads {Schema}.");

        root.OnlyHas("schema", "chainId", "isDevelopment", "deployer", "factory", "salt", "owners", "hub", "court", "keys", "contracts");
        return new Deployment
        {
            ChainId = new(root.Number("chainId")),
            IsDevelopment = root.Flag("isDevelopment"),
            Deployer = root.Address("deployer"),
            Factory = root.Address("factory"),
            Salt = root.Hash("salt"),
            Owners = ReadOwners(root.Object("owners")),
            HubTerms = ReadHub(root.Object("hub")),
            CourtTerms = ReadCourt(root.Object("court")),
            KeyTerms = ReadKeys(root.Object("keys")),
            Contracts = ReadContracts(root.Object("contracts")),
        };
    }

    private static DeploymentOwners ReadOwners(DeploymentNode owners)
    {
        owners.OnlyHas("token", "guardian", "proposers", "executors", "delay");
        return new DeploymentOwners(
            owners.Address("token"), owners.Address("guardian"), owners.Addresses("proposers"), owners.AddressesOrZero("executors"),
            owners.Number("delay"));
    }

    private static HubTerms ReadHub(DeploymentNode hub)
    {
        hub.OnlyHas(
            "defaultWindow", "minWindow", "maxWindow", "attestedHold", "claimTime", "provenClaimTime", "deliveryTime", "minBond",
            "signedLienFees", "attestedLienFees", "failureShare");
        return new HubTerms
        {
            DefaultWindow = hub.Number("defaultWindow"),
            MinWindow = hub.Number("minWindow"),
            MaxWindow = hub.Number("maxWindow"),
            AttestedHold = hub.Number("attestedHold"),
            ClaimTime = hub.Number("claimTime"),
            ProvenClaimTime = hub.Number("provenClaimTime"),
            DeliveryTime = hub.Number("deliveryTime"),
            MinBond = hub.Amount("minBond"),
            SignedLienFees = hub.Number("signedLienFees"),
            AttestedLienFees = hub.Number("attestedLienFees"),
            FailureShare = hub.Number("failureShare"),
        };
    }

    private static CourtTerms ReadCourt(DeploymentNode court)
    {
        court.OnlyHas("phase", "sealTime", "sealBond", "memberFee", "depositShare", "silenceShare");
        return new CourtTerms(
            court.Number("phase"), court.Number("sealTime"), court.Amount("sealBond"), court.Amount("memberFee"),
            court.Number("depositShare"), court.Number("silenceShare"));
    }

    private static KeyTerms ReadKeys(DeploymentNode keys)
    {
        keys.OnlyHas("vetoWindow", "overlap", "maxLifetime");
        return new KeyTerms(keys.Number("vetoWindow"), keys.Number("overlap"), keys.Number("maxLifetime"));
    }

    private static Dictionary<string, DeployedContract> ReadContracts(DeploymentNode contracts)
    {
        var found = new Dictionary<string, DeployedContract>(StringComparer.Ordinal);
        foreach (var name in contracts.Names())
        {
            var contract = contracts.Object(name);
            contract.OnlyHas("address", "block", "codeHash", "arguments");
            found.Add(name, new DeployedContract(
                contract.Address("address"), new(contract.Number("block")), contract.Hash("codeHash"), contract.Bytes("arguments")));
        }

        foreach (var name in ContractNames.All)
            _ = contracts.Object(name);
        var twice = found.Values.GroupBy(contract => contract.Address).FirstOrDefault(group => group.Count() > 1);
        return twice is null ? found : throw new DeploymentFormatException($"Two of the contracts have the address {twice.Key}.");
    }
}
