using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace OpenGradient.Indexer.Proofs;

/// <summary>What every bundle says of itself: of which chain and event it is, and by which block's hash it is checked.</summary>
public abstract record EventBundle
{
    [JsonPropertyOrder(-1)]
    [JsonPropertyName("version")]
    public required int Version { get; init; }

    [JsonPropertyOrder(-1)]
    [JsonPropertyName("chain_id")]
    public required ulong ChainId { get; init; }

    [JsonPropertyOrder(-1)]
    [JsonPropertyName("table")]
    public required string Table { get; init; }

    /// <summary>The event as it is declared: what rows are read by.</summary>
    [JsonPropertyOrder(-1)]
    [JsonPropertyName("event")]
    public required string Event { get; init; }

    /// <summary>The block's; of a range the last one's.</summary>
    [JsonPropertyOrder(-1)]
    [JsonPropertyName("block_hash")]
    public required string BlockHash { get; init; }

    /// <summary>Reads a bundle of one kind; null where it is none.</summary>
    private protected static T? Read<T>(ReadOnlySpan<byte> utf8, JsonTypeInfo<T> kind)
        where T : EventBundle
    {
        try
        {
            return JsonSerializer.Deserialize(utf8, kind);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
