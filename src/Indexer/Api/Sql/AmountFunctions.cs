using Microsoft.Data.Sqlite;
using OpenGradient.Ethereum.Primitives;

namespace OpenGradient.Indexer.Api.Sql;

/// <summary>
/// What SQLite knows of amounts; PostgreSQL has the same as functions of its own. An amount stays 32 bytes, which compare and sort as the
/// number does, through sums and extremes; only <c>og_text</c> makes digits of it, to be shown, and <c>og_real</c> a number that is not exact.
/// </summary>
internal static class AmountFunctions
{
    public static void AddTo(SqliteConnection connection)
    {
        connection.CreateFunction("og_text", (byte[]? amount) => amount is { Length: 32 } ? UInt256.FromBigEndian(amount).ToString() : null, isDeterministic: true);
        connection.CreateFunction("og_real", (byte[]? amount) => amount is { Length: 32 } ? Real(amount) : (double?)null, isDeterministic: true);
        connection.CreateAggregate("og_sum", UInt256.Zero, (UInt256 sum, byte[]? amount) => Sum(sum, amount), sum => sum.ToBigEndian(), isDeterministic: true);
        connection.CreateAggregate("og_max", (byte[]?)null, (byte[]? most, byte[]? amount) => Pick(most, amount, -1), most => most, isDeterministic: true);
        connection.CreateAggregate("og_min", (byte[]?)null, (byte[]? least, byte[]? amount) => Pick(least, amount, 1), least => least, isDeterministic: true);
    }

    private static UInt256 Sum(UInt256 sum, byte[]? amount)
    {
        if (amount is not { Length: 32 })
            return sum;
        var next = UInt256.FromBigEndian(amount);
        return next <= UInt256.MaxValue - sum ? sum + next : throw new OverflowException("The sum is no amount: it is 2^256 or more.");
    }

    private static byte[]? Pick(byte[]? best, byte[]? amount, int sign) =>
        amount is not { Length: 32 } ? best
        : best is null || best.AsSpan().SequenceCompareTo(amount) * sign > 0 ? amount
        : best;

    private static double Real(byte[] amount)
    {
        var value = 0.0;
        foreach (var part in amount)
            value = (value * 256) + part;
        return value;
    }
}
