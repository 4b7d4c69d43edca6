using System.Data.Common;
using System.Globalization;
using System.Numerics;
using System.Text.Json;

namespace OpenGradient.Indexer.Api.Statistics;

/// <summary>The requests of one bucket and group, as they are counted.</summary>
internal sealed class StatisticsGroup
{
    private readonly int[] _fates = new int[Enum.GetValues<Fate>().Length];
    private readonly List<long> _latencies = [];
    private readonly List<long> _gas = [];
    private BigInteger _cost = BigInteger.Zero;
    private int _costs;

    /// <summary>How many values are held.</summary>
    public int Values => _latencies.Count + _gas.Count;

    /// <summary>Takes the row that a reader is at.</summary>
    public void Add(DbDataReader row)
    {
        var fate = (Fate)row.GetInt32(2);
        _fates[(int)fate]++;
        // A failure comes fast, and says nothing of how long an answer takes.
        if (fate == Fate.Answered)
            _latencies.Add(row.GetInt64(3));
        if (row.IsDBNull(4))
            return;
        _gas.Add(row.GetInt64(4));
        if (row.IsDBNull(5))
            return;
        _cost += new BigInteger(row.GetFieldValue<byte[]>(5), isUnsigned: true, isBigEndian: true) / row.GetInt64(6);
        _costs++;
    }

    public void Write(Utf8JsonWriter json, bool isByNode)
    {
        int lapsed = Of(Fate.Lapsed), refunded = Of(Fate.Refunded), answered = Of(Fate.Answered);
        json.WriteNumber("asked", _fates.Sum() - lapsed);
        json.WriteNumber("answered", answered);
        json.WriteNumber("failed", Of(Fate.Failed));
        json.WriteNumber("overturned", Of(Fate.Overturned));
        json.WriteNumber("refunded", refunded);
        if (isByNode)
            json.WriteNumber("lapsed", lapsed);
        json.WriteNumber("open", Of(Fate.Open));
        var decided = answered + Of(Fate.Failed) + Of(Fate.Overturned) + refunded + lapsed;
        if (decided > 0)
            json.WriteNumber("success_rate", Math.Round((decimal)answered / decided, 6));
        else
            json.WriteNull("success_rate");
        Write(json, "latency_seconds", _latencies, null);
        Write(json, "gas", _gas, _costs == _gas.Count ? _cost : null);
    }

    private int Of(Fate fate) => _fates[(int)fate];

    private static void Write(Utf8JsonWriter json, string name, List<long> values, BigInteger? cost)
    {
        if (values.Count == 0)
        {
            json.WriteNull(name);
            return;
        }

        values.Sort();
        json.WriteStartObject(name);
        json.WriteNumber("count", values.Count);
        json.WriteString("sum", values.Aggregate(BigInteger.Zero, (sum, value) => sum + value).ToString(CultureInfo.InvariantCulture));
        json.WriteNumber("min", values[0]);
        json.WriteNumber("p50", At(values, 50));
        json.WriteNumber("p95", At(values, 95));
        json.WriteNumber("p99", At(values, 99));
        json.WriteNumber("max", values[^1]);
        if (name == "gas")
            json.WriteString("cost_wei", cost?.ToString(CultureInfo.InvariantCulture));
        json.WriteEndObject();
    }

    // The nearest rank, as in buckets: the least value that so many percent do not exceed.
    private static long At(List<long> sorted, int percent) => sorted[(int)((((long)sorted.Count * percent) + 99) / 100) - 1];
}
