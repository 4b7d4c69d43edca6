using System.Globalization;
using OpenGradient.Ethereum.Primitives;

namespace OpenGradient.Relayer.Admission;

/// <summary>What a second of running a version costs us, in the token's smallest unit.</summary>
/// <param name="PerSecond">For every version that has no price of its own.</param>
/// <param name="OfVersions">Those that have: a larger machine runs them, or a server that is paid for.</param>
public sealed record ComputePrices(UInt256 PerSecond, IReadOnlyDictionary<Hash32, UInt256> OfVersions)
{
    private const ulong UsPerSecond = 1_000_000;

    /// <summary>Running costs nothing that is weighed.</summary>
    public static ComputePrices Nothing { get; } = new(UInt256.Zero, new Dictionary<Hash32, UInt256>());

    /// <summary>What a run costs that takes so long, rounded up.</summary>
    public UInt256 CostOf(Hash32 versionId, TimeSpan run)
    {
        var price = OfVersions.TryGetValue(versionId, out var own) ? own : PerSecond;
        return ((price * (ulong)Math.Ceiling(run.TotalMicroseconds)) + (UsPerSecond - 1)) / UsPerSecond;
    }

    /// <summary>Reads a price for all, and <c>VERSION-ID=PRICE</c> for some, separated by commas.</summary>
    public static bool TryParse(IEnumerable<string> entries, out ComputePrices prices, out string fault)
    {
        (prices, fault) = (Nothing, "");
        UInt256? all = null;
        Dictionary<Hash32, UInt256> own = [];
        foreach (var entry in entries)
        {
            var parts = entry.Split('=');
            var isRead = Units.TryParse(parts[^1], 0, out var price) && (parts.Length == 1
                ? all is null
                : parts.Length == 2 && Hash32.TryParse(parts[0], out var version) && own.TryAdd(version, price));
            if (!isRead)
            {
                fault = string.Create(CultureInfo.InvariantCulture, $"'{entry}' is no price, or one of a version that has one already.");
                return false;
            }

            if (parts.Length == 1)
                all = price;
        }

        prices = new ComputePrices(all ?? UInt256.Zero, own);
        return true;
    }
}
