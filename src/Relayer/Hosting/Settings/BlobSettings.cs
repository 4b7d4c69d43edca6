using OpenGradient.Blobs.S3;
using Names = OpenGradient.Relayer.Hosting.BlobSettingNames;

namespace OpenGradient.Relayer.Hosting;

/// <summary>What the settings of places for blobs are called: the same for every command. `.env.example` explains each.</summary>
public static class BlobSettingNames
{
    public const string Folder = "OG_BLOB_FOLDER";
    public const string Gateways = "OG_BLOB_GATEWAYS";
    public const string IpfsGateway = "OG_BLOB_IPFS_GATEWAY";
    public const string S3Endpoint = "OG_BLOB_S3_ENDPOINT";
    public const string S3Bucket = "OG_BLOB_S3_BUCKET";
    public const string S3Region = "OG_BLOB_S3_REGION";
    public const string S3Prefix = "OG_BLOB_S3_PREFIX";
    public const string S3Key = "OG_BLOB_S3_ACCESS_KEY_ID";
    public const string S3Secret = "OG_BLOB_S3_SECRET_ACCESS_KEY";
    public const string Cache = "OG_BLOB_CACHE";
    public const string CacheMib = "OG_BLOB_CACHE_MIB";

    public const string DefaultFolder = ".og/blobs";
    public const string DefaultRegion = "us-east-1";
    public const string NoFolder = "none";

    /// <summary>All of them.</summary>
    public static IReadOnlyList<string> All { get; } =
        [Folder, Gateways, IpfsGateway, S3Endpoint, S3Bucket, S3Region, S3Prefix, S3Key, S3Secret, Cache, CacheMib];

    /// <summary>What the relayer's own were called, by those names.</summary>
    public static IReadOnlyDictionary<string, string> Former { get; } = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        [FormerOf("FOLDERS")] = Folder,
        [FormerOf("GATEWAYS")] = Gateways,
        [FormerOf("CACHE")] = Cache,
        [FormerOf("CACHE_MIB")] = CacheMib,
    };

    private static string FormerOf(string rest) => $"OG_RELAYER_BLOB_{rest}";
}

/// <summary>Reads where blobs are had and kept.</summary>
internal static class BlobSettings
{
    private const long MiB = 1 << 20;
    private const int LargestFolderMib = 1 << 26;

    /// <param name="reader">The settings.</param>
    /// <param name="maxInputBytes">The largest input that is fetched.</param>
    public static BlobPlaces Read(SettingsReader reader, long maxInputBytes)
    {
        foreach (var (former, name) in Names.Former)
        {
            if (reader.Text(former) is not null)
                reader.Wrong(former, $"This setting is called {name} now.", $"Rename it: places for blobs are named by OG_BLOB_… for every command.");
        }

        var gateways = ReadAddresses(reader, Names.Gateways, reader.Urls(Names.Gateways, reader.Text(Names.Gateways), "http", "https"));
        var ipfs = ReadAddresses(reader, Names.IpfsGateway, reader.Url(Names.IpfsGateway) is { } address ? [address] : []);
        var folders = reader.List(Names.Folder, reader.Text(Names.Folder) ?? Names.DefaultFolder);
        return new BlobPlaces(
            reader.Path(Names.Cache, Path.Combine(".og", "relayer", "blobs")),
            reader.Number(Names.CacheMib, 10_240, 1, LargestFolderMib) * MiB,
            [.. folders.Where(folder => folder != Names.NoFolder).Select(reader.PathOf)],
            gateways,
            maxInputBytes)
        {
            IpfsGateway = ipfs.Count == 1 ? ipfs[0] : null,
            S3 = ReadS3(reader),
        };
    }

    // What stands in them is shown in logs and results.
    private static IReadOnlyList<Uri> ReadAddresses(SettingsReader reader, string name, IReadOnlyList<Uri> addresses)
    {
        if (addresses.Any(address => address.UserInfo.Length > 0 || address.Query.Length > 0 || address.Fragment.Length > 0))
            reader.Wrong(name, "It holds a user's name, a password, or more than a path.", "Give http://HOST/PATH or https://HOST/PATH: a gateway is asked without credentials.");
        return addresses;
    }

    // All of them are read, so that what is wrong shows before the storage is named.
    private static S3Options? ReadS3(SettingsReader reader)
    {
        var endpoint = reader.Url(Names.S3Endpoint);
        var bucket = reader.Text(Names.S3Bucket);
        var region = reader.Text(Names.S3Region) ?? Names.DefaultRegion;
        var prefix = reader.Text(Names.S3Prefix) ?? "";
        var key = reader.Text(Names.S3Key);
        var secret = reader.Text(Names.S3Secret);
        if (endpoint is null)
        {
            // One that cannot be read is told of by itself.
            var isMissing = reader.Text(Names.S3Endpoint) is null;
            foreach (var (name, isTold) in new[]
            {
                (Names.S3Bucket, bucket is not null), (Names.S3Region, region != Names.DefaultRegion), (Names.S3Prefix, prefix.Length > 0), (Names.S3Key, key is not null),
                (Names.S3Secret, secret is not null),
            })
            {
                reader.Idle(name, isMissing && isTold, Names.S3Endpoint);
            }

            return null;
        }

        foreach (var (name, text) in new[] { (Names.S3Bucket, bucket), (Names.S3Key, key), (Names.S3Secret, secret) })
        {
            if (text is null)
                reader.Wrong(name, $"{Names.S3Endpoint} is set, and this is not.", $"Set it, or leave {Names.S3Endpoint} out.");
        }

        if (bucket is null || key is null || secret is null)
            return null;
        try
        {
            var options = new S3Options { Endpoint = endpoint, Bucket = bucket, Region = region, Prefix = prefix, Credentials = new S3Credentials(key, secret) };
            // It looks the options over.
            new S3BlobStore(options, TimeProvider.System).Dispose();
            return options;
        }
        catch (ArgumentException wrong)
        {
            reader.Wrong(Names.S3Endpoint, wrong.Message, "Look at it, and at the settings beside it.");
            return null;
        }
    }
}
