using System.Buffers.Binary;
using OpenGradient.Database;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Indexer.Rows;
using OpenGradient.Indexer.Schema;
using OpenGradient.Indexer.Storage;

namespace OpenGradient.Benchmarks.Indexer.Pages;

/// <summary>Many transfers, put into the table as they are, for questions about them.</summary>
internal static class LoadedRows
{
    public const int Accounts = 20_000;
    public const int RowsPerBlock = 100;
    private const int RowsAtOnce = 50_000;

    public static Address Account(int number)
    {
        Span<byte> bytes = stackalloc byte[Address.ByteLength];
        bytes.Clear();
        BinaryPrimitives.WriteInt32BigEndian(bytes[16..], number);
        return new Address(bytes);
    }

    public static async Task FillAsync(IDatabase database, EventFamily family, int rows, CancellationToken cancellationToken)
    {
        var table = TableLayout.Of(family)[0];
        var random = new Random(3);
        var buffer = new RowBuffer();
        var hash = new byte[Hash32.ByteLength];
        for (var i = 0; i < rows; i++)
        {
            var block = (ulong)(1 + (i / RowsPerBlock));
            random.NextBytes(hash);
            buffer.StartRow(table.Columns.Count);
            buffer.Write(RowId.Of(new(block), (uint)(i % RowsPerBlock)).Value);
            buffer.Write((long)(1_700_000_000 + (block * 12)));
            buffer.Write(i % RowsPerBlock);
            buffer.Write(hash.AsSpan());
            buffer.Write(CannedLogs.Emitter.Bytes);
            buffer.Write(Account(random.Next(Accounts)).Bytes);
            buffer.Write(Account(random.Next(Accounts)).Bytes);
            buffer.Write((UInt256)(ulong)i);
            if (buffer.Rows < RowsAtOnce && i < rows - 1)
                continue;
            await database.WriteAsync(session => BulkRows.InsertAsync(session, table.Name, table.Columns, buffer), cancellationToken);
            buffer.Clear();
        }
    }
}
