using System.Text.Json;
using OpenGradient.Ethereum.Primitives;

namespace OpenGradient.IndexerClient;

/// <summary>What an index holds up to a block, as one hash for each family: where two are the same, so are the rows.</summary>
/// <param name="ChainId">Of which chain.</param>
/// <param name="Block">Up to which block.</param>
/// <param name="BlockHash">The block's hash; null where it is long final, and not kept.</param>
/// <param name="FinalBlock">The last block that nothing replaces any more.</param>
/// <param name="Families">The state of each family by its name; null while it is being filled in.</param>
public sealed record IndexState(ulong ChainId, ulong Block, Hash32? BlockHash, ulong FinalBlock, IReadOnlyDictionary<string, string?> Families)
{
    internal static IndexState Of(JsonElement json)
    {
        var families = new Dictionary<string, string?>(StringComparer.Ordinal);
        foreach (var family in json.GetProperty("families").EnumerateArray())
            families[family.GetProperty("name").GetString()!] = family.GetProperty("state").GetString();
        return new IndexState(
            json.GetProperty("chain_id").GetUInt64(), json.GetProperty("block").GetUInt64(), json.GetProperty("hash").GetString() is { } hash ? Hash32.Parse(hash) : null,
            json.GetProperty("final").GetUInt64(), families);
    }
}
