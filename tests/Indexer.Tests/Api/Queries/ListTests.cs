using System.Text.Json;
using OpenGradient.Indexer.Api;
using OpenGradient.Indexer.Schema;
using OpenGradient.Support.Databases;

namespace OpenGradient.Indexer.Tests.Api.Queries;

public sealed class SqliteListTests(SqliteFixture databases) : ListTests(databases), IClassFixture<SqliteFixture>;

public sealed class PostgresListTests(PostgresFixture databases) : ListTests(databases);

public abstract class ListTests(IDatabaseFixture databases)
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Pages_run_through_all_rows_once_in_either_order()
    {
        await using var index = await StartAsync();
        await index.MineRequestsAsync(23);

        foreach (var order in (string[])["desc", "asc"])
        {
            var seen = new List<string>();
            string? cursor = null;
            do
            {
                var page = await index.GetAsync($"/v1/requests?limit=5&order={order}{(cursor is null ? "" : $"&cursor={cursor}")}");
                seen.AddRange(page.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("request_id").GetString()!));
                cursor = page.GetProperty("next").GetString();
            }
            while (cursor is not null);

            var expected = Enumerable.Range(0, 23).Select(i => ServedIndex.RequestId(i).ToString()).ToList();
            if (order == "desc")
                expected.Reverse();
            Assert.Equal(string.Join(' ', expected), string.Join(' ', seen));
        }
    }

    [Fact]
    public async Task A_request_says_what_became_of_it()
    {
        await using var index = await StartAsync();
        await index.MineRequestsAsync(6);

        var delivered = await index.GetAsync($"/v1/requests/{ServedIndex.RequestId(4)}");
        var open = await index.GetAsync($"/v1/requests/{ServedIndex.RequestId(5)}");

        Assert.Equal(("settled", 12, "1004"), (delivered.GetProperty("stage").GetString(), delivered.GetProperty("latency_seconds").GetInt32(), delivered.GetProperty("fee").GetString()));
        Assert.NotEqual(JsonValueKind.Null, delivered.GetProperty("delivered_at").ValueKind);
        Assert.Equal(("open", JsonValueKind.Null), (open.GetProperty("stage").GetString(), open.GetProperty("node").ValueKind));
        await index.GetAsync($"/v1/requests/{ServedIndex.RequestId(99)}", 404);
        await index.GetAsync("/v1/requests/nonsense", 400);
    }

    [Fact]
    public async Task The_custody_of_a_request_tells_every_step_with_its_proof_and_what_is_missing()
    {
        await using var index = await StartAsync();
        await index.MineRequestsAsync(6);

        var settled = await index.GetAsync($"/v1/requests/{ServedIndex.RequestId(4)}/custody");
        var open = await index.GetAsync($"/v1/requests/{ServedIndex.RequestId(5)}/custody");

        Assert.Equal(
            "hub_requested hub_settled hub_delivered",
            string.Join(' ', settled.GetProperty("steps").EnumerateArray().Select(step => step.GetProperty("event").GetString())));
        foreach (var step in settled.GetProperty("steps").EnumerateArray())
            Assert.Equal("proven", (await index.GetAsync(step.GetProperty("proof").GetString()!)).GetProperty("labels").GetProperty("request_id").GetString());
        Assert.Contains("Nobody has answered", open.GetProperty("gaps")[0].GetString(), StringComparison.Ordinal);
        Assert.Contains(settled.GetProperty("gaps").EnumerateArray(), gap => gap.GetString()!.Contains("register of keys", StringComparison.Ordinal));
        await index.GetAsync($"/v1/requests/{ServedIndex.RequestId(99)}/custody", 404);
        await index.GetAsync("/v1/requests/x/custody", 400);
    }

    [Fact]
    public async Task Filters_keep_what_matches()
    {
        await using var index = await StartAsync();
        await index.MineRequestsAsync(12);

        foreach (var (filter, count) in ((string, int)[])
        [
            ("requester=0x0000000000000000000000000000000000000001", 4),
            ("requester.in=0x0000000000000000000000000000000000000001,0x0000000000000000000000000000000000000002", 8),
            ("fee.ge=1008", 4),
            ("fee.lt=1001&fee.ge=1000", 1),
            ("fee=0x3e8", 1),
            ("stage=settled", 6),
            ("settled_at.null=true", 6),
            ("stage.ne=settled", 6),
            ("delivered_at.null=false", 3),
            ("block.le=2", 1),
            ("block=2", 1),
            ("block.gt=2", 11),
            ("block.lt=2", 0),
            ("block.ge=2&requester=0x0000000000000000000000000000000000000001", 4),
        ])
        {
            var found = (await index.GetAsync($"/v1/requests?{filter}")).GetProperty("items").GetArrayLength();
            Assert.True(found == count, $"{filter} gave {found}.");
        }
    }

    [Theory]
    [InlineData("stage=open", "stage", "open", 5)]
    [InlineData("stage=claimed", "stage", "claimed", 5)]
    [InlineData("stage=settled", "stage", "settled", 5)]
    [InlineData("settled_at.null=true&limit=2", "stage", "open", 6)]
    [InlineData("stage=settled&block.le=11", "stage", "settled", 2)]
    [InlineData("stage=open&requester=0x0000000000000000000000000000000000000001", "stage", "open", 2)]
    [InlineData("stage=open&requester=0x0000000000000000000000000000000000000001&requested_at.ge=0", "stage", "open", 2)]
    [InlineData("stage=open&requester.in=0x0000000000000000000000000000000000000001", "stage", "open", 2)]
    [InlineData("stage=open&requester.in=0x0000000000000000000000000000000000000001,0x0000000000000000000000000000000000000009", "stage", "open", 5)]
    [InlineData("requester=0x0000000000000000000000000000000000000001", "flags", null, 1)]
    [InlineData("requester.in=0x0000000000000000000000000000000000000001", "flags", null, 1)]
    [InlineData("requested_at.ne=0", "flags", null, 5)]
    [InlineData("requested_at.in=0,9999999999", "stage", "none of them", 5)]
    [InlineData("requested_at.null=true", "stage", "none of them", 5)]
    [InlineData("requested_at.null=false", "flags", null, 5)]
    [InlineData("id.null=true", "stage", "none of them", 5)]
    [InlineData("stage=overturned", "stage", "overturned", 1)]
    [InlineData("requested_at.ge=0", "flags", null, 1)]
    public async Task A_page_of_what_no_index_has_looks_at_so_many_rows_and_goes_on_behind_them(string filter, string column, string? value, int pages)
    {
        await using var index = await ServedIndex.StartAsync(await databases.CreateAsync(), new ApiOptions { RequestsPerSecond = 10_000, MaxLookedRows = 5 });
        await index.MineRequestsAsync(23);
        var bounds = filter.Contains("block.le=11", StringComparison.Ordinal) ? 10 : 23;
        var all = (await index.GetAsync("/v1/requests?limit=100&order=asc")).GetProperty("items").EnumerateArray().Take(bounds)
            .Where(row => value is null || row.GetProperty(column).GetString() == value)
            .Where(row => !filter.Contains("requester", StringComparison.Ordinal) || row.GetProperty("requester").GetString()!.EndsWith("01", StringComparison.Ordinal))
            .Select(row => row.GetProperty("id").GetString()).ToList();

        foreach (var order in (string[])["asc", "desc"])
        {
            List<string?> found = [];
            var (next, asked) = ((string?)"", 0);
            for (; next is not null; asked++)
            {
                var page = await index.GetAsync($"/v1/requests?{filter}&order={order}{(next.Length == 0 ? "" : $"&cursor={next}")}");
                found.AddRange(page.GetProperty("items").EnumerateArray().Select(row => row.GetProperty("id").GetString()));
                next = page.GetProperty("next").GetString();
            }

            Assert.Equal(order == "asc" ? all : Enumerable.Reverse(all), found, StringComparer.Ordinal);
            Assert.True(asked == pages, $"{filter} {order} took {asked} pages.");
        }
    }

    [Fact]
    public async Task Every_resource_can_be_listed_counted_exported_and_asked_for()
    {
        await using var index = await StartAsync();
        index.Chain.Mine(10, new Random(1));
        await index.MineRequestsAsync(3);

        foreach (var resource in index.Api.Resources)
        {
            Assert.Equal(JsonValueKind.Array, (await index.GetAsync($"/v1/{resource.Path}")).GetProperty("items").ValueKind);
            if (resource.TimeColumn is not null)
                Assert.Equal(JsonValueKind.Array, (await index.GetAsync($"/v1/{resource.Path}/buckets")).GetProperty("items").ValueKind);
            Assert.StartsWith("id,", await index.Client.GetStringAsync(new Uri($"/v1/{resource.Path}/export?format=csv", UriKind.Relative), Stop), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Events_as_of_a_block_are_those_that_were_there_then()
    {
        await using var index = await StartAsync();
        await index.MineRequestsAsync(9);

        Assert.Equal(4, (await index.GetAsync("/v1/events/hub_requested?as_of=5")).GetProperty("items").GetArrayLength());
    }

    [Fact]
    public async Task Views_have_the_columns_that_they_are_said_to_have()
    {
        await using var index = await StartAsync();

        foreach (var view in AnalystViews.Over(ServedIndex.Families))
        {
            var columns = await index.Database.ReadAsync(
                async session =>
                {
                    await using var command = session.Connection.CreateCommand();
                    command.Transaction = session.Transaction;
#pragma warning disable CA2100 // The names of our own views.
                    command.CommandText = $"SELECT * FROM {view.Name} WHERE id < 0";
#pragma warning restore CA2100
                    await using var reader = await command.ExecuteReaderAsync(Stop);
                    return string.Join(' ', Enumerable.Range(0, reader.FieldCount).Select(reader.GetName));
                },
                Stop);
            Assert.Equal(string.Join(' ', view.Columns.Select(column => column.Name)), columns);
        }
    }

    [Fact]
    public async Task What_was_taken_back_is_told_page_by_page()
    {
        await using var index = await StartAsync();
        for (var i = 0; i < 3; i++)
        {
            index.Chain.Mine(2, new Random(i));
            await index.SettleAsync();
            index.Chain.Blocks.Rollback(1);
            index.Chain.Mine(2, new Random(i + 10));
            await index.SettleAsync();
        }

        var seen = new List<int>();
        var next = "";
        while (next is not null)
        {
            var page = await index.GetAsync($"/v1/reorgs?limit=1{(next.Length == 0 ? "" : $"&cursor={next}")}");
            seen.Add(Assert.Single(page.GetProperty("items").EnumerateArray()).GetProperty("id").GetInt32());
            next = page.GetProperty("next").GetString();
        }

        Assert.Equal([3, 2, 1], seen);
        await index.GetAsync("/v1/reorgs?limit=0", 400);
        await index.GetAsync("/v1/reorgs?cursor=x", 400);
    }

    private async Task<ServedIndex> StartAsync() => await ServedIndex.StartAsync(await databases.CreateAsync());
}
