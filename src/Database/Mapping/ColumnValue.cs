using System.Data;
using OpenGradient.Ethereum.Primitives;

namespace OpenGradient.Database;

/// <summary>
/// The domain's types as columns: bytes as they are, amounts as 32 bytes big-endian, so that they sort as numbers; block numbers and all
/// unsigned numbers as 64-bit integers, which end at 2^63 - 1; times as milliseconds since 1970; enums by their numbers.
/// </summary>
internal static class ColumnValue
{
    public static (object Value, DbType Type) Of(object? value, Type declared)
    {
        var type = TypeOf(Nullable.GetUnderlyingType(declared) ?? declared);
        return (value is null ? DBNull.Value : Of(value), type);
    }

    public static object Of(object value) => value switch
    {
        Address address => address.ToArray(),
        Hash32 hash => hash.ToArray(),
        UInt256 number => number.ToBigEndian(),
        Wei amount => amount.Value.ToBigEndian(),
        BlockNumber number => checked((long)number.Value),
        ChainId chain => checked((long)chain.Value),
        ulong number => checked((long)number),
        uint number => (long)number,
        DateTimeOffset time => time.ToUnixTimeMilliseconds(),
        ReadOnlyMemory<byte> bytes => bytes.ToArray(),
        Enum number => Convert.ToInt32(number),
        _ => value,
    };

    private static DbType TypeOf(Type type) =>
        type == typeof(byte[]) || type == typeof(Address) || type == typeof(Hash32) || type == typeof(UInt256) || type == typeof(Wei)
            || type == typeof(ReadOnlyMemory<byte>) ? DbType.Binary
        : type == typeof(string) ? DbType.String
        : type == typeof(bool) ? DbType.Boolean
        : type == typeof(double) ? DbType.Double
        : type.IsEnum || type == typeof(int) || type == typeof(short) || type == typeof(byte) ? DbType.Int32
        : type == typeof(long) || type == typeof(ulong) || type == typeof(uint) || type == typeof(BlockNumber) || type == typeof(ChainId)
            || type == typeof(DateTimeOffset) ? DbType.Int64
        : throw new NotSupportedException($"{type} has no column: give what is stored.");

    public static ulong ToUnsigned(object value) => checked((ulong)Convert.ToInt64(value));

    public static DateTimeOffset ToTime(object value) => DateTimeOffset.FromUnixTimeMilliseconds(Convert.ToInt64(value));
}
