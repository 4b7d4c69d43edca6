using System.Text.Json;
using System.Text.Json.Serialization;
using OpenGradient.Ethereum.Blocks;
using OpenGradient.Ethereum.Primitives;

namespace OpenGradient.Indexer.Proofs;

/// <summary>
/// A row with what shows that it is true: the block's header, the way through its receipts trie, and which log of the receipt it is. It can
/// be checked anywhere and at any time by whoever knows the block's hash, and asks nobody.
/// </summary>
public sealed partial record RowBundle : EventBundle
{
    public const int CurrentVersion = 1;

    /// <summary>The header as it is encoded.</summary>
    [JsonPropertyName("header")]
    public required string Header { get; init; }

    [JsonPropertyName("transaction_index")]
    public required int TransactionIndex { get; init; }

    /// <summary>The nodes of the receipts trie from its root to the receipt.</summary>
    [JsonPropertyName("receipt_path")]
    public required IReadOnlyList<string> ReceiptPath { get; init; }

    /// <summary>Which of the receipt's logs.</summary>
    [JsonPropertyName("log_in_receipt")]
    public required int LogInReceipt { get; init; }

    [JsonPropertyName("row")]
    public required IReadOnlyDictionary<string, JsonElement> Row { get; init; }

    /// <summary>For each column <c>proven</c> by the block's hash, or only <c>node-asserted</c>.</summary>
    [JsonPropertyName("labels")]
    public required IReadOnlyDictionary<string, string> Labels { get; init; }

    /// <summary>Reads a bundle; null where it is none.</summary>
    public static RowBundle? Parse(ReadOnlySpan<byte> utf8) => Read(utf8, Json.Default.RowBundle);

    public byte[] ToUtf8() => JsonSerializer.SerializeToUtf8Bytes(this, Json.Default.RowBundle);

    [JsonSourceGenerationOptions(AllowDuplicateProperties = false, MaxDepth = 32, RespectNullableAnnotations = true)]
    [JsonSerializable(typeof(RowBundle))]
    private sealed partial class Json : JsonSerializerContext;
}

/// <summary>What a bundle is worth.</summary>
public abstract record BundleVerdict
{
    private BundleVerdict()
    {
    }

    /// <summary>In the block with this hash the event happened as the row says, but for the columns that are only a node's word.</summary>
    /// <param name="BlockNumber">The block's number.</param>
    /// <param name="Emitter">The contract that told it: whether it is the right one is for the reader to know.</param>
    /// <param name="Event">The declaration that names the columns.</param>
    /// <param name="IsOurs">Whether that is a declaration of this program's; else the names are the bundle's own word, and only the types are proven.</param>
    /// <param name="NodeAsserted">What is only a node's or the bundle's own word: the chain, the table's name, and some columns.</param>
    /// <param name="Log">What was told, as the block has it.</param>
    /// <param name="BlockTime">When the block was made, in seconds of Unix time.</param>
    public sealed record Holds(ulong BlockNumber, Address Emitter, string Event, bool IsOurs, IReadOnlyList<string> NodeAsserted, Log Log, ulong BlockTime) : BundleVerdict;

    /// <summary>It shows nothing.</summary>
    public sealed record Fails(string Reason) : BundleVerdict;
}
