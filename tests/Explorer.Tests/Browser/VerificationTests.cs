using System.Text.Json;
using Microsoft.Playwright;
using OpenGradient.Blobs;
using OpenGradient.Explorer.Tests.Chain;

namespace OpenGradient.Explorer.Tests.Browser;

/// <summary>Receipts that the browser checks by itself.</summary>
public sealed class VerificationTests(FilledPages filled, Chromium chromium)
{
    private const int ChecksOfRequest = 7;
    private const string EvidenceBytes = "**/v1/blobs/*/content";

    [Fact]
    public async Task A_signed_receipt_holds_in_every_part()
    {
        await using var window = await VerifiedAsync(filled.Story.Good.ToString(), "holds");

        Assert.Equal(ChecksOfRequest, await window.Page.Locator("[data-held=true]").CountAsync());
        await Assertions.Expect(window.Page.Locator(".checks")).ToContainTextAsync(filled.Story.Node.ToLowerHex());
        // That any of it is on the chain is the index's word, and is said to be.
        await Assertions.Expect(window.Page.Locator("[data-verdict]")).ToHaveTextAsync("It holds, as far as can be told here.");
        await Assertions.Expect(window.Page.Locator("[data-held=null]")).ToContainTextAsync("og verify FILE --block-hash");
        await window.Page.Locator(".verify").ScrollIntoViewIfNeededAsync();
        await window.PictureAsync("verified");
        Assert.Empty(await window.HindrancesAsync());
        Assert.Empty(window.Complaints);
    }

    [Fact]
    public async Task A_receipt_of_another_output_and_another_signer_is_wrong_in_both()
    {
        await using var window = await VerifiedAsync(filled.Story.Tampered.ToString(), "wrong");

        Assert.Equal("The output is what was signed, Its node has signed it", await WrongAsync(window));
        await window.PictureAsync("verified-wrong");
    }

    [Fact]
    public async Task An_attested_receipt_is_signed_by_the_key_that_was_registered()
    {
        await using var window = await VerifiedAsync(filled.Story.Attested.ToString(), "holds");

        await Assertions.Expect(window.Page.Locator(".checks")).ToContainTextAsync("attested key has signed it");
        await Assertions.Expect(window.Page.Locator(".checks")).ToContainTextAsync($"SHA-256 of its {filled.Story.Evidence.Length} bytes is {BlobHash.Of(filled.Story.Evidence).Value}");
        Assert.Equal(ChecksOfRequest + 1, await window.Page.Locator("[data-held=true]").CountAsync());
        await Assertions.Expect(window.Page.Locator("main [data-banner=emulated]")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task Evidence_of_which_a_byte_was_changed_is_not_what_the_receipt_names()
    {
        await using var window = await chromium.OpenAsync(filled.Pages.Address);
        await window.Page.RouteAsync(EvidenceBytes, route => route.FulfillAsync(new RouteFulfillOptions { BodyBytes = [.. filled.Story.Evidence[..^1], (byte)(filled.Story.Evidence[^1] ^ 1)] }));
        await VerifyAsync(window, filled.Story.Attested.ToString(), "wrong");

        Assert.Equal("The evidence on this page is what it names", await WrongAsync(window));
        Assert.Equal(ChecksOfRequest, await window.Page.Locator("[data-held=true]").CountAsync());
    }

    [Fact]
    public async Task Evidence_whose_bytes_cannot_be_had_is_neither_right_nor_wrong()
    {
        await using var window = await chromium.OpenAsync(filled.Pages.Address);
        await window.Page.RouteAsync(EvidenceBytes, route => route.FulfillAsync(new RouteFulfillOptions { Status = 503 }));
        await VerifyAsync(window, filled.Story.Attested.ToString(), "holds");

        await Assertions.Expect(window.Page.Locator("[data-held=null]:has-text('The evidence on this page')")).ToContainTextAsync("its bytes are not here");
        Assert.Equal(ChecksOfRequest, await window.Page.Locator("[data-held=true]").CountAsync());
    }

    [Theory]
    [InlineData("keys_registered", "It names the evidence that its key was registered with")]
    [InlineData("hub_settled", "It names the evidence that its key was registered with")]
    public async Task A_receipt_and_its_key_name_one_evidence(string table, string wrong)
    {
        await using var window = await chromium.OpenAsync(filled.Pages.Address);
        await window.GoAsync($"/requests/{filled.Story.Attested}");

        var details = await AskAsync(
            window, filled.Story.Attested.ToString(), $"custody.steps.find((step) => step.event === '{table}').row.evidence_hash = '{Story.Named("another")}'", "`${check.held}: ${check.what}`");

        Assert.Contains($"false: {wrong}", details, StringComparison.Ordinal);
        // What is in the receipt is signed, too.
        Assert.Equal(table == "hub_settled", details.Contains("false: Its node’s attested key has signed it", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("evidence_hash", "'0x1000000000000000000000000000000000000000000000000000000000000000'")]
    [InlineData("key_epoch", "1")]
    public async Task A_receipt_that_no_attested_key_signed_names_none(string column, string value)
    {
        await using var window = await chromium.OpenAsync(filled.Pages.Address);
        await window.GoAsync($"/requests/{filled.Story.Good}");

        var details = await AskAsync(
            window, filled.Story.Good.ToString(), $"custody.steps.find((step) => step.event === 'hub_settled').row.{column} = {value}", "`${check.held}: ${check.what}`");

        Assert.Contains("false: It names no evidence of a key", details, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\"fee\":\"2500000000000000000\"", "\"fee\":\"2500000000000000001\"", "The id of the request is the hash of everything that was asked")]
    [InlineData("\"input\":\"0x01020301\"", "\"input\":\"0x01020302\"", "The input is what was signed")]
    [InlineData("\"payee\":\"0x00000000000000000000000000000000000000b1\"", "\"payee\":\"0x00000000000000000000000000000000000000b2\"", "Its node has signed it")]
    public async Task An_index_that_lies_about_one_field_is_found_out(string told, string lie, string found)
    {
        await using var window = await chromium.OpenAsync(filled.Pages.Address);
        await window.Page.AddInitScriptAsync(
            $$"""
            const honest = window.fetch;
            window.fetch = async (address, ...options) => {
              const answer = await honest(address, ...options);
              if (!`${address}`.endsWith('/custody')) {
                return answer;
              }

              const text = await answer.text();
              window.told = text;
              return new Response(text.replaceAll({{Quoted(told)}}, {{Quoted(lie)}}), answer);
            };
            """);
        await window.GoAsync($"/requests/{filled.Story.Good}");
        await window.Page.ClickAsync("[data-verify-start]");

        await Assertions.Expect(window.Page.Locator("[data-verify-result] .verdict")).ToHaveTextAsync("Something is wrong with it.");
        Assert.Contains(told, await window.Page.EvaluateAsync<string>("window.told"), StringComparison.Ordinal);
        await Assertions.Expect(window.Page.Locator("[data-held=false]")).ToContainTextAsync(found);
    }

    [Fact]
    public async Task Other_evidence_is_found_out_where_the_registration_of_its_key_is_left_out()
    {
        await using var window = await chromium.OpenAsync(filled.Pages.Address);
        await window.Page.RouteAsync(EvidenceBytes, route => route.FulfillAsync(new RouteFulfillOptions { BodyBytes = [.. filled.Story.Evidence[..^1], (byte)(filled.Story.Evidence[^1] ^ 1)] }));
        await window.Page.AddInitScriptAsync(
            """
            const honest = window.fetch;
            window.fetch = async (address, ...options) => {
              const answer = await honest(address, ...options);
              if (!`${address}`.endsWith('/custody')) {
                return answer;
              }

              const told = await answer.json();
              window.left = told.steps.filter((step) => step.event === 'keys_registered').length;
              return Response.json({ ...told, steps: told.steps.filter((step) => step.event !== 'keys_registered') });
            };
            """);
        await VerifyAsync(window, filled.Story.Attested.ToString(), "wrong");

        Assert.Equal(1, await window.Page.EvaluateAsync<int>("window.left"));
        Assert.Equal("The evidence on this page is what it names", await WrongAsync(window));
    }

    [Theory]
    [InlineData("Good", "")]
    [InlineData("Attested", "settled.evidence_hash = '0x' + '00'.repeat(32)")]
    public async Task Evidence_that_is_shown_where_none_is_named_is_wrong(string request, string change)
    {
        await using var window = await chromium.OpenAsync(filled.Pages.Address);
        var id = (request == "Good" ? filled.Story.Good : filled.Story.Attested).ToString();
        await window.GoAsync($"/requests/{id}");

        var details = await AskAsync(
            window, id, $"const settled = custody.steps.find((step) => step.event === 'hub_settled').row; {change}", "`${check.held}: ${check.what}`", "new Uint8Array([1])");

        Assert.Contains("false: The evidence on this page is what it names", details, StringComparison.Ordinal);
    }

    private static string Quoted(string text) => JsonSerializer.Serialize(text);

    [Fact]
    public async Task An_answer_that_was_overturned_does_not_stand_however_well_it_was_signed()
    {
        await using var window = await VerifiedAsync(filled.Story.Overturned.ToString(), "wrong");

        Assert.Equal("The answer stands", await WrongAsync(window));
        Assert.Equal(ChecksOfRequest, await window.Page.Locator("[data-held=true]").CountAsync());
    }

    [Theory]
    [InlineData("{event:'hub_raised',row:{assurance:3}}", "a proof was checked on the chain since")]
    [InlineData("{event:'hub_contested',row:{}}", "it is contested, and not judged yet")]
    public async Task What_came_after_a_receipt_is_said_beside_it(string step, string said)
    {
        await using var window = await chromium.OpenAsync(filled.Pages.Address);
        await window.GoAsync($"/requests/{filled.Story.Good}");

        var details = await AskAsync(window, filled.Story.Good.ToString(), $"custody.steps.push({step})");

        Assert.Contains($"null: {said}", details, StringComparison.Ordinal);
        Assert.DoesNotContain("false:", details, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_private_answer_that_is_not_on_the_chain_is_no_wrong_one()
    {
        await using var window = await chromium.OpenAsync(filled.Pages.Address);
        await window.GoAsync($"/requests/{filled.Story.Good}");

        var details = await AskAsync(
            window, filled.Story.Good.ToString(), "custody.steps.find((step) => step.event === 'hub_requested').row.flags = 1; custody.steps.find((step) => step.event === 'hub_settled').row.output = '0x'");

        // The id tells that the flags were changed here; input and output are what cannot be told.
        Assert.Equal(2, details.Split("null: its bytes are not on the chain, only their hash").Length - 1);
    }

    // The page's own module over what the index tells, changed as if the chain had gone on.
    private static Task<string> AskAsync(Window window, string request, string change, string said = "`${check.held}: ${check.detail}`", string shown = "undefined") => window.Page.EvaluateAsync<string>(
        $$"""
        async () => {
          const script = document.querySelector('script[type=module]').src;
          const { checksOfCustody } = await import(new URL('./receipt.mjs', script).href);
          const custody = await (await fetch('/v1/requests/{{request}}/custody')).json();
          {{change}};
          return checksOfCustody('{{request}}', 31337, custody, {{shown}}).map((check) => {{said}}).join('\n');
        }
        """);

    [Fact]
    public async Task A_receipt_from_a_file_is_checked_without_asking_anybody()
    {
        await using var window = await chromium.OpenAsync(filled.Pages.Address);
        await window.GoAsync($"/requests/{filled.Story.Good}");
        var file = await window.Page.EvaluateAsync<string>(
            """
            async () => {
              const { steps } = await (await fetch(`/v1/requests/${document.querySelector('[data-verify]').dataset.verify}/custody`)).json();
              const find = (name) => steps.find((step) => step.event === name).row;
              const [asked, settled] = [find('hub_requested'), find('hub_settled')];
              return JSON.stringify({
                schema: 1, chainId: 31337, hub: settled.emitter, requestId: asked.request_id, versionId: asked.version_id, inputCommit: asked.input_commit,
                outputCommit: settled.output_commit, assurance: 'Signed', node: settled.node, payee: settled.payee, keyEpoch: settled.key_epoch, issuedAt: settled.issued_at,
                expiresAt: settled.expires_at, evidenceHash: settled.evidence_hash, evidence: settled.evidence, output: settled.output, input: asked.input,
              });
            }
            """);
        await window.GoAsync("/verify");
        var asked = 0;
        window.Page.Request += (_, request) => asked += request.Url.Contains("/v1/", StringComparison.Ordinal) ? 1 : 0;
        await window.Page.FillAsync("#receipt", file);
        await window.Page.ClickAsync("form.sql button");
        await window.Page.Locator("[data-verdict=holds]").WaitForAsync();

        await window.Page.FillAsync("#receipt", file.Replace("\"chainId\":31337", "\"chainId\":1", StringComparison.Ordinal));
        await window.Page.ClickAsync("form.sql button");
        await window.Page.Locator("[data-verdict=wrong]").WaitForAsync();
        await window.Page.FillAsync("#receipt", "{ \"schema\": 9 }");
        await window.Page.ClickAsync("form.sql button");
        await Assertions.Expect(window.Page.Locator("[data-verify-result]")).ToContainTextAsync("It cannot be verified");
        Assert.Equal(0, asked);
    }

    private async Task<Window> VerifiedAsync(string request, string verdict)
    {
        var window = await chromium.OpenAsync(filled.Pages.Address);
        await VerifyAsync(window, request, verdict);
        return window;
    }

    private static async Task VerifyAsync(Window window, string request, string verdict)
    {
        await window.GoAsync($"/requests/{request}");
        await window.Page.ClickAsync("[data-verify-start]");
        await window.Page.Locator($"[data-verdict={verdict}]").WaitForAsync();
    }

    private static async Task<string> WrongAsync(Window window) =>
        string.Join(", ", await window.Page.Locator("[data-held=false] > span:nth-child(2)").AllTextContentsAsync());
}
