using OpenGradient.Indexer.Api.Clients;

namespace OpenGradient.Indexer.Api;

/// <summary>How much the API gives, and to whom.</summary>
public sealed record ApiOptions
{
    // The follower's place, two lanes of the fetcher, webhooks, and health.
    private const int OwnReaders = 6;

    /// <summary>Where it listens.</summary>
    public Uri Listen { get; init; } = new("http://127.0.0.1:8090");

    /// <summary>How long one question may take; from 100 ms to 60 s.</summary>
    public TimeSpan QueryTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How many questions read the database at once, one client's half of them; from 1 to 200. More wait their turn.</summary>
    public int MaxReads { get; init; } = 6;

    /// <summary>How long one export may take; from 1 s to 1 h.</summary>
    public TimeSpan ExportTimeout { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>How many exports run at once, one client's half of them; from 1 to 100.</summary>
    public int MaxExports { get; init; } = 2;

    /// <summary>How many bytes a second whoever takes an export has to take; from 1 KiB to 1 GiB. Each keeps one state of the database for as long as it runs.</summary>
    public int ExportLeastBytesPerSecond { get; init; } = 32 << 10;

    /// <summary>For how long one may take less than that, or nothing; from 100 ms to 10 min.</summary>
    public TimeSpan ExportGrace { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long the certificate of a range may take to make; from 1 s to 10 min.</summary>
    public TimeSpan CertificateTimeout { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>How many streams are open at once, one client's a tenth of them; from 1 to 100,000.</summary>
    public int MaxStreams { get; init; } = 200;

    /// <summary>Requests a second from one address without a key, with bursts of as many; from 1 to 100,000.</summary>
    public int RequestsPerSecond { get; init; } = 100;

    /// <summary>Who may ask at other rates.</summary>
    public ApiKeys Keys { get; init; } = ApiKeys.None;

    /// <summary>The operator's own proxies, whose word about who asks is taken.</summary>
    public TrustedProxies Proxies { get; init; } = TrustedProxies.None;

    /// <summary>From how many blocks behind the head on the indexer is not ready; from 1 to 1,000,000.</summary>
    public int ReadyLagBlocks { get; init; } = 20;

    /// <summary>From how long without word from an endpoint on it is not ready; from 5 s to 1 h.</summary>
    public TimeSpan ReadySilence { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>
    /// From which age of the last block on it is not ready, since the chain stands still or the node that tells of it; from 10 s to 7 days, and zero for any
    /// age. Null goes by the chain's own pace, and lets a chain on a developer's machine be quiet.
    /// </summary>
    public TimeSpan? ReadyTipAge { get; init; }

    /// <summary>The pages' and SDKs' origins are many: any may ask, and nothing that is answered is secret. Empty refuses other origins.</summary>
    public string AllowedOrigin { get; init; } = "*";

    /// <summary>The file of DuckDB's library, which writes Parquet; null looks where the system keeps libraries.</summary>
    public string? DuckDbLibrary { get; init; }

    /// <summary>How many bytes of values one export as Parquet has at the most, since it is gathered on disk; from 1 MiB to 1 TiB.</summary>
    public long MaxParquetBytes { get; init; } = 2L << 30;

    /// <summary>How many rows and bytes one answer of the SQL console has at most.</summary>
    public int SqlMaxRows { get; init; } = 10_000;

    public int SqlMaxBytes { get; init; } = 8 << 20;

    /// <summary>How many values one bucket measures at most; each is held in memory. From 1 to 100,000,000.</summary>
    public int BucketMaxValues { get; init; } = 500_000;

    /// <summary>How many rows of a view, or of balances, one page looks at, where no index leads to those that are asked for; from 1 to 1,000,000. It goes on behind them.</summary>
    public int MaxLookedRows { get; init; } = 1_000;

    /// <summary>How many readers the database needs: for what is asked, for exports, and some that nobody who asks can take, so that an indexer goes on whatever is asked.</summary>
    public int Readers => MaxReads + MaxExports + OwnReaders;

    public ApiOptions Validated()
    {
        Within(QueryTimeout, TimeSpan.FromMilliseconds(100), TimeSpan.FromSeconds(60), nameof(QueryTimeout));
        Within(ExportTimeout, TimeSpan.FromSeconds(1), TimeSpan.FromHours(1), nameof(ExportTimeout));
        Within(CertificateTimeout, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(10), nameof(CertificateTimeout));
        Within(ReadySilence, TimeSpan.FromSeconds(5), TimeSpan.FromHours(1), nameof(ReadySilence));
        if (ReadyTipAge is { } age && age != TimeSpan.Zero)
            Within(age, TimeSpan.FromSeconds(10), TimeSpan.FromDays(7), nameof(ReadyTipAge));
        Within(MaxReads, 1, 200, nameof(MaxReads));
        Within(MaxExports, 1, 100, nameof(MaxExports));
        Within(ExportLeastBytesPerSecond, 1 << 10, 1 << 30, nameof(ExportLeastBytesPerSecond));
        Within(ExportGrace, TimeSpan.FromMilliseconds(100), TimeSpan.FromMinutes(10), nameof(ExportGrace));
        Within(MaxStreams, 1, 100_000, nameof(MaxStreams));
        Within(RequestsPerSecond, 1, 100_000, nameof(RequestsPerSecond));
        Within(ReadyLagBlocks, 1, 1_000_000, nameof(ReadyLagBlocks));
        Within(SqlMaxRows, 1, 1_000_000, nameof(SqlMaxRows));
        Within(MaxLookedRows, 1, 1_000_000, nameof(MaxLookedRows));
        Within(BucketMaxValues, 1, 100_000_000, nameof(BucketMaxValues));
        Within(MaxParquetBytes, 1L << 20, 1L << 40, nameof(MaxParquetBytes));
        Within(SqlMaxBytes, 1 << 10, 1 << 28, nameof(SqlMaxBytes));
        return this;
    }

    private static void Within<T>(T value, T least, T most, string name)
        where T : IComparable<T>
    {
        if (value.CompareTo(least) < 0 || value.CompareTo(most) > 0)
            throw new ArgumentOutOfRangeException(name, value, $"This lies between {least} and {most}.");
    }
}
