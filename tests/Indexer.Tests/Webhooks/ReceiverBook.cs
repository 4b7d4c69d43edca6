using System.Text.Json;
using OpenGradient.Indexer.Api.Endpoints;
using OpenGradient.Indexer.Schema;

namespace OpenGradient.Indexer.Tests.Webhooks;

/// <summary>What a receiver keeps that does as docs/indexing.md says: a row is put where its id says, and a reorganisation removes the rows above its ancestor.</summary>
internal sealed class ReceiverBook
{
    private readonly SortedDictionary<long, string> _rows = [];
    private readonly Dictionary<string, string> _events = new(StringComparer.Ordinal);

    /// <summary>The rows in the order of the chain, as JSON.</summary>
    public IReadOnlyCollection<string> Rows => _rows.Values;

    public IReadOnlyCollection<long> Ids => _rows.Keys;

    /// <summary>How many different events were heard of.</summary>
    public int Events => _events.Count;

    public int Reorgs { get; private set; }

    public void Take(string body)
    {
        foreach (var item in HookReceiver.Items(body))
        {
            switch (item.GetProperty("kind").GetString())
            {
                case "row":
                    Put(item.GetProperty("event_id").GetString()!, item.GetProperty("row"));
                    break;
                case "reorg":
                    Reorgs++;
                    var floor = StreamPlace.LastOf(new(item.GetProperty("ancestor").GetUInt64()));
                    foreach (var id in _rows.Keys.Where(id => id > floor).ToList())
                        _rows.Remove(id);
                    break;
                default:
                    Assert.Fail($"Nothing was put aside, and this is told: {item}");
                    break;
            }
        }
    }

    private void Put(string eventId, JsonElement row)
    {
        // One event, one row, whenever it is told.
        if (!_events.TryAdd(eventId, row.GetRawText()))
            Assert.Equal(_events[eventId], row.GetRawText());
        Assert.True(RowId.TryParse(row.GetProperty("id").GetString(), out var id));
        _rows[id.Value] = row.GetRawText();
    }
}
