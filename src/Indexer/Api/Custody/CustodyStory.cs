using OpenGradient.Blobs;
using OpenGradient.Ethereum.Primitives;

namespace OpenGradient.Indexer.Api.Custody;

/// <summary>What is gathered about one request before it is written.</summary>
internal sealed class CustodyStory(Hash32 request)
{
    public Hash32 Request { get; } = request;

    /// <summary>Each event with its place, its table and its row.</summary>
    public List<(long Id, string Table, byte[] Json)> Rows { get; } = [];

    /// <summary>What is missing, or was taken back since, by name.</summary>
    public List<string> Gaps { get; } = [];

    /// <summary>The evidence of the key that signed, where it is here.</summary>
    public BlobHash? Evidence { get; set; }

    public Payment? Payment { get; set; }

    public (Address Signer, string AtSettlement, string Now)? Key { get; set; }

    public (Hash32 Id, string AtRequest, string Now)? Version { get; set; }

    public bool Has(string table) => Rows.Exists(row => row.Table == table);

    /// <summary>The place of the first, or of the last, row of a table.</summary>
    public long? FirstOf(string table) => Rows.Where(row => row.Table == table).Select(row => (long?)row.Id).Min();

    /// <inheritdoc cref="FirstOf"/>
    public long? LastOf(string table) => Rows.Where(row => row.Table == table).Select(row => (long?)row.Id).Max();
}
