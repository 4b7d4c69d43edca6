using System.Net;
using System.Text.RegularExpressions;
using OpenGradient.Explorer.Serving;
using OpenGradient.Explorer.Tests.Chain;

namespace OpenGradient.Explorer.Tests.Pages;

/// <summary>What every page is, whatever it shows.</summary>
public sealed partial class RenderingTests(FilledPages filled)
{
    public static TheoryData<string> Names => [.. PageList.Names];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task A_page_is_served_under_a_policy_that_it_keeps(string name)
    {
        using var answer = await filled.Pages.Client.GetAsync(new Uri(PageList.PathOf(name, filled.Story), UriKind.Relative), TestContext.Current.CancellationToken);
        var html = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);

        Assert.True(answer.StatusCode == HttpStatusCode.OK, html);
        Assert.Equal("text/html", answer.Content.Headers.ContentType?.MediaType);
        Assert.Equal(PageHeaders.ContentSecurityPolicy, Assert.Single(answer.Headers.GetValues("Content-Security-Policy")));
        Assert.DoesNotContain("unsafe", PageHeaders.ContentSecurityPolicy, StringComparison.Ordinal);
        Assert.Equal("nosniff", Assert.Single(answer.Headers.GetValues("X-Content-Type-Options")));
        Assert.False(answer.Headers.Contains("Access-Control-Allow-Origin"));
        Assert.StartsWith("<!doctype html>", html, StringComparison.Ordinal);
        // No script or style stands in the page itself, and none comes from elsewhere.
        Assert.Equal(1, Script().Count(html));
        Assert.DoesNotMatch(Inline(), html);
        Assert.All(Linked().Matches(html).Select(match => match.Groups[1].Value), link => Assert.StartsWith("/assets/", link, StringComparison.Ordinal));
        Assert.DoesNotContain("window.pwned", Script().Match(html).Value, StringComparison.Ordinal);
        Assert.DoesNotContain('\u202E', html);
        Assert.True(html.Length < 200_000, $"{html.Length} letters");
    }

    [Fact]
    public async Task What_strangers_wrote_is_text_on_one_line_that_ends_somewhere()
    {
        var hostile = await filled.Pages.GetAsync($"/models/{Story.HostileModel}");
        var list = await filled.Pages.GetAsync("/models");
        var version = await filled.Pages.GetAsync("/versions/" + Between(hostile, "href=\"/versions/", "\""));

        Assert.DoesNotContain("<script>window", hostile, StringComparison.Ordinal);
        Assert.Contains("&lt;script&gt;window.pwned = 1&lt;/script&gt;", hostile, StringComparison.Ordinal);
        Assert.DoesNotContain("&#x202E;", hostile, StringComparison.Ordinal);
        Assert.DoesNotContain("href=\"javascript:", version, StringComparison.Ordinal);
        Assert.Contains("javascript:alert(1)", version, StringComparison.Ordinal);
        Assert.True(list.Length < 50_000, $"A name of a million letters made the list {list.Length} long.");
        Assert.Contains(new string('w', 60) + "&#x2026;", list, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_request_shows_its_whole_custody_and_what_is_missing()
    {
        var html = await filled.Pages.GetAsync($"/requests/{filled.Story.Good}");

        Assert.Equal(
            "The version was published|The node registered|Asked and paid for|A node claimed it|Answered, with a receipt|Delivered to the requester&#x27;s contract|The node was slashed",
            string.Join('|', Heading().Matches(html).Select(match => match.Groups[1].Value)));
        Assert.Equal(7, Proof().Count(html));
        Assert.Matches("Payment</dt><dd>credited, to", html);
        Assert.Contains("That it was paid out is in no event", html, StringComparison.Ordinal);
        Assert.Contains("The evidence itself is named by its hash, and kept elsewhere.", html, StringComparison.Ordinal);
        Assert.Contains(">2.5</span>", html, StringComparison.Ordinal);
        Assert.Contains("/versions/" + Story.Version, html, StringComparison.Ordinal);

        var overturned = await filled.Pages.GetAsync($"/requests/{filled.Story.Overturned}");
        Assert.Contains("The answer was overturned", overturned, StringComparison.Ordinal);
        Assert.Contains("<span class=\"pill bad\">overturned</span>", overturned, StringComparison.Ordinal);
        Assert.Contains("A committee was drawn", overturned, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Proofs_of_steps_are_bundles()
    {
        var html = await filled.Pages.GetAsync($"/requests/{filled.Story.Good}");

        // Also those of the registers, which lie before it.
        foreach (var table in (string[])["models_version_published", "nodes_registered", "hub_requested"])
        {
            var bundle = await filled.Pages.GetAsync($"/v1/events/{table}/" + Between(html, $"href=\"/v1/events/{table}/", "\""));
            Assert.StartsWith($"{{\"version\":1,\"chain_id\":31337,\"table\":\"{table}\"", bundle, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task What_is_only_for_development_is_said_on_every_page_and_where_it_matters()
    {
        foreach (var name in PageList.Names)
        {
            var html = await filled.Pages.GetAsync(PageList.PathOf(name, filled.Story));
            Assert.Contains("data-banner=\"emulated\"", html, StringComparison.Ordinal);
            Assert.Contains("data-banner=\"development\"", html, StringComparison.Ordinal);
        }

        Assert.Equal(2, Emulated().Count(await filled.Pages.GetAsync($"/requests/{filled.Story.Attested}")));
        Assert.Equal(1, Emulated().Count(await filled.Pages.GetAsync($"/requests/{filled.Story.Good}")));
        Assert.Equal(2, Emulated().Count(await filled.Pages.GetAsync($"/keys/{filled.Story.Key}")));
    }

    [Fact]
    public async Task A_node_is_shown_with_stake_and_record()
    {
        var html = await filled.Pages.GetAsync($"/nodes/{filled.Story.Node}");
        var list = await filled.Pages.GetAsync("/nodes");

        // 10,000 and 500 staked, 200 withdrawn, 100 slashed; all answered but the one that is open.
        Assert.Contains(">10,200</span>", html, StringComparison.Ordinal);
        Assert.Contains(">10,200</span>", list, StringComparison.Ordinal);
        Assert.Matches("Answers</dt><dd>39</dd>", html);
        Assert.Matches("Slashed</dt><dd>1</dd>", html);
        Assert.Contains("12 s", html, StringComparison.Ordinal);
        // One of the 39 that are decided was overturned, whose fee it did not earn: 38 times 2.5.
        Assert.Matches("Answered of all that are decided, in 30 days</dt><dd>97.4 % of 39</dd>", html);
        // It came in the evening, and midnight has passed since its last answer.
        Assert.Matches("Days with an answer, of the last 30</dt><dd>1 of 2</dd>", html);
        Assert.Contains(">95</span>", html, StringComparison.Ordinal);
        Assert.DoesNotContain(">97.5</span>", html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_model_and_its_version_tell_how_long_answers_took_and_what_was_earned()
    {
        foreach (var path in (string[])[$"/models/{Story.Model}", $"/versions/{Story.Version}"])
        {
            var html = await filled.Pages.GetAsync(path);
            Assert.Contains("data-label=\"half within\"", html, StringComparison.Ordinal);
            Assert.Matches("Fees of answers that stand, in 30 days</dt><dd><span[^>]*>95</span>", html);
        }
    }

    [Fact]
    public async Task How_many_were_answered_is_told_in_words_and_in_a_table()
    {
        var html = await filled.Pages.GetAsync("/statistics?days=1");

        // Of forty one is open, and one was overturned.
        Assert.Contains(
            "Of 39 requests of this time that are decided, 38 were answered: 97.4 %. The others failed, were overturned or were paid back. Open: 1.",
            WebUtility.HtmlDecode(html), StringComparison.Ordinal);
        Assert.Matches("<th scope=\"col\" class=\"number\">Answered, of 100</th>", html);
        Assert.Matches("<td class=\"number\" data-label=\"Answered, of 100\" data-y=\"97\\.43[0-9]*\">97\\.44</td>", html);
        Assert.DoesNotContain("class=\"notice\"", html, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/requests?stage=overturned", 1)]
    [InlineData("/requests?stage=open&assurance=&node=", 1)]
    [InlineData("/requests?assurance=2", 1)]
    [InlineData("/requests", 25)]
    [InlineData("/requests?requester=0x00000000000000000000000000000000000000a2", 0)]
    public async Task Requests_are_filtered(string path, int rows)
    {
        var html = await filled.Pages.GetAsync(path);

        Assert.Equal(rows, Row().Count(html));
        Assert.Equal(rows == 0, html.Contains("No request is like that.", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Older_requests_are_behind_a_link_and_none_is_shown_twice()
    {
        var first = await filled.Pages.GetAsync("/requests?assurance=1");
        var next = WebUtility.HtmlDecode(Between(first, "rel=\"next\" href=\"", "\""));
        var second = await filled.Pages.GetAsync(next);

        Assert.Contains("assurance=1", next, StringComparison.Ordinal);
        var (one, two) = (Ids(first), Ids(second));
        Assert.Equal(39, one.Count + two.Count);
        Assert.Empty(one.Intersect(two, StringComparer.Ordinal));
        Assert.DoesNotContain("data-live=", second, StringComparison.Ordinal);

        static List<string> Ids(string html) => [.. Row().Matches(html).Select(match => match.Groups[1].Value)];
    }

    [Theory]
    [InlineData("/requests/0x1234")]
    [InlineData("/requests/0x0000000000000000000000000000000000000000000000000000000000000001")]
    [InlineData("/models/0x0000000000000000000000000000000000000000000000000000000000000001")]
    [InlineData("/versions/nothing")]
    [InlineData("/nodes/0x0000000000000000000000000000000000000001")]
    [InlineData("/keys/0x0000000000000000000000000000000000000001")]
    [InlineData("/no/such/page.html")]
    public async Task What_is_not_there_says_so(string path)
    {
        var html = await filled.Pages.GetAsync(path, 404);

        Assert.Contains("There is nothing here", html, StringComparison.Ordinal);
        Assert.Contains("href=\"/requests\"", html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_filter_that_makes_no_sense_is_told_and_nothing_of_it_is_markup()
    {
        var html = await filled.Pages.GetAsync("/requests?node=<b>nobody</b>", 400);

        Assert.Contains("node is 0x and 40 hexadecimal digits", html, StringComparison.Ordinal);
        Assert.DoesNotContain("<b>nobody", html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_api_still_says_in_its_own_form_what_it_does_not_know()
    {
        using var answer = await filled.Pages.Client.GetAsync(new Uri("/v1/nothing", UriKind.Relative), TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
        Assert.Equal("*", Assert.Single(answer.Headers.GetValues("Access-Control-Allow-Origin")));
    }

    private static string Between(string text, string before, string after)
    {
        var from = text.IndexOf(before, StringComparison.Ordinal);
        Assert.True(from >= 0, $"There is no {before}");
        from += before.Length;
        return text[from..text.IndexOf(after, from, StringComparison.Ordinal)];
    }

    [GeneratedRegex("<script[^>]*>[^<]*</script>|<script", RegexOptions.IgnoreCase, 1000)]
    private static partial Regex Script();

    [GeneratedRegex("<style|<[a-z][^>]* (style|on[a-z]+)=", RegexOptions.IgnoreCase, 1000)]
    private static partial Regex Inline();

    [GeneratedRegex("<(?:script|link|img)[^>]* (?:src|href)=\"([^\"]*)\"", RegexOptions.IgnoreCase, 1000)]
    private static partial Regex Linked();

    [GeneratedRegex("<h3>([^<]*)</h3>", RegexOptions.None, 1000)]
    private static partial Regex Heading();

    [GeneratedRegex("href=\"/v1/events/[a-z_]+/[0-9]+-[0-9]+/proof\"", RegexOptions.None, 1000)]
    private static partial Regex Proof();

    [GeneratedRegex("data-banner=\"emulated\"", RegexOptions.None, 1000)]
    private static partial Regex Emulated();

    [GeneratedRegex("data-label=\"Request\"><a class=\"id\" href=\"/requests/(0x[0-9a-f]+)\"", RegexOptions.None, 1000)]
    private static partial Regex Row();
}
