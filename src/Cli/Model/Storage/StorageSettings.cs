using OpenGradient.Blobs.S3;
using OpenGradient.Cli.Settings;
using OpenGradient.Relayer.Hosting;

namespace OpenGradient.Cli.Model.Storage;

/// <summary>Where artifacts are put, and had from.</summary>
internal sealed record StorageSettings
{
    public const string FolderName = BlobSettingNames.Folder;
    public const string GatewaysName = BlobSettingNames.Gateways;
    public const string IpfsName = BlobSettingNames.IpfsGateway;
    public const string S3EndpointName = BlobSettingNames.S3Endpoint;
    public const string S3BucketName = BlobSettingNames.S3Bucket;
    public const string S3RegionName = BlobSettingNames.S3Region;
    public const string S3PrefixName = BlobSettingNames.S3Prefix;
    public const string S3KeyName = BlobSettingNames.S3Key;
    public const string S3SecretName = BlobSettingNames.S3Secret;

    /// <summary>OG_BLOB_FOLDER: folders of this machine, within the checkout unless they are absolute; null where it is `none`. What is stored goes into the first.</summary>
    public required string? Folder { get; init; }

    /// <summary>The others, which are only read.</summary>
    public IReadOnlyList<string> ReadFolders { get; init; } = [];

    /// <summary>OG_BLOB_GATEWAYS: read only.</summary>
    public required IReadOnlyList<Uri> Gateways { get; init; }

    /// <summary>OG_BLOB_IPFS_GATEWAY: through which ipfs: uris are read.</summary>
    public required Uri? IpfsGateway { get; init; }

    /// <summary>OG_BLOB_S3_…: an S3-compatible storage.</summary>
    public required S3Options? S3 { get; init; }

    public static StorageSettings From(EnvironmentFile file, Checkout checkout)
    {
        List<string> folders = [.. ListIn(file.Find(FolderName) ?? BlobSettingNames.DefaultFolder).Where(folder => folder != BlobSettingNames.NoFolder).Select(folder => checkout.PathOf(folder))];
        return new StorageSettings
        {
            Folder = folders.FirstOrDefault(),
            ReadFolders = [.. folders.Skip(1)],
            Gateways = [.. ListIn(file.Find(GatewaysName) ?? string.Empty).Select(text => AddressIn(GatewaysName, text))],
            IpfsGateway = file.Find(IpfsName) is { } ipfs ? AddressIn(IpfsName, ipfs) : null,
            S3 = S3In(file),
        };
    }

    private static string[] ListIn(string text) => text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    private static S3Options? S3In(EnvironmentFile file)
    {
        if (file.Find(S3EndpointName) is not { } endpoint)
            return null;

        return new S3Options
        {
            Endpoint = AddressIn(S3EndpointName, endpoint),
            Bucket = Needed(S3BucketName),
            Region = file.Find(S3RegionName) ?? BlobSettingNames.DefaultRegion,
            Prefix = file.Find(S3PrefixName) ?? string.Empty,
            Credentials = new S3Credentials(Needed(S3KeyName), Needed(S3SecretName)),
        };

        string Needed(string name) => file.Find(name)
            ?? throw new ExpectedFailureException(ExitCode.Usage, $"{S3EndpointName} is set, and {name} is not.", $"Set {name}, or leave {S3EndpointName} out.");
    }

    // The value is not shown: it may hold a credential.
    private static Uri AddressIn(string name, string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var address) && address is { Scheme: "http" or "https", UserInfo: "", Query: "", Fragment: "" }
            ? address
            : throw new ExpectedFailureException(ExitCode.Usage, $"{name} holds what is no address.", "Give http:// or https:// addresses, without a user's name, a password or a query.");
}
