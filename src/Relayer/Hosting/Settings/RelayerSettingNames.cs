namespace OpenGradient.Relayer.Hosting;

/// <summary>What the relayer's settings are called. `.env.example` explains each; the node's key has names of its own, and so have places for blobs.</summary>
public static class RelayerSettingNames
{
    public const string Endpoints = "OG_RELAYER_RPC_URLS";
    public const string SettlementEndpoints = "OG_RELAYER_SETTLEMENT_RPC_URLS";
    public const string Quorum = "OG_RELAYER_RPC_QUORUM";
    public const string Finality = "OG_RELAYER_FINALITY";
    public const string TrustHeaders = "OG_RELAYER_TRUST_HEADERS";
    public const string Deployment = "OG_RELAYER_DEPLOYMENT";
    public const string Database = "OG_RELAYER_DATABASE";
    public const string Listen = "OG_RELAYER_LISTEN";
    public const string ListenAnywhere = "OG_RELAYER_LISTEN_ANYWHERE";
    public const string Versions = "OG_RELAYER_VERSIONS";
    public const string Servers = "OG_RELAYER_SERVERS";
    public const string TextKey = "OG_RELAYER_TEXT_KEY";
    public const string TextKeyFiles = "OG_RELAYER_TEXT_KEY_FILES";
    public const string TextLimitSeconds = "OG_RELAYER_TEXT_LIMIT_S";
    public const string TextPromptKib = "OG_RELAYER_TEXT_PROMPT_KIB";
    public const string MaxInputMib = "OG_RELAYER_MAX_INPUT_MIB";
    public const string Provider = "OG_RELAYER_PROVIDER";
    public const string CudaFolder = "OG_RELAYER_CUDA_FOLDER";
    public const string CudaModelMib = "OG_RELAYER_CUDA_MODEL_MIB";
    public const string ModelMemoryMib = "OG_RELAYER_MODEL_MEMORY_MIB";
    public const string VersionMemoryMib = "OG_RELAYER_VERSION_MEMORY_MIB";
    public const string ModelThreads = "OG_RELAYER_MODEL_THREADS";
    public const string ModelBatch = "OG_RELAYER_MODEL_BATCH";
    public const string ModelBatchWaitMs = "OG_RELAYER_MODEL_BATCH_WAIT_MS";
    public const string Workers = "OG_RELAYER_WORKERS";
    public const string RunSeconds = "OG_RELAYER_RUN_S";
    public const string SettleBatch = "OG_RELAYER_SETTLE_BATCH";
    public const string SettleWaitMs = "OG_RELAYER_SETTLE_WAIT_MS";
    public const string LeastFee = "OG_RELAYER_LEAST_FEE";
    public const string MarginBp = "OG_RELAYER_MARGIN_BP";
    public const string CallbackGas = "OG_RELAYER_CALLBACK_GAS";
    public const string Callers = "OG_RELAYER_CALLERS";
    public const string OpenClaims = "OG_RELAYER_OPEN_CLAIMS";
    public const string TokensPerCoin = "OG_RELAYER_TOKENS_PER_COIN";
    public const string L1Fees = "OG_RELAYER_L1_FEES";
    public const string ComputePrice = "OG_RELAYER_COMPUTE_PRICE";
    public const string PriceUrl = "OG_RELAYER_PRICE_URL";
    public const string PriceField = "OG_RELAYER_PRICE_FIELD";
    public const string PriceDecimals = "OG_RELAYER_PRICE_DECIMALS";
    public const string PriceLeast = "OG_RELAYER_PRICE_LEAST";
    public const string PriceMost = "OG_RELAYER_PRICE_MOST";
    public const string Verify = "OG_RELAYER_VERIFY";
    public const string Reviews = "OG_RELAYER_REVIEWS";
    public const string OnlyReports = "OG_RELAYER_ONLY_REPORTS";
    public const string MostAtRisk = "OG_RELAYER_MOST_AT_RISK";
    public const string AcceptedLoss = "OG_RELAYER_ACCEPTED_LOSS";
    public const string ProveSetup = "OG_RELAYER_PROVE_SETUP";
    public const string ProveElsewhere = "OG_RELAYER_PROVE_ELSEWHERE";
    public const string ProveNode = "OG_RELAYER_PROVE_NODE";
    public const string ProveThreads = "OG_RELAYER_PROVE_THREADS";
    public const string ProveMemoryMib = "OG_RELAYER_PROVE_MEMORY_MIB";
    public const string ProveLimitSeconds = "OG_RELAYER_PROVE_LIMIT_S";
    public const string ProveBatch = "OG_RELAYER_PROVE_BATCH";
    public const string ProveWaitMs = "OG_RELAYER_PROVE_WAIT_MS";
    public const string ProveShortMs = "OG_RELAYER_PROVE_SHORT_MS";
    public const string ProveCache = "OG_RELAYER_PROVE_CACHE";
    public const string AttestListen = "OG_RELAYER_ATTEST_LISTEN";
    public const string AttestPolicy = "OG_RELAYER_ATTEST_POLICY";
    public const string AttestRoots = "OG_RELAYER_ATTEST_EMULATED_ROOTS";
    public const string AttestLifetime = "OG_RELAYER_ATTEST_LIFETIME_H";
    public const string AttestRate = "OG_RELAYER_ATTEST_RATE";
    public const string AttestVeto = "OG_RELAYER_ATTEST_VETO";
    public const string AttestArchive = "OG_RELAYER_ATTEST_ARCHIVE";
    public const string AttestArchiveFrom = "OG_RELAYER_ATTEST_ARCHIVE_FROM";
    public const string AttestArchiveOcsp = "OG_RELAYER_ATTEST_ARCHIVE_OCSP";
    public const string AttestArchiveEvery = "OG_RELAYER_ATTEST_ARCHIVE_EVERY_H";
    public const string Attested = "OG_RELAYER_ATTESTED";
    public const string AttestedBy = "OG_RELAYER_ATTESTED_BY";
    public const string AttestedCollateral = "OG_RELAYER_ATTESTED_COLLATERAL";
    public const string AttestedResume = "OG_RELAYER_ATTESTED_RESUME_AFTER";
    public const string AttestKey = "OG_RELAYER_ATTEST_KEY";
    public const string PrivateListen = "OG_RELAYER_PRIVATE_LISTEN";
    public const string PrivatePrice = "OG_RELAYER_PRIVATE_PRICE";
    public const string InclusionSeconds = "OG_RELAYER_INCLUSION_S";
    public const string MaxFeeGwei = "OG_RELAYER_MAX_FEE_GWEI";
    public const string LowBalance = "OG_RELAYER_LOW_BALANCE_ETHER";
    public const string InFlight = "OG_RELAYER_IN_FLIGHT";
    public const string LeastCollected = "OG_RELAYER_LEAST_COLLECTED";
    public const string RetentionDays = "OG_RELAYER_RETENTION_DAYS";
    public const string DrainSeconds = "OG_RELAYER_DRAIN_S";
    public const string OtlpEndpoint = "OG_OTLP_ENDPOINT";

    /// <summary>All of them.</summary>
    public static IReadOnlyList<string> All { get; } =
    [
        Endpoints, SettlementEndpoints, Quorum, Finality, TrustHeaders, Deployment, Database, Listen, ListenAnywhere, Versions, Servers, TextKey, TextKeyFiles, TextLimitSeconds, TextPromptKib, MaxInputMib, Provider, CudaFolder, CudaModelMib, ModelMemoryMib, VersionMemoryMib, ModelThreads, ModelBatch, ModelBatchWaitMs, Workers,
        RunSeconds, SettleBatch, SettleWaitMs, LeastFee, MarginBp, CallbackGas, Callers, OpenClaims, TokensPerCoin, L1Fees, ComputePrice, PriceUrl, PriceField, PriceDecimals,
        PriceLeast, PriceMost, Verify, Reviews, OnlyReports, MostAtRisk, AcceptedLoss,
        AttestListen, AttestPolicy, AttestRoots, AttestLifetime, AttestRate, AttestVeto, AttestArchive, AttestArchiveFrom, AttestArchiveOcsp, AttestArchiveEvery,
        Attested, AttestedBy, AttestedCollateral, AttestedResume, AttestKey, PrivateListen, PrivatePrice,
        InclusionSeconds, ProveSetup, ProveElsewhere, ProveNode, ProveThreads, ProveMemoryMib, ProveLimitSeconds, ProveBatch, ProveWaitMs, ProveShortMs, ProveCache,
        MaxFeeGwei, LowBalance, InFlight, LeastCollected, RetentionDays, DrainSeconds, OtlpEndpoint,
    ];
}
