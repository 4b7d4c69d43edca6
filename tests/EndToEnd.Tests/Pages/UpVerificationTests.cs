using System.Text.Json.Nodes;
using Microsoft.Playwright;
using OpenGradient.Contracts.Hub;
using OpenGradient.Explorer.Tests.Browser;

namespace OpenGradient.EndToEnd.Tests.Pages;

/// <summary>Receipts of real nodes, which the browser checks by itself, and what it finds where the server lies.</summary>
[Collection(UpSystem.Shared)]
public sealed class UpVerificationTests(UpSystem up, Chromium chromium)
{
    // Of a receipt that its node signed: the id, the hub, output, input, the binding, that it names no evidence, and the signature.
    private const int ChecksOfSigned = 7;

    // That it names its key's evidence, and that those are the bytes that are shown, in place of that it names none.
    private const int ChecksOfAttested = 8;

    [Theory]
    [InlineData(Assurance.Signed, ChecksOfSigned, "Its node has signed it")]
    [InlineData(Assurance.Attested, ChecksOfAttested, "Its node’s attested key has signed it")]
    [InlineData(Assurance.Proven, ChecksOfSigned - 1, "A proof stands behind it")]
    public async Task A_good_receipt_holds(Assurance assurance, int held, string says)
    {
        await using var window = await chromium.OpenAsync(up);
        await window.VerifyAsync(up.RequestOf(assurance), "holds");

        Assert.Equal(held, await window.Page.Locator("[data-held=true]").CountAsync());
        await Assertions.Expect(window.Page.Locator(".checks")).ToContainTextAsync(says);
        await window.Page.Locator(".verify").ScrollIntoViewIfNeededAsync();
        await window.PictureAsync($"up-verified-{assurance}".ToLowerInvariant());
        Assert.Empty(await window.HindrancesAsync());
        Assert.Empty(window.Complaints);
    }

    [Theory]
    [InlineData(Assurance.Signed, "hub_settled", "output", "The output is what was signed")]
    [InlineData(Assurance.Signed, "hub_requested", "fee", "The id of the request is the hash of everything that was asked")]
    [InlineData(Assurance.Signed, "hub_settled", "payee", "Its node has signed it")]
    [InlineData(Assurance.Signed, "hub_settled", "output_commit", "The output is what was signed, Its node has signed it")]
    [InlineData(Assurance.Attested, "keys_registered", "signer", "Its node’s attested key has signed it")]
    [InlineData(Assurance.Attested, "keys_registered", "evidence_hash", "It names the evidence that its key was registered with")]
    [InlineData(Assurance.Proven, "hub_settled", "output", "The output is what was signed")]
    public async Task A_receipt_that_was_changed_on_its_way_is_found_out(Assurance assurance, string step, string column, string wrong)
    {
        await using var window = await chromium.OpenAsync(up);
        await window.Page.RouteAsync("**/v1/requests/*/custody", async route =>
        {
            var answer = await route.FetchAsync();
            var told = JsonNode.Parse(await answer.TextAsync())!;
            foreach (var row in told["steps"]!.AsArray().Where(one => one!["event"]!.GetValue<string>() == step).Select(one => one!["row"]!))
                row[column] = Changed(row[column]!.GetValue<string>());
            await route.FulfillAsync(new RouteFulfillOptions { Response = answer, Body = told.ToJsonString() });
        });
        await window.VerifyAsync(up.RequestOf(assurance), "wrong");

        Assert.Equal(wrong, await window.WrongAsync());
        await window.Page.Locator(".verify").ScrollIntoViewIfNeededAsync();
        await window.PictureAsync("up-verified-wrong");
    }

    [Fact]
    public async Task Evidence_that_was_changed_on_its_way_is_found_out()
    {
        await using var window = await chromium.OpenAsync(up);
        await window.Page.RouteAsync("**/v1/blobs/*/content", async route =>
        {
            var answer = await route.FetchAsync();
            var bytes = await answer.BodyAsync();
            bytes[^1] ^= 1;
            await route.FulfillAsync(new RouteFulfillOptions { Response = answer, BodyBytes = bytes });
        });
        await window.VerifyAsync(up.RequestOf(Assurance.Attested), "wrong");

        Assert.Equal("The evidence on this page is what it names", await window.WrongAsync());
    }

    // Its last digit is another.
    private static string Changed(string value) => value[..^1] + (value[^1] == '0' ? '1' : '0');
}
