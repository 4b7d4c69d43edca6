using System.Net;
using OpenGradient.Contracts.Deployments;
using OpenGradient.Database;
using OpenGradient.Ethereum.Following;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Ethereum.Rpc;
using OpenGradient.Inference.Backends.Onnx;
using OpenGradient.Relayer.Admission;
using OpenGradient.Relayer.Attesting;
using OpenGradient.Relayer.Chain;
using OpenGradient.Relayer.Earnings;
using OpenGradient.Relayer.Pipeline;
using OpenGradient.Relayer.Private;
using OpenGradient.Relayer.Scheduling;
using OpenGradient.Relayer.Settlement;
using OpenGradient.Relayer.Verifying;
using OpenGradient.Relayer.Verifying.Reviews;
using OpenGradient.Relayer.Versions;
using OpenGradient.Sending;
using Names = OpenGradient.Relayer.Hosting.RelayerSettingNames;

namespace OpenGradient.Relayer.Hosting;

/// <summary>Reads everything that a relayer is told, but its key, from settings by name.</summary>
public static class RelayerSettings
{
    public const string DefaultListen = "http://127.0.0.1:9464";

    private const int MiB = 1 << 20;
    private const int TokenDecimals = 0;
    private const int CoinDecimals = 18;
    private const int GweiDecimals = 9;

    // Who asks nobody for a minute misses what it has claimed.
    private static readonly TimeSpan LongestRest = TimeSpan.FromSeconds(10);

    /// <summary>Reads them all, and says all that is wrong.</summary>
    /// <param name="find">A setting's text by its name; null where it is not set.</param>
    /// <param name="folder">Relative paths start there; the current folder where it is null.</param>
    public static SettingsReading Read(Func<string, string?> find, string? folder = null)
    {
        var reader = new SettingsReader(find, folder ?? Environment.CurrentDirectory);
        var endpoints = ReadEndpoints(reader);
        var deployment = ReadDeployment(reader);
        var database = ReadDatabase(reader);
        var versions = ReadVersions(reader);
        var inclusion = (ulong)reader.Number(Names.InclusionSeconds, 36, 1, 3_600);
        var run = (ulong)reader.Number(Names.RunSeconds, 10, 1, 3_600);
        var finality = ReadFinality(reader);
        var workers = (int)reader.Number(Names.Workers, 4, 1, 256);
        var price = ReadPrice(reader);
        var dataFees = ReadDataFees(reader, price);
        var compute = ReadCompute(reader);
        var trustsHeaders = reader.Flag(Names.TrustHeaders);
        var quorum = (int)reader.Number(Names.Quorum, 1, 1, 100);
        if (quorum > endpoints.Count && endpoints.Count > 0)
            reader.Wrong(Names.Quorum, $"{quorum} endpoints cannot agree where there are {endpoints.Count}.", $"Add endpoints to {Names.Endpoints}, or ask for fewer.");
        var followed = new FollowerOptions
        {
            Quorum = quorum,
            Finality = finality is { } depth ? FinalityRule.Depth((ulong)depth) : FinalityRule.Tagged,
            Backoff = new BackoffPolicy { Longest = LongestRest },
        };
        var listen = ReadListen(reader);
        var servers = RemoteServers.Read(reader, versions);
        var blobs = BlobSettings.Read(reader, reader.Number(Names.MaxInputMib, 64, 1, 1_024) * MiB);
        var onnx = ReadOnnx(reader, workers);
        var shelf = new ShelfOptions { MemoryBytes = reader.Number(Names.VersionMemoryMib, 2_048, 16, 1 << 24) * MiB };
        var admission = ReadAdmission(reader) with { LeastSeconds = run + (AdmissionLimits.TransactionsPerAnswer * inclusion) };
        var batches = new BatchLimits
        {
            Items = (int)reader.Number(Names.SettleBatch, 64, 1, BatchLimits.MostItems),
            Wait = TimeSpan.FromMilliseconds(reader.Number(Names.SettleWaitMs, 200, 0, 60_000)),
        };
        var verifying = ReadVerifying(reader);
        var proving = ProvingSettings.Read(reader, inclusion);
        var attesting = AttestingSettings.Read(reader, deployment, database, verifying is not null, TimeProvider.System);
        var privately = ReadPrivate(reader, attesting);
        var sending = ReadSending(reader) with { FinalityDepth = finality };
        var drain = TimeSpan.FromSeconds(reader.Number(Names.DrainSeconds, 30, 1, 600));
        var settlementEndpoints = reader.Urls(Names.SettlementEndpoints, reader.Text(Names.SettlementEndpoints), "http", "https");
        var schedule = new ScheduleOptions
        {
            Retention = TimeSpan.FromDays(reader.Number(Names.RetentionDays, 30, 7, 3_650)),
            LeastCollected = reader.Amount(Names.LeastCollected, "0", TokenDecimals),
        };
        var mostOpenClaims = (int)reader.Number(Names.OpenClaims, 512, 1, 100_000);
        var otlp = reader.Url(Names.OtlpEndpoint);
        if (reader.Faults.Count > 0)
            return new SettingsReading.Faulty(reader.Faults);

        return new SettingsReading.Read(new RelayerOptions
        {
            Deployment = deployment!,
            Endpoints = endpoints,
            SettlementEndpoints = settlementEndpoints,
            Database = database!,
            Listen = listen!,
            Versions = versions!,
            Servers = servers,
            Blobs = blobs,
            Onnx = onnx,
            Shelf = shelf,
            Admission = admission,
            Price = price,
            DataFees = dataFees,
            Compute = compute,
            Verifying = verifying,
            Proving = proving,
            Attesting = attesting,
            Private = privately,
            InclusionSeconds = inclusion,
            MostOpenClaims = mostOpenClaims,
            Pipeline = new PipelineOptions { Workers = workers, MostInHand = Math.Max(256, workers), DrainTime = drain },
            Desk = new DeskOptions { Batches = batches },
            Following = trustsHeaders ? followed with { HeaderCheck = null, BloomUse = BloomUse.None } : followed,
            Sending = sending,
            Schedule = schedule,
            OtlpEndpoint = otlp,
        })
        {
            Idle = reader.Idles,
        };
    }

    private static PrivateOptions? ReadPrivate(SettingsReader reader, AttestingOptions? attesting)
    {
        var price = reader.Amount(Names.PrivatePrice, "0", TokenDecimals);
        if (reader.Text(Names.PrivateListen) is not { } text)
        {
            reader.Idle(Names.PrivatePrice, !price.IsZero, Names.PrivateListen);
            return null;
        }

        if (!Uri.TryCreate(text, UriKind.Absolute, out var listen) || listen.Scheme != "http" || listen.Host.Length == 0)
            reader.Wrong(Names.PrivateListen, "It is not one address.", "Give http://ADDRESS:PORT, or leave it out to answer nothing privately.");
        else if (attesting is not { Attested: not null })
            reader.Wrong(Names.PrivateListen, "Private requests are for an attested node, and this is none.", $"Set {Names.Attested}.");
        else
            return new PrivateOptions { Listen = listen, Price = price };
        return null;
    }

    private static IReadOnlyList<Uri> ReadEndpoints(SettingsReader reader)
    {
        var endpoints = reader.Urls(Names.Endpoints, reader.Text(Names.Endpoints), "http", "https", "ws", "wss");
        if (reader.Text(Names.Endpoints) is null)
            reader.Wrong(Names.Endpoints, "No endpoint of the chain is set.", "Give JSON-RPC addresses, separated by commas: better two of different providers than one.");
        else if (endpoints.Distinct().Count() < endpoints.Count)
            reader.Wrong(Names.Endpoints, "An endpoint is named twice.", "Name each once: the same one twice is no second witness.");
        return endpoints;
    }

    private static Deployment? ReadDeployment(SettingsReader reader)
    {
        const string Remedy = "Name a chain's id, for deployments/ID.json, or a file that `og deploy` wrote.";
        if (reader.Text(Names.Deployment) is not { } text)
        {
            reader.Wrong(Names.Deployment, "No deployment is set.", Remedy);
            return null;
        }

        var path = reader.PathOf(ulong.TryParse(text, out var id) ? Path.Combine("deployments", $"{id}.json") : text);
        try
        {
            if (new FileInfo(path) is { Exists: true, Length: > DeploymentFile.MaxBytes })
                reader.Wrong(Names.Deployment, $"{path} is longer than the addresses of a deployment are.", Remedy);
            else
                return DeploymentFile.Parse(File.ReadAllBytes(path));
        }
        catch (DeploymentFormatException wrong)
        {
            reader.Wrong(Names.Deployment, $"{path} is not as it should be. {wrong.Message}", Remedy);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            reader.Wrong(Names.Deployment, $"{path} cannot be read: {failure.Message}", Remedy);
        }

        return null;
    }

    private static DatabaseOptions? ReadDatabase(SettingsReader reader)
    {
        const string Sqlite = "sqlite:";
        var text = reader.Text(Names.Database) ?? Sqlite + Path.Combine(".og", "relayer", "relayer.db");
        // Relative to the same folder as all other paths.
        if (text.StartsWith(Sqlite, StringComparison.Ordinal) && text.Length > Sqlite.Length && !text.Contains('\0', StringComparison.Ordinal))
            text = Sqlite + reader.PathOf(text[Sqlite.Length..]);
        if (DatabaseOptions.TryParse(text, out var options, out var fault))
            return options;

        reader.Wrong(Names.Database, fault, "Give sqlite:PATH, or postgres://user@host:port/database.");
        return null;
    }

    private static Uri? ReadListen(SettingsReader reader)
    {
        var anywhere = reader.Flag(Names.ListenAnywhere);
        if (!Uri.TryCreate(reader.Text(Names.Listen) ?? DefaultListen, UriKind.Absolute, out var listen) || listen.Scheme != "http" || listen.Host.Length == 0)
        {
            reader.Wrong(Names.Listen, "It is not one address.", $"Give http://ADDRESS:PORT; without it {DefaultListen} is taken.");
            return null;
        }

        if (!anywhere && !(IPAddress.TryParse(listen.Host.Trim('[', ']'), out var address) ? IPAddress.IsLoopback(address) : listen.Host == "localhost"))
        {
            reader.Wrong(
                Names.Listen, $"{listen.Host} can be reached from other machines, and the pages ask nobody who they are.",
                $"Take 127.0.0.1 with a proxy before it that does, or set {Names.ListenAnywhere}=yes.");
        }

        return listen;
    }

    // All of them are read, so that what is wrong shows before the role is switched on.
    private static VerifyingOptions? ReadVerifying(SettingsReader reader)
    {
        if (!ReviewChoice.TryParse(reader.Text(Names.Reviews) ?? "all", out var reviews, out var fault))
            reader.Wrong(Names.Reviews, fault, "Give one of them, or leave it out for all.");
        var options = new VerifyingOptions
        {
            Reviews = reviews,
            Challenges = !reader.Flag(Names.OnlyReports),
            MostAtRisk = reader.Text(Names.MostAtRisk) is null ? UInt256.MaxValue : reader.Amount(Names.MostAtRisk, "0", TokenDecimals),
            AcceptedLoss = reader.Amount(Names.AcceptedLoss, "0", TokenDecimals),
        };
        if (reader.Flag(Names.Verify))
        {
            reader.Unprotected(Names.MostAtRisk, !options.Challenges && reader.Text(Names.MostAtRisk) is not null, $"{Names.OnlyReports}=no");
            reader.Idle(Names.AcceptedLoss, !options.Challenges && !options.AcceptedLoss.IsZero, $"{Names.OnlyReports}=no");
            return options;
        }

        reader.Idle(Names.Reviews, reviews is not ReviewChoice.All, $"{Names.Verify}=yes");
        reader.Idle(Names.OnlyReports, !options.Challenges, $"{Names.Verify}=yes");
        reader.Unprotected(Names.MostAtRisk, reader.Text(Names.MostAtRisk) is not null, $"{Names.Verify}=yes");
        reader.Idle(Names.AcceptedLoss, !options.AcceptedLoss.IsZero, $"{Names.Verify}=yes");
        return null;
    }

    private static ServedVersions? ReadVersions(SettingsReader reader)
    {
        if (reader.Text(Names.Versions) is not { } text)
        {
            reader.Wrong(Names.Versions, "It is not said which versions of models are served.", "Give their ids, separated by commas, 'all' for whatever is published, or 'none' for a node that only verifies.");
            return null;
        }

        if (ServedVersions.TryParse(text, out var served, out var fault))
            return served;
        reader.Wrong(Names.Versions, fault, "`og model list` shows the ids.");
        return null;
    }

    // Null is the chain's own word.
    private static int? ReadFinality(SettingsReader reader) => reader.Text(Names.Finality) is null or "finalized"
        ? null
        : (int)reader.Number(Names.Finality, 64, 1, (long)FollowerOptions.MaxFinalityDepth);

    private static OnnxBackendOptions ReadOnnx(SettingsReader reader, int workers)
    {
        var provider = reader.Text(Names.Provider) switch
        {
            null or "auto" => ExecutionProvider.Auto,
            "cpu" => ExecutionProvider.Cpu,
            "cuda" => ExecutionProvider.Cuda,
            _ => (ExecutionProvider?)null,
        };
        if (provider is null)
            reader.Wrong(Names.Provider, $"'{reader.Text(Names.Provider)}' is nothing to run models on.", "Give auto, cpu or cuda.");
        var folder = reader.Text(Names.CudaFolder) is { } path ? reader.PathOf(path) : null;
        if (provider == ExecutionProvider.Cuda && folder is null)
            reader.Wrong(Names.CudaFolder, "CUDA is asked for, and its folder is not set.", "Name the folder with the provider library for CUDA.");
        else if (folder is not null && !Directory.Exists(folder))
            reader.Wrong(Names.CudaFolder, $"There is no folder {folder}.", "Name the folder with the provider library for CUDA.");
        reader.Idle(Names.CudaFolder, provider == ExecutionProvider.Cpu && folder is not null, $"{Names.Provider}=auto or cuda");
        var cudaMib = reader.Number(Names.CudaModelMib, OnnxBackendOptions.DefaultCudaModelBytes / MiB, 1, 1 << 24);
        reader.Idle(Names.CudaModelMib, folder is null && cudaMib * MiB != OnnxBackendOptions.DefaultCudaModelBytes, Names.CudaFolder);
        var (batch, wait) = ((int)reader.Number(Names.ModelBatch, 16, 1, 4_096), (int)reader.Number(Names.ModelBatchWaitMs, 0, 0, 1_000));
        reader.Idle(Names.ModelBatchWaitMs, batch == 1 && wait != 0, $"{Names.ModelBatch} above 1");
        return new OnnxBackendOptions
        {
            Provider = provider ?? ExecutionProvider.Auto,
            CudaFolder = folder,
            CudaModelBytes = cudaMib * MiB,
            MemoryBudgetBytes = reader.Number(Names.ModelMemoryMib, 4_096, 1, 1 << 24) * MiB,
            MaxConcurrentRuns = workers,
            ThreadsPerRun = (int)reader.Number(Names.ModelThreads, 1, 1, 256),
            MaxBatch = batch,
            BatchWaitMs = wait,
        };
    }

    private static AdmissionLimits ReadAdmission(SettingsReader reader)
    {
        HashSet<Address> callers = [];
        foreach (var part in reader.List(Names.Callers, reader.Text(Names.Callers)))
        {
            if (Address.TryParse(part, out var caller))
                callers.Add(caller);
            else
                reader.Wrong(Names.Callers, $"'{part}' is no address.", "Give addresses, separated by commas, or leave it out to serve everyone.");
        }

        return new AdmissionLimits
        {
            Requesters = callers,
            LeastFee = reader.Amount(Names.LeastFee, "0", TokenDecimals),
            MarginBp = (uint)reader.Number(Names.MarginBp, 1_000, 0, 1_000_000),
            CallbackGas = (uint)reader.Number(Names.CallbackGas, AdmissionLimits.MostCallbackGas, 0, AdmissionLimits.MostCallbackGas),
            LeastSeconds = 0,
        };
    }

    private static SendingOptions ReadSending(SettingsReader reader)
    {
        var maxFee = reader.Amount(Names.MaxFeeGwei, "500", GweiDecimals);
        if (maxFee.IsZero)
            reader.Wrong(Names.MaxFeeGwei, "With a cap of zero nothing is ever sent.", "Give the most that a unit of gas may cost, in gwei.");
        return new SendingOptions
        {
            MaxFeePerGas = new Wei(maxFee),
            LowBalance = new Wei(reader.Amount(Names.LowBalance, "0.1", CoinDecimals)),
            MaxInFlight = (int)reader.Number(Names.InFlight, 64, 1, 10_000),
        };
    }

    private static DataFees ReadDataFees(SettingsReader reader, PriceOptions price)
    {
        var fees = reader.Text(Names.L1Fees) switch
        {
            null or "none" => DataFees.None,
            "op" => DataFees.OpStack,
            _ => (DataFees?)null,
        };
        if (fees is null)
            reader.Wrong(Names.L1Fees, $"'{reader.Text(Names.L1Fees)}' is nothing that tells what data costs.", "Give op for an OP Stack chain, or none.");
        reader.Idle(Names.L1Fees, fees == DataFees.OpStack && price.TokensPerCoin.IsZero && price.Source is null, $"{Names.TokensPerCoin} or {Names.PriceUrl}");
        return fees ?? DataFees.None;
    }

    private static ComputePrices ReadCompute(SettingsReader reader)
    {
        if (!ComputePrices.TryParse(reader.List(Names.ComputePrice, reader.Text(Names.ComputePrice)), out var prices, out var fault))
            reader.Wrong(Names.ComputePrice, fault, "Give what a second costs in the token's smallest unit, and VERSION-ID=PRICE for versions that cost something else, separated by commas.");
        return prices;
    }

    private static PriceOptions ReadPrice(SettingsReader reader)
    {
        var value = reader.Amount(Names.TokensPerCoin, "0", TokenDecimals);
        var decimals = (int)reader.Number(Names.PriceDecimals, CoinDecimals, 0, 36);
        var field = reader.Text(Names.PriceField);
        var (least, most) = (reader.Amount(Names.PriceLeast, "0", decimals), reader.Amount(Names.PriceMost, "0", decimals));
        if (reader.Url(Names.PriceUrl) is not { } url)
        {
            var isUrlTold = reader.Text(Names.PriceUrl) is not null;
            reader.Idle(Names.PriceField, !isUrlTold && field is not null, Names.PriceUrl);
            reader.Idle(Names.PriceDecimals, !isUrlTold && decimals != CoinDecimals, Names.PriceUrl);
            reader.Idle(Names.PriceLeast, !isUrlTold && !least.IsZero, Names.PriceUrl);
            reader.Idle(Names.PriceMost, !isUrlTold && !most.IsZero, Names.PriceUrl);
            return new PriceOptions(value, Source: null);
        }

        if (field is null)
            reader.Wrong(Names.PriceField, "It is not said where in the answer the price stands.", "Give the names on the way to it, such as data.price.");
        if (least.IsZero || most < least)
            reader.Wrong(Names.PriceMost, "A price from elsewhere has no bounds.", $"Set {Names.PriceLeast} above zero and {Names.PriceMost} above that: what lies outside is not believed.");
        return new PriceOptions(value, new PriceSource(url, (field ?? "").Split('.'), decimals, least, most));
    }
}
