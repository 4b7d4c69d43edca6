using System.Globalization;
using OpenGradient.Cli.Model.Storage;
using OpenGradient.Cli.Settings;
using OpenGradient.Contracts.Deployments;
using OpenGradient.Database;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Explorer;
using OpenGradient.Indexer;
using OpenGradient.Indexer.Api;
using OpenGradient.Indexer.Api.Clients;
using OpenGradient.Indexer.Fetching;
using OpenGradient.Indexer.Hosting;
using OpenGradient.Indexer.Schema;
using OpenGradient.Indexer.Webhooks;

namespace OpenGradient.Cli.Indexer;

/// <summary>What <c>og indexer run</c> indexes, into what, and how much it answers.</summary>
internal sealed record IndexerSettings
{
    public const string DatabaseName = "OG_INDEXER_DATABASE";
    public const string ListenName = "OG_INDEXER_LISTEN";
    public const string TokensName = "OG_INDEXER_TOKENS";
    public const string TokensFromName = "OG_INDEXER_TOKENS_FROM_BLOCK";
    public const string FamiliesName = "OG_INDEXER_FAMILIES";
    public const string GasName = "OG_INDEXER_GAS";
    public const string SqlReaderName = "OG_INDEXER_SQL_DATABASE";
    public const string RequestsName = "OG_INDEXER_REQUESTS_PER_SECOND";
    public const string ProxiesName = "OG_INDEXER_TRUSTED_PROXIES";
    public const string QueryTimeoutName = "OG_INDEXER_QUERY_TIMEOUT_MS";
    public const string ReadsName = "OG_INDEXER_READS";
    public const string ExportsName = "OG_INDEXER_EXPORTS";
    public const string ExportRateName = "OG_INDEXER_EXPORT_KIB_PER_SECOND";

    public const string HeadsName = "OG_INDEXER_HEADS_URL";
    public const string TipAgeName = "OG_INDEXER_READY_TIP_AGE_S";

    public const string DuckDbName = "OG_INDEXER_DUCKDB";
    public const string KeysName = "OG_INDEXER_KEYS";
    public const string WebhooksName = "OG_INDEXER_WEBHOOKS";
    public const string PrivateWebhooksName = "OG_INDEXER_WEBHOOKS_PRIVATE";

    public const string BlobsName = "OG_INDEXER_BLOBS";
    public const string BlobsMibName = "OG_INDEXER_BLOBS_MIB";

    public const string DecimalsName = "OG_INDEXER_TOKEN_DECIMALS";
    public const string RelayersName = "OG_INDEXER_RELAYERS";

    public const string DefaultDatabase = "sqlite:.og/indexer.db";
    private const string DefaultBlobs = ".og/indexer/blobs";
    private const string DefaultListen = "http://127.0.0.1:8090";

    public static IReadOnlyList<string> Names { get; } =
        [DatabaseName, ListenName, TokensName, TokensFromName, FamiliesName, GasName, SqlReaderName, RequestsName, ProxiesName, QueryTimeoutName, ReadsName, ExportsName, ExportRateName, HeadsName, TipAgeName, KeysName, WebhooksName, PrivateWebhooksName, BlobsName, BlobsMibName, DuckDbName, DecimalsName, RelayersName];

    private const int MostRelayers = 32;

    public required DatabaseOptions Database { get; init; }

    /// <summary>OG_INDEXER_SQL_DATABASE: the same database as a role that only reads; null opens no SQL console on PostgreSQL.</summary>
    public required DatabaseOptions? SqlReader { get; init; }

    public required ApiOptions Api { get; init; }

    /// <summary>OG_INDEXER_WEBHOOKS: who is told of new rows.</summary>
    public required IReadOnlyList<Webhook> Webhooks { get; init; }

    /// <summary>OG_INDEXER_WEBHOOKS_PRIVATE: whether they may lie in private networks.</summary>
    public required bool AllowsPrivateWebhooks { get; init; }

    /// <summary>OG_BLOB_… and OG_INDEXER_BLOBS: from where evidence and descriptions are had that rows name, and where they are kept.</summary>
    public required FetchOptions Blobs { get; init; }

    /// <summary>OG_INDEXER_HEADS_URL: a WebSocket address of the same chain that tells of new heads; null polls alone.</summary>
    public required Uri? Heads { get; init; }

    /// <summary>OG_INDEXER_TOKENS: ERC-20 tokens whose transfers, approvals and balances are indexed, too.</summary>
    public required IReadOnlyList<Address> Tokens { get; init; }

    /// <summary>OG_INDEXER_TOKENS_FROM_BLOCK: from where.</summary>
    public required BlockNumber TokensFrom { get; init; }

    /// <summary>OG_INDEXER_FAMILIES: other contracts that are indexed, too, from a file.</summary>
    public required IReadOnlyList<EventFamily> Others { get; init; }

    /// <summary>OG_INDEXER_GAS: whether the node is asked what settling took.</summary>
    public required bool AsksForGas { get; init; }

    /// <summary>OG_INDEXER_TOKEN_DECIMALS and OG_INDEXER_RELAYERS: how the pages show amounts, and whose health.</summary>
    public required ExplorerOptions Explorer { get; init; }

    public static IndexerSettings From(EnvironmentFile file, Checkout checkout) => new()
    {
        Database = DatabaseIn(file, DatabaseName) ?? DatabaseOptions.Parse(DefaultDatabase),
        SqlReader = DatabaseIn(file, SqlReaderName),
        Api = new ApiOptions
        {
            Listen = ListenIn(file.Find(ListenName) ?? DefaultListen),
            RequestsPerSecond = file.Number(RequestsName, 100, 1, 100_000),
            Proxies = ProxiesIn(file.Find(ProxiesName)),
            QueryTimeout = TimeSpan.FromMilliseconds(file.Number(QueryTimeoutName, 5_000, 100, 60_000)),
            MaxReads = file.Number(ReadsName, 6, 1, 200),
            MaxExports = file.Number(ExportsName, 2, 1, 100),
            ExportLeastBytesPerSecond = file.Number(ExportRateName, 32, 1, 1 << 20) << 10,
            ReadyTipAge = file.Find(TipAgeName) is { } age ? TipAgeOf(age) : null,
            Keys = KeysIn(file.Find(KeysName)),
            DuckDbLibrary = DuckDbIn(file.Find(DuckDbName), checkout),
        },
        Heads = file.Find(HeadsName) is { } heads ? HeadsIn(heads) : null,
        Webhooks = WebhooksIn(file.Find(WebhooksName), AllowsPrivateIn(file)),
        AllowsPrivateWebhooks = AllowsPrivateIn(file),
        AsksForGas = IsYes(file, GasName, "yes", "Write no where the node has no time for a receipt of each settling transaction."),
        Blobs = BlobsIn(file, checkout),
        Tokens = [.. (file.Find(TokensName) ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(TokenIn)],
        TokensFrom = new((ulong)file.Number(TokensFromName, 0, 0, int.MaxValue)),
        Others = file.Find(FamiliesName) is { Length: > 0 } path ? FamiliesIn(path) : [],
        Explorer = new ExplorerOptions { TokenDecimals = file.Number(DecimalsName, 18, 0, 36), Relayers = RelayersIn(file.Find(RelayersName) ?? "") },
    };

    /// <summary>What the host is told.</summary>
    public IndexerOptions For(Deployment deployment, Uri endpoint, bool dropsOthers) => new()
    {
        ChainId = deployment.ChainId,
        Endpoints = [endpoint],
        HeadEndpoints = Heads is { } heads ? [heads] : [],
        Families =
        [
            .. OurFamilies.Of(deployment),
            .. Tokens.Count == 0 ? (IEnumerable<EventFamily>)[] : [TokenFamily.Of("token", Tokens, TokensFrom, keepsBalances: true)],
            .. Others,
        ],
        Database = Database,
        SqlReader = SqlReader,
        Api = Api,
        Webhooks = Webhooks,
        AllowsPrivateWebhooks = AllowsPrivateWebhooks,
        AsksForGas = AsksForGas,
        Blobs = Blobs,
        Pages = (application, api) => ExplorerPages.Map(application, api, Explorer),
        DropsOthers = dropsOthers,
    };

    private static IReadOnlyList<EventFamily> FamiliesIn(string path)
    {
        try
        {
            return FamilyFile.Parse(File.ReadAllText(path));
        }
        catch (IndexerException wrong)
        {
            throw Wrong($"{FamiliesName} is {path}. {wrong.Problem}", wrong.Remedy);
        }
        catch (Exception missing) when (missing is IOException or UnauthorizedAccessException)
        {
            throw Wrong($"{FamiliesName} is {path}, which cannot be read.", "Name a file that can be.");
        }
    }

    // The address is not shown: it may hold a password.
    private static DatabaseOptions? DatabaseIn(EnvironmentFile file, string name) =>
        file.Find(name) is not { } address ? null
        : DatabaseOptions.TryParse(address, out var options, out var fault) ? options
        : throw Wrong($"{name} is no database. {fault}", $"Set {name} to sqlite:PATH or postgres://USER@HOST/DATABASE.");

    private static Uri ListenIn(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var address) && address.Scheme == "http"
            ? address
            : throw Wrong($"{ListenName} is no address that can be listened at.", $"Set {ListenName} to one such as {DefaultListen}; TLS is for a proxy before it.");

    // The address is not shown: it may hold a key.
    private static Uri HeadsIn(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var address) && address.Scheme is "ws" or "wss"
            ? address
            : throw Wrong($"{HeadsName} is no WebSocket address.", $"Set {HeadsName} to one that begins with ws:// or wss://, or leave it empty to poll.");

    private static TimeSpan TipAgeOf(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) && seconds is 0 or (>= 10 and <= 604_800)
            ? TimeSpan.FromSeconds(seconds)
            : throw Wrong($"{TipAgeName} is '{text}'.", "Give 10 to 604800 seconds, 0 for any age, or nothing to go by the chain's own pace.");

    private static Uri[] RelayersIn(string text)
    {
        var named = text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return named.Length <= MostRelayers ? [.. named.Select(RelayerIn)] : throw Wrong($"{RelayersName} names more than {MostRelayers} relayers.", "Name fewer.");
    }

    private static ApiKeys KeysIn(string? path)
    {
        if (path is null)
            return ApiKeys.None;
        if (!File.Exists(path) || new FileInfo(path).Length > ApiKeys.MaxBytes)
            throw Wrong($"{KeysName} names no file of keys: {path}", "`og indexer key NAME` makes a key and its line.");
        return ApiKeys.TryParse(File.ReadAllText(path), out var keys, out var fault) ? keys : throw Wrong($"In {path} {fault}.", "`og indexer key NAME` makes a key and its line.");
    }

    private static TrustedProxies ProxiesIn(string? text) =>
        TrustedProxies.TryParse(text ?? "", out var proxies, out var fault)
            ? proxies
            : throw Wrong($"{ProxiesName} cannot be used: {fault}.", "Name the proxies before the indexer, such as 127.0.0.1,10.1.0.0/16, or nothing where there are none.");

    private static bool AllowsPrivateIn(EnvironmentFile file) => IsYes(file, PrivateWebhooksName, "no", "Write yes where receivers lie in networks of your own.");

    private static bool IsYes(EnvironmentFile file, string name, string usual, string remedy) => (file.Find(name) ?? usual) switch
    {
        "yes" => true,
        "no" => false,
        _ => throw Wrong($"{name} is neither yes nor no.", remedy),
    };

    private static IReadOnlyList<Webhook> WebhooksIn(string? path, bool allowsPrivate)
    {
        if (path is null)
            return [];
        if (!File.Exists(path) || new FileInfo(path).Length > Webhook.MaxFileBytes)
            throw Wrong($"{WebhooksName} names no file of webhooks: {path}", "docs/indexing.md shows one.");
        return Webhook.TryParse(File.ReadAllBytes(path), allowsPrivate, out var hooks, out var fault) ? hooks : throw Wrong($"{path} cannot be used: {fault}.", "docs/indexing.md shows one.");
    }

    private static FetchOptions BlobsIn(EnvironmentFile file, Checkout checkout)
    {
        var places = StorageSettings.From(file, checkout);
        return new FetchOptions
        {
            Folders = [.. new[] { places.Folder }.OfType<string>(), .. places.ReadFolders],
            S3 = places.S3,
            Gateways = places.Gateways,
            CacheFolder = checkout.PathOf(file.Find(BlobsName) ?? DefaultBlobs),
            CacheBytes = file.Number(BlobsMibName, 1_024, 16, 1 << 20) * 1024L * 1024L,
        };
    }

    // Where npm has brought it, that one is taken.
    private static string? DuckDbIn(string? path, Checkout checkout) =>
        path is not null
            ? File.Exists(path) ? path : throw Wrong($"{DuckDbName} names no file: {path}", "Leave it empty for what `npm ci` brings, or name libduckdb.so.")
            : checkout.PathOf("node_modules", "@duckdb", "node-bindings-linux-x64", "libduckdb.so") is var brought && File.Exists(brought) ? brought : null;

    // What is below it is asked for, so that it ends with a slash.
    private static Uri RelayerIn(string text) =>
        Uri.TryCreate(text.TrimEnd('/') + "/", UriKind.Absolute, out var address) && address.Scheme is "http" or "https"
            ? address
            : throw Wrong($"'{text}' in {RelayersName} is no address.", "Give addresses such as http://127.0.0.1:9464, and commas between them.");

    private static Address TokenIn(string text) =>
        Address.TryParse(text, out var token) ? token : throw Wrong($"'{text}' in {TokensName} is no address.", "Give 0x and 40 hexadecimal digits, and commas between tokens.");

    private static ExpectedFailureException Wrong(string problem, string remedy) => new(ExitCode.Usage, problem, remedy);
}
