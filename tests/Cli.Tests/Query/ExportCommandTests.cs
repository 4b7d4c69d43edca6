using System.Globalization;
using Microsoft.AspNetCore.Http;
using OpenGradient.Cli.Tests.Support;

namespace OpenGradient.Cli.Tests.Query;

/// <summary>An export that breaks off is gone on with where it is the same question about the same rows, and refused with words where it is not.</summary>
public sealed class ExportCommandTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("og-export");

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private string Target => Path.Combine(_folder.FullName, "rows.jsonl");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task An_export_is_written_whole_or_goes_on_where_it_broke_off()
    {
        await using var index = await FakeIndex.StartAsync();
        await BreakOffAsync(index, lines: 4);
        Assert.True(File.Exists(Target + ".part.json"));

        var report = await ResumeAsync(index);

        Assert.Equal(string.Concat(index.Lines.Select(line => line + "\n")), await File.ReadAllTextAsync(Target, Stop));
        Assert.Equal("rows.jsonl", Assert.Single(_folder.EnumerateFiles()).Name);
        Assert.Equal(("events/hub_settled", 9UL, true), (report.GetProperty("resource").GetString(), report.GetProperty("asOfBlock").GetUInt64(), report.GetProperty("resumed").GetBoolean()));
        Assert.Contains("/v1/events/hub_settled/export?fee.ge=1&block.ge=1&order=asc&format=jsonl", index.Asked, StringComparer.Ordinal);
    }

    [Fact]
    public async Task An_export_of_a_block_whose_hash_is_not_kept_names_the_block_and_can_be_gone_on_with()
    {
        await using var index = await FakeIndex.StartAsync();
        index.AsOf = 3;
        await BreakOffAsync(index, lines: 4);

        var report = await ResumeAsync(index);

        Assert.Equal((3UL, true), (report.GetProperty("asOfBlock").GetUInt64(), report.GetProperty("resumed").GetBoolean()));
        Assert.False(report.TryGetProperty("asOfHash", out var hash) && hash.ValueKind == System.Text.Json.JsonValueKind.String);
    }

    [Fact]
    public async Task It_goes_on_behind_a_reorganisation_of_blocks_of_which_no_row_is_there()
    {
        await using var index = await FakeIndex.StartAsync();
        await BreakOffAsync(index, lines: 4);
        index.Lines[^1] = """{"id":"2-9","n":9 }""";
        index.Reorganise(above: 4);

        await ResumeAsync(index);

        Assert.EndsWith("\"n\":9 }\n", await File.ReadAllTextAsync(Target, Stop), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Rows_that_the_chain_may_have_replaced_are_not_gone_on_with()
    {
        await using var index = await FakeIndex.StartAsync();
        await BreakOffAsync(index, lines: 4);
        // The last line stays as it was: what lies before it need not.
        index.Reorganise(above: 0);

        Assert.Contains("another way", await RefusedAsync(index, ExitCode.Failed), StringComparison.Ordinal);
        Assert.Contains("begin anew", await RefusedAsync(index, ExitCode.Failed), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_part_whose_gap_was_filled_meanwhile_is_not_called_whole()
    {
        await using var index = await FakeIndex.StartAsync();
        index.GapLast = 1;
        await BreakOffAsync(index, lines: 4);
        index.GapLast = null;

        Assert.Contains("up to block 1 were missing", await RefusedAsync(index, ExitCode.Failed), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nothing_is_added_while_rows_are_missing()
    {
        await using var index = await FakeIndex.StartAsync();
        await BreakOffAsync(index, lines: 4);
        index.GapLast = 2;

        Assert.Contains("filling in", await RefusedAsync(index, ExitCode.Failed), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_question_another_event_and_a_part_of_unknown_origin_are_refused()
    {
        await using var index = await FakeIndex.StartAsync();
        await BreakOffAsync(index, lines: 4);

        Assert.Contains("fee.ge=1", await RefusedAsync(index, ExitCode.Usage, "fee.ge=2"), StringComparison.Ordinal);
        Assert.Contains("hub_settled", await OgRun.RefusalAsync(ExitCode.Usage, "export", "hub_requested", "fee.ge=1", "--out", Target, "--resume", "--indexer", index.Address), StringComparison.Ordinal);
        File.Delete(Target + ".part.json");
        Assert.Contains("says what it is of", await RefusedAsync(index, ExitCode.Failed), StringComparison.Ordinal);
        await File.WriteAllTextAsync(Target + ".part.json", "{}", Stop);
        Assert.Contains("says what it is of", await RefusedAsync(index, ExitCode.Failed), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_last_line_that_is_not_told_any_more_and_what_is_no_event_are_refused()
    {
        await using var index = await FakeIndex.StartAsync();
        await BreakOffAsync(index, lines: 4);
        await File.WriteAllTextAsync(Target + ".part", """{"id":"1-3","n":7 }""" + "\n", Stop);

        Assert.Contains("taken back", await RefusedAsync(index, ExitCode.Failed), StringComparison.Ordinal);
        Assert.Contains("no format", await OgRun.RefusalAsync(ExitCode.Usage, "export", "hub_settled", "--out", Path.Combine(_folder.FullName, "x.xls"), "--indexer", index.Address), StringComparison.Ordinal);
        Assert.Contains("Only events", await OgRun.RefusalAsync(ExitCode.Usage, "export", "requests", "--out", Target, "--resume", "--indexer", index.Address), StringComparison.Ordinal);
        Assert.Contains("Only events", await OgRun.RefusalAsync(ExitCode.Usage, "export", "token_balances", "--out", Target, "--resume", "--indexer", index.Address), StringComparison.Ordinal);
    }

    // In the middle of a row: what is no whole line is written again.
    private async Task BreakOffAsync(FakeIndex index, int lines)
    {
        index.BreaksAfter = string.Concat(index.Lines.Take(lines).Select(line => line + "\n")) + index.Lines[lines][..5];
        Assert.Contains("--resume", await OgRun.RefusalAsync(ExitCode.Failed, "export", "hub_settled", "fee.ge=1", "--asc", "--out", Target, "--indexer", index.Address), StringComparison.Ordinal);
        Assert.Equal(index.BreaksAfter, await File.ReadAllTextAsync(Target + ".part", Stop));
        index.BreaksAfter = null;
    }

    private Task<System.Text.Json.JsonElement> ResumeAsync(FakeIndex index) => OgRun.ReportAsync("export", "hub_settled", "fee.ge=1", "--out", Target, "--resume", "--indexer", index.Address);

    private Task<string> RefusedAsync(FakeIndex index, int exitCode, string condition = "fee.ge=1") =>
        OgRun.RefusalAsync(exitCode, "export", "hub_settled", condition, "--out", Target, "--resume", "--indexer", index.Address);

    /// <summary>An index of six events in three blocks, of which block 3 is final and block 9 the tip.</summary>
    private sealed class FakeIndex : IAsyncDisposable
    {
        private const ulong Tip = 9;

        private ServedAnswers _served = null!;
        private int _branch;
        private ulong _replacedAbove = ulong.MaxValue;

        public List<string> Lines { get; } = [.. Enumerable.Range(0, 6).Select(i => string.Create(CultureInfo.InvariantCulture, $$"""{"id":"{{i / 2}}-{{i}}","n":{{i}} }"""))];

        public string? BreaksAfter { get; set; }

        public ulong? GapLast { get; set; }

        public ulong AsOf { get; set; } = Tip;

        public string Address => _served.Address;

        public IReadOnlyList<string> Asked => _served.Asked;

        public static async Task<FakeIndex> StartAsync()
        {
            var index = new FakeIndex();
            index._served = await ServedAnswers.StartAsync(index.AnswerAsync);
            return index;
        }

        public void Reorganise(ulong above) => (_branch, _replacedAbove) = (_branch + 1, above);

        public ValueTask DisposeAsync() => _served.DisposeAsync();

        private Task AnswerAsync(HttpContext context) => context.Request.Path == "/v1/state" ? TellStateAsync(context) : ExportAsync(context);

        private Task TellStateAsync(HttpContext context)
        {
            var block = ulong.Parse(context.Request.Query["block"].ToString(), CultureInfo.InvariantCulture);
            var state = GapLast is null ? $"\"0x{(block > _replacedAbove ? _branch : 0)}{block}\"" : "null";
            var hash = block == Tip ? $"\"{HashOf()}\"" : "null";
            return context.Response.WriteAsync($$"""{"chain_id":5,"block":{{block}},"hash":{{hash}},"final":3,"state":{{state}},"families":[{"name":"hub","fingerprint":"0x","state":{{state}}}]}""");
        }

        private async Task ExportAsync(HttpContext context)
        {
            context.Response.Headers["OG-As-Of-Block"] = AsOf.ToString(CultureInfo.InvariantCulture);
            if (AsOf == Tip)
                context.Response.Headers["OG-As-Of-Hash"] = HashOf();
            if (GapLast is { } gap)
                context.Response.Headers["OG-Gap-Last"] = gap.ToString(CultureInfo.InvariantCulture);
            if (BreaksAfter is { } part)
            {
                await context.Response.WriteAsync(part);
                await context.Response.Body.FlushAsync();
                // So that what was sent is there before the connection ends.
                await Task.Delay(200);
                context.Abort();
                return;
            }

            var from = context.Request.Query["block.ge"].ToString() is { Length: > 0 } block ? int.Parse(block, CultureInfo.InvariantCulture) : 0;
            await context.Response.WriteAsync(string.Concat(Lines.Where(line => int.Parse(line.AsSpan(7, 1), CultureInfo.InvariantCulture) >= from).Select(line => line + "\n")));
        }

        private string HashOf() => string.Create(CultureInfo.InvariantCulture, $"0x{_branch:x64}");
    }
}
