using OpenGradient.Database;
using OpenGradient.Ethereum.Following;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Indexer.Api;
using OpenGradient.Indexer.Fetching;
using OpenGradient.Indexer.Schema;
using OpenGradient.Indexer.Webhooks;

namespace OpenGradient.Indexer.Hosting;

/// <summary>Which chain is indexed, into what, and who may ask.</summary>
public sealed record IndexerOptions
{
    public required ChainId ChainId { get; init; }

    /// <summary>JSON-RPC addresses of one chain; at least one. They may hold keys.</summary>
    public required IReadOnlyList<Uri> Endpoints { get; init; }

    /// <summary>WebSocket addresses that tell of new heads, beside those among <see cref="Endpoints"/>; without any the chain is polled.</summary>
    public IReadOnlyList<Uri> HeadEndpoints { get; init; } = [];

    public required IReadOnlyList<EventFamily> Families { get; init; }

    public required DatabaseOptions Database { get; init; }

    /// <summary>The same database on PostgreSQL as a role that may only read, for the SQL console; without one PostgreSQL has no console.</summary>
    public DatabaseOptions? SqlReader { get; init; }

    public ApiOptions Api { get; init; } = new();

    /// <summary>Who is told of new rows.</summary>
    public IReadOnlyList<Webhook> Webhooks { get; init; } = [];

    /// <summary>Whether webhooks may lie at private addresses: else whoever names them could have this host ask its neighbours.</summary>
    public bool AllowsPrivateWebhooks { get; init; }

    /// <summary>Where blobs are fetched from that rows name.</summary>
    public FetchOptions Blobs { get; init; } = FetchOptions.None;

    /// <summary>Whether the endpoints are asked what settling took: a receipt for each settling transaction.</summary>
    public bool AsksForGas { get; init; } = true;

    /// <summary>Pages that the same host serves; null serves the API alone.</summary>
    public MapPages? Pages { get; init; }

    /// <summary>Answers of 8,000 logs: 20,000 at a time took a tenth more of the processor, and half as much memory again.</summary>
    public FollowerOptions Following { get; init; } = new() { Ranges = new RangePolicy { TargetLogs = 8_000 }, PrefetchedRanges = 2 };

    /// <summary>Whether families that are not named any more are dropped; else they are a reason not to start.</summary>
    public bool DropsOthers { get; init; }

    /// <summary>From how near the head on secondary indexes are made; from 1 to 100,000 blocks.</summary>
    public ulong IndexWithinBlocks { get; init; } = 64;
}
