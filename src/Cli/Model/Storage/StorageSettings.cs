using OpenGradient.Blobs.S3;
using OpenGradient.Cli.Settings;

namespace OpenGradient.Cli.Model.Storage;

/// <summary>Where artifacts are put, and had from.</summary>
internal sealed record StorageSettings
{
    public const string FolderName = "OG_BLOB_FOLDER";
    public const string GatewaysName = "OG_BLOB_GATEWAYS";
    public const string IpfsName = "OG_BLOB_IPFS_GATEWAY";
    public const string S3EndpointName = "OG_BLOB_S3_ENDPOINT";
    public const string S3BucketName = "OG_BLOB_S3_BUCKET";
    public const string S3RegionName = "OG_BLOB_S3_REGION";
    public const string S3PrefixName = "OG_BLOB_S3_PREFIX";
    public const string S3KeyName = "OG_BLOB_S3_ACCESS_KEY_ID";
    public const string S3SecretName = "OG_BLOB_S3_SECRET_ACCESS_KEY";

    private const string DefaultFolder = ".og/blobs";
    private const string DefaultRegion = "us-east-1";
    private const string NoFolder = "none";

    public static IReadOnlyList<string> Names { get; } =
        [FolderName, GatewaysName, IpfsName, S3EndpointName, S3BucketName, S3RegionName, S3PrefixName, S3KeyName, S3SecretName];

    /// <summary>OG_BLOB_FOLDER: a folder of this machine, within the checkout unless it is absolute; null where it is `none`.</summary>
    public required string? Folder { get; init; }

    /// <summary>OG_BLOB_GATEWAYS: read only.</summary>
    public required IReadOnlyList<Uri> Gateways { get; init; }

    /// <summary>OG_BLOB_IPFS_GATEWAY: through which ipfs: uris are read.</summary>
    public required Uri? IpfsGateway { get; init; }

    /// <summary>OG_BLOB_S3_…: an S3-compatible storage.</summary>
    public required S3Options? S3 { get; init; }

    public static StorageSettings From(EnvironmentFile file, Checkout checkout)
    {
        var folder = file.Find(FolderName) ?? DefaultFolder;
        return new StorageSettings
        {
            Folder = folder == NoFolder ? null : checkout.PathOf(folder),
            Gateways = [.. (file.Find(GatewaysName) ?? string.Empty)
                .Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(text => AddressIn(GatewaysName, text))],
            IpfsGateway = file.Find(IpfsName) is { } ipfs ? AddressIn(IpfsName, ipfs) : null,
            S3 = S3In(file),
        };
    }

    private static S3Options? S3In(EnvironmentFile file)
    {
        if (file.Find(S3EndpointName) is not { } endpoint)
            return null;

        return new S3Options
        {
            Endpoint = AddressIn(S3EndpointName, endpoint),
            Bucket = Needed(S3BucketName),
            Region = file.Find(S3RegionName) ?? DefaultRegion,
            Prefix = file.Find(S3PrefixName) ?? string.Empty,
            Credentials = new S3Credentials(Needed(S3KeyName), Needed(S3SecretName)),
        };

        string Needed(string name) => file.Find(name)
            ?? throw new ExpectedFailureException(ExitCode.Usage, $"{S3EndpointName} is set, and {name} is not.", $"Set {name}, or leave {S3EndpointName} out.");
    }

    // The value is not shown: it may hold a credential.
    private static Uri AddressIn(string name, string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var address) && address.Scheme is "http" or "https"
            ? address
            : throw new ExpectedFailureException(ExitCode.Usage, $"{name} holds what is no address.", "Give http:// or https:// addresses.");
}
