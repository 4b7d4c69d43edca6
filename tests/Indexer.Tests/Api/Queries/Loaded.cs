using OpenGradient.Database;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Indexer.Rows;
using OpenGradient.Indexer.Schema;
using OpenGradient.Indexer.Storage;

namespace OpenGradient.Indexer.Tests.Api.Queries;

/// <summary>
/// Requests put into their tables as they are, one a block, each of them claimed, settled and delivered in it, most by one node for one requester; and as many challenges that have ended.
/// </summary>
internal static class Loaded
{
    private const int RareOnceIn = 5_000;
    private const long FirstTime = 1_700_000_000;

    private static readonly string[] Tables =
        ["hub_requested", "hub_claimed", "hub_settled", "hub_delivered", "court_case_opened", "court_committee_drawn", "court_case_ended"];

    public static Address Busy { get; } = ServedIndex.Someone(1);

    public static Address Rare { get; } = ServedIndex.Someone(2);

    public static Address Nobody { get; } = ServedIndex.Someone(3);

    /// <summary>The place of a request.</summary>
    public static RowId IdOf(int request) => RowId.Of(new((ulong)request), 0);

    public static async Task FillAsync(IDatabase database, int requests, CancellationToken cancellationToken)
    {
        foreach (var table in FewThings.Families.SelectMany(TableLayout.Of).Where(table => Tables.Contains(table.Name, StringComparer.Ordinal)))
        {
            var buffer = new RowBuffer();
            for (var request = 1; request <= requests; request++)
            {
                buffer.StartRow(table.Columns.Count);
                foreach (var column in table.Columns)
                    Write(buffer, column, table.Name, request);
            }

            await database.WriteAsync(session => BulkRows.InsertAsync(session, table.Name, table.Columns, buffer), cancellationToken);
        }
    }

    private static void Write(RowBuffer buffer, Column column, string table, int request)
    {
        switch (column.Kind)
        {
            case ColumnKind.Integer when column.Name == "id":
                buffer.Write(RowId.Of(new((ulong)request), (uint)Array.IndexOf(Tables, table) % 4).Value);
                break;
            case ColumnKind.Integer:
                buffer.Write(column.Name == "block_time" ? FirstTime + request : 1);
                break;
            case ColumnKind.Boolean:
                buffer.Write(true);
                break;
            case ColumnKind.Amount:
                buffer.Write((UInt256)1);
                break;
            case ColumnKind.Address:
                buffer.Write((request % RareOnceIn == 1 ? Rare : request % 20 == 3 ? ServedIndex.Someone(10 + (request % 7)) : Busy).Bytes);
                break;
            case ColumnKind.Hash:
                buffer.Write((column.Name == "request_id" ? FewThings.Thing(request) : FewThings.Thing(request % 3)).ToArray().AsSpan());
                break;
            case ColumnKind.Json:
                buffer.Write("[]"u8);
                break;
            default:
                buffer.Write(ReadOnlySpan<byte>.Empty);
                break;
        }
    }
}
