using System.Text.Json;
using System.Text.Json.Serialization;
using OpenGradient.Ethereum.Primitives;

namespace OpenGradient.Indexer.Proofs;

/// <summary>
/// All rows of one event in a range of blocks, with what shows that none is left out: every header down from the last block, and all receipts
/// of each block whose filter does not rule the event out. Whoever knows the last block's hash can check it, and asks nobody.
/// </summary>
public sealed partial record CompletenessBundle : EventBundle
{
    public const int CurrentVersion = 1;

    /// <summary>What tells it from other bundles.</summary>
    public const string KindName = "completeness";

    /// <summary>One certificate is about so many blocks at the most.</summary>
    public const int MaxBlocks = 1_000;

    [JsonPropertyOrder(-2)]
    [JsonPropertyName("kind")]
    public required string Kind { get; init; }

    /// <summary>Whose events; none means every contract's.</summary>
    [JsonPropertyName("emitters")]
    public required IReadOnlyList<string> Emitters { get; init; }

    [JsonPropertyName("from")]
    public required ulong From { get; init; }

    [JsonPropertyName("to")]
    public required ulong To { get; init; }

    /// <summary>Block for block, ascending, up to the last.</summary>
    [JsonPropertyName("blocks")]
    public required IReadOnlyList<ShownBlock> Blocks { get; init; }

    /// <summary>What happened, in the order of the chain.</summary>
    [JsonPropertyName("rows")]
    public required IReadOnlyList<IReadOnlyDictionary<string, JsonElement>> Rows { get; init; }

    /// <summary>Blocks of the range of which nothing is shown.</summary>
    [JsonPropertyName("gaps")]
    public required IReadOnlyList<CertificateGap> Gaps { get; init; }

    /// <summary>Reads a certificate; null where it is none.</summary>
    public static CompletenessBundle? Parse(ReadOnlySpan<byte> utf8) => Read(utf8, CertificateJson.Default.CompletenessBundle);

    public byte[] ToUtf8() => JsonSerializer.SerializeToUtf8Bytes(this, CertificateJson.Default.CompletenessBundle);

    [JsonSourceGenerationOptions(AllowDuplicateProperties = false, MaxDepth = 32, RespectNullableAnnotations = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
    [JsonSerializable(typeof(CompletenessBundle))]
    private sealed partial class CertificateJson : JsonSerializerContext;
}

/// <summary>A block as far as it has to be shown.</summary>
/// <param name="Header">The header as it is encoded.</param>
/// <param name="Receipts">All receipts as they are encoded, in order; null where the header's filter rules the event out, or they are missing.</param>
public sealed record ShownBlock(
    [property: JsonPropertyName("header")] string Header,
    [property: JsonPropertyName("receipts")] IReadOnlyList<string>? Receipts = null);

/// <summary>Blocks that are not shown, and why.</summary>
public sealed record CertificateGap(
    [property: JsonPropertyName("from")] ulong From,
    [property: JsonPropertyName("to")] ulong To,
    [property: JsonPropertyName("reason")] string Reason);

/// <summary>What a certificate is worth.</summary>
public abstract record CompletenessVerdict
{
    private CompletenessVerdict()
    {
    }

    /// <summary>In the blocks that are shown, these rows and no others happened.</summary>
    /// <param name="Emitters">The contracts: whether they are the right ones is for the reader to know.</param>
    /// <param name="Event">The declaration.</param>
    /// <param name="IsOurs">Whether that is a declaration of this program's.</param>
    /// <param name="From">The first block that was asked for.</param>
    /// <param name="To">The last.</param>
    /// <param name="Rows">How many rows.</param>
    /// <param name="Undecoded">Logs with the event's signature that are not encoded as it says: they are no rows.</param>
    /// <param name="Foreign">Logs of other events, which differ from it only in what is indexed and so share its signature: nothing is wrong with them.</param>
    /// <param name="EmptyFilters">Blocks with receipts that an empty filter rules out: on a chain that fills no filters, that shows nothing.</param>
    /// <param name="Gaps">Blocks about which it shows nothing.</param>
    /// <param name="BlockBefore">The hash of the block before the first that is shown: by it the next certificate down is checked.</param>
    public sealed record Holds(
        IReadOnlyList<Address> Emitters, string Event, bool IsOurs, ulong From, ulong To, int Rows, int Undecoded, int Foreign, int EmptyFilters,
        IReadOnlyList<CertificateGap> Gaps, Hash32 BlockBefore) : CompletenessVerdict
    {
        public bool IsComplete => Gaps.Count == 0;
    }

    /// <summary>It shows nothing.</summary>
    public sealed record Fails(string Reason) : CompletenessVerdict;
}
