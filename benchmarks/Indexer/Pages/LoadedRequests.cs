using System.Buffers.Binary;
using OpenGradient.Database;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Indexer.Rows;
using OpenGradient.Indexer.Schema;
using OpenGradient.Indexer.Storage;

namespace OpenGradient.Benchmarks.Indexer.Pages;

/// <summary>
/// Many requests and what became of them, put into their tables as they are: nine of ten are claimed and settled two blocks later, eight of ten delivered another
/// later, most by one node, and few by the last.
/// </summary>
internal static class LoadedRequests
{
    public const int PerBlock = 5;
    public const int BlockSeconds = 12;
    public const long FirstTime = 1_700_000_000;

    private const int Requesters = 20_000;
    private const int Nodes = 100;
    private const int FewOnceIn = 20_000;
    private const int RowsAtOnce = 50_000;

    // Rows of one block and table lie beside each other: each table has a part of the block's logs.
    private static readonly string[] Tables = ["hub_requested", "hub_claimed", "hub_settled", "hub_delivered", "hub_overturned"];

    public static Address BusyNode { get; } = LoadedRows.Account(1);

    /// <summary>One that answered once in twenty thousand requests.</summary>
    public static Address RareNode { get; } = LoadedRows.Account(Nodes + 1);

    public static Address Requester(int number) => LoadedRows.Account(1_000 + (number % Requesters));

    public static async Task FillAsync(IDatabase database, EventFamily family, int requests, CancellationToken cancellationToken)
    {
        foreach (var name in Tables)
            await FillAsync(database, TableLayout.Of(family).Single(table => table.Name == name), requests, cancellationToken);
        // By which a span of time is found.
        await database.WriteAsync(
            session => session.ExecuteAsync(
                $"""
                INSERT INTO index_digests (family, block_number, block_hash, block_time, row_count, digest)
                WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < @blocks)
                SELECT @Name, CAST(i AS BIGINT), @Hash, {FirstTime} + CAST(i AS BIGINT) * {BlockSeconds}, 1, @Hash FROM n
                """,
                new { blocks = (int)BlockOf(requests) + 3, family.Name, Hash = default(Hash32) }),
            cancellationToken);
    }

    private static async Task FillAsync(IDatabase database, TableLayout table, int requests, CancellationToken cancellationToken)
    {
        var place = Array.IndexOf(Tables, table.Name);
        var buffer = new RowBuffer();
        for (var i = 0; i < requests; i++)
        {
            if (Happened(place, i))
                Write(buffer, table, place, i);
            if (buffer.Rows == 0 || (buffer.Rows < RowsAtOnce && i < requests - 1))
                continue;
            await database.WriteAsync(session => BulkRows.InsertAsync(session, table.Name, table.Columns, buffer), cancellationToken);
            buffer.Clear();
        }
    }

    private static bool Happened(int place, int request) => place switch
    {
        0 => true,
        1 or 2 => request % 10 != 3,
        3 => request % 10 is not (3 or 7),
        _ => request % FewOnceIn == FewOnceIn / 2,
    };

    private static ulong BlockOf(int request) => (ulong)(1 + (request / PerBlock));

    private static Address NodeOf(int request) => request % FewOnceIn == 1 ? RareNode : request % 5 < 3 ? BusyNode : LoadedRows.Account(2 + (request / 5 % (Nodes - 1)));

    private static void Write(RowBuffer buffer, TableLayout table, int place, int request)
    {
        var block = BlockOf(request) + (ulong)Math.Min(place, 3);
        var log = (place * PerBlock) + (request % PerBlock);
        buffer.StartRow(table.Columns.Count);
        foreach (var column in table.Columns)
        {
            switch (column.Name)
            {
                case "id":
                    buffer.Write(RowId.Of(new(block), (uint)log).Value);
                    break;
                case "block_time":
                    buffer.Write(FirstTime + ((long)block * BlockSeconds));
                    break;
                case "request_id":
                    buffer.Write(Scattered(request).AsSpan());
                    break;
                case "requester":
                    buffer.Write(Requester(request).Bytes);
                    break;
                case "node":
                    buffer.Write(NodeOf(request).Bytes);
                    break;
                default:
                    WriteAny(buffer, column, request);
                    break;
            }
        }
    }

    private static void WriteAny(RowBuffer buffer, Column column, int request)
    {
        switch (column.Kind)
        {
            case ColumnKind.Integer:
                buffer.Write(1L);
                break;
            case ColumnKind.Boolean:
                buffer.Write(true);
                break;
            case ColumnKind.Amount:
                buffer.Write((UInt256)(ulong)request);
                break;
            case ColumnKind.Address:
                buffer.Write(LoadedRows.Account(request % Requesters).Bytes);
                break;
            case ColumnKind.Hash:
                buffer.Write(Scattered(request % 64).AsSpan());
                break;
            case ColumnKind.Bytes:
                buffer.Write(Scattered(request).AsSpan());
                break;
            case ColumnKind.Json:
                buffer.Write("[]"u8);
                break;
            default:
                throw new NotSupportedException($"{column.Name} is {column.Kind}.");
        }
    }

    // Ids are hashes, and lie anywhere in an index.
    private static byte[] Scattered(int number)
    {
        var bytes = new byte[Hash32.ByteLength];
        BinaryPrimitives.WriteUInt64BigEndian(bytes, unchecked((ulong)(number + 1) * 0x9E37_79B9_7F4A_7C15));
        BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(28), number);
        return bytes;
    }
}
