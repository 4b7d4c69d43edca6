using System.Data;
using Dapper;
using OpenGradient.Ethereum.Primitives;

namespace OpenGradient.Database;

/// <summary>Teaches Dapper the domain's types; once for the process.</summary>
internal static class DomainTypes
{
    private static readonly Lazy<bool> Registration = new(Register);

    public static void EnsureRegistered() => _ = Registration.Value;

    private static bool Register()
    {
        Add(value => new Address((byte[])value));
        Add(value => new Hash32((byte[])value));
        Add(value => UInt256.FromBigEndian((byte[])value));
        Add(value => new Wei(UInt256.FromBigEndian((byte[])value)));
        Add(value => new BlockNumber(ColumnValue.ToUnsigned(value)));
        Add(value => new ChainId(ColumnValue.ToUnsigned(value)));
        Add(value => (ReadOnlyMemory<byte>)(byte[])value);
        // Dapper knows these two, but not as columns that both engines have.
        Replace(ColumnValue.ToUnsigned);
        Replace(ColumnValue.ToTime);
        return true;
    }

    private static void Replace<T>(Func<object, T> read)
        where T : struct
    {
        SqlMapper.RemoveTypeMap(typeof(T));
        SqlMapper.RemoveTypeMap(typeof(T?));
        Add(read);
    }

    private static void Add<T>(Func<object, T> read)
        where T : struct => SqlMapper.AddTypeHandler(typeof(T), new Handler<T>(read));

    private sealed class Handler<T>(Func<object, T> read) : SqlMapper.ITypeHandler
        where T : struct
    {
        public void SetValue(IDbDataParameter parameter, object value)
        {
            var (column, type) = ColumnValue.Of(value is DBNull ? null : value, typeof(T));
            parameter.DbType = type;
            parameter.Value = column;
        }

        public object Parse(Type destinationType, object value) => read(value);
    }
}
