using System.Net;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using OpenGradient.Database;
using OpenGradient.Indexer.Api;
using OpenGradient.Indexer.Api.Endpoints;
using OpenGradient.Indexer.Api.Queries;
using OpenGradient.Indexer.Tests.Storage;
using OpenGradient.Indexer.Webhooks;

namespace OpenGradient.Indexer.Tests.Webhooks;

/// <summary>One hook of a chain, and the book that its receiver keeps.</summary>
internal sealed class BookedHook(HookedChain chain, string table) : IDisposable
{
    private readonly HookReceiver _receiver = new();
    private readonly Webhook _hook = new(table.Replace('_', '-'), HookReceiver.Url, "a secret of 24 letters..", table);

    public ReceiverBook Book { get; } = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    /// <summary>
    /// Makes one delivery, if there is one, by a process that knows only what is stored; an answer that is an exception arrives nowhere. Gives whether
    /// something was sent.
    /// </summary>
    public async Task<bool> DeliverAsync(bool isTaken = true, HttpStatusCode status = HttpStatusCode.OK, Exception? lost = null)
    {
        // Whatever it waits for is over.
        chain.Clock.Advance(TimeSpan.FromMinutes(20));
        var api = new IndexApi(chain.Database, IndexedChain.Chain, chain.Families, new ApiOptions(), new FollowingStatus(chain.Clock), new CommitSignal(), chain.Clock);
        await using var sender = new WebhookSender(api, [_hook], _receiver, NullLogger.Instance);
        _receiver.Answer = body =>
        {
            if (isTaken)
                Book.Take(body);
            return lost is null ? Task.FromResult(new HttpResponseMessage(status)) : throw lost;
        };
        var before = _receiver.Taken.Count;
        await sender.StepAsync(_hook, Stop);
        return _receiver.Taken.Count > before;
    }

    public async Task DeliverAllAsync()
    {
        for (var i = 0; i < 200; i++)
        {
            if (!await DeliverAsync())
                return;
        }

        Assert.Fail("It does not end.");
    }

    /// <summary>The rows of the hook's table as the API shows them, of the blocks behind one.</summary>
    public Task<IReadOnlyList<string>> RowsAsync(ulong? after = null) => RowsOfAsync(chain.Database, after);

    public Task<IReadOnlyList<string>> RowsOfAsync(IDatabase database, ulong? after = null) => database.ReadAsync(
        async session =>
        {
            var resource = Resource.Of(chain.Families).Single(known => known.Source == table);
            var query = new ListQuery { Resource = resource, Descending = false, After = after is { } block ? StreamPlace.LastOf(new(block)) : null };
            await using var command = QueryText.Rows(query, limit: null).ToCommand(session);
            await using var reader = await command.ExecuteReaderAsync(Stop);
            var rows = new List<string>();
            while (await reader.ReadAsync(Stop))
            {
                using var bytes = new MemoryStream();
                await using (var json = new Utf8JsonWriter(bytes))
                    RowJson.Write(json, reader, resource.Columns);
                rows.Add(Encoding.UTF8.GetString(bytes.ToArray()));
            }

            return (IReadOnlyList<string>)rows;
        },
        Stop);

    public void Dispose() => _receiver.Dispose();
}
