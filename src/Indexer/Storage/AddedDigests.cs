using System.Text;
using OpenGradient.Database;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Indexer.Rows;
using OpenGradient.Indexer.Schema;

namespace OpenGradient.Indexer.Storage;

/// <summary>Digests of blocks on their way to the database, with the states that run through them.</summary>
internal sealed class AddedDigests
{
    private static readonly Column[] Columns =
    [
        new("family", ColumnKind.Text),
        new("block_number", ColumnKind.Integer),
        new("block_hash", ColumnKind.Hash),
        new("block_time", ColumnKind.Integer),
        new("row_count", ColumnKind.Integer),
        new("digest", ColumnKind.Hash),
        new("state", ColumnKind.Hash, IsNullable: true),
    ];

    private readonly RowBuffer _rows = new();

    /// <summary>Adds digests above a known state, and gives the state that they lead to.</summary>
    public Hash32 Add(EventFamily family, IReadOnlyList<BlockDigest> digests, Hash32 state)
    {
        var name = Encoding.UTF8.GetBytes(family.Name);
        foreach (var digest in digests)
        {
            state = StateHash.After(state, digest.Block, digest.Time, digest.Digest);
            Write(name, digest);
            _rows.Write(state.Bytes);
        }

        return state;
    }

    /// <summary>Adds digests whose states cannot be known yet.</summary>
    public void Add(EventFamily family, IReadOnlyList<BlockDigest> digests)
    {
        var name = Encoding.UTF8.GetBytes(family.Name);
        foreach (var digest in digests)
        {
            Write(name, digest);
            _rows.WriteNull();
        }
    }

    public Task InsertAsync(DatabaseSession session) => BulkRows.InsertAsync(session, "index_digests", Columns, _rows);

    private void Write(byte[] family, BlockDigest digest)
    {
        _rows.StartRow(Columns.Length);
        _rows.Write(family);
        _rows.Write((long)digest.Block.Number.Value);
        _rows.Write(digest.Block.Hash.Bytes);
        _rows.WriteSaturated(digest.Time);
        _rows.Write(digest.Rows);
        _rows.Write(digest.Digest.Bytes);
    }
}
