using System.CommandLine;
using OpenGradient.Cli.Chain;
using OpenGradient.Cli.Settings;
using OpenGradient.Cli.Terminal;
using OpenGradient.IndexerClient;

namespace OpenGradient.Cli.Query;

/// <summary>Which indexer is asked, and with what key; and what it says when it does not answer.</summary>
internal static class IndexerAccess
{
    public const string UrlName = "OG_INDEXER_URL";
    public const string KeyName = "OG_INDEXER_KEY";

    private const string DefaultUrl = "http://127.0.0.1:8090";
    private const int BadRequest = 400;
    private const int NotFound = 404;
    private const int Unauthorized = 401;

    public static readonly Option<string?> Url = new("--indexer") { Description = $"The indexer's address ({UrlName}); {DefaultUrl} without it." };

    public static IReadOnlyList<string> Names { get; } = [UrlName, KeyName];

    /// <summary>Gives the client to an action. Exports may take hours: only an indexer that says nothing at all is given up.</summary>
    public static async Task<int> RunAsync(CommandContext context, TimeSpan limit, Func<IndexClient, Task<int>> run, CancellationToken cancellationToken)
    {
        var file = await KnownSettings.LoadAsync(context, cancellationToken, context.Parsed.GetValue(ChainOptions.Config));
        var text = context.Parsed.GetValue(Url) ?? file.Find(UrlName) ?? DefaultUrl;
        if (!Uri.TryCreate(text, UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https"))
            throw new ExpectedFailureException(ExitCode.Usage, $"'{PlainText.Of(text)}' is no address of an indexer.", $"Give one such as {DefaultUrl}.");
        // Without a slash at its end the last part of an address would be replaced by what is asked below it.
        var below = new UriBuilder(address) { Path = address.AbsolutePath.TrimEnd('/') + "/", Query = "", Fragment = "" }.Uri;
        using var http = CommandHttp.Open(below, limit);
        return await run(new IndexClient(http, file.Find(KeyName)));
    }

    /// <summary>A resource by name, of an operator's own families too; or a mistake that lists those there are.</summary>
    public static async Task<ResourceClient> ResourceAsync(IndexClient client, string name, CancellationToken cancellationToken) =>
        Value(await client.FindAsync(name, cancellationToken)) ?? throw new ExpectedFailureException(
            ExitCode.Usage, $"There is no {PlainText.Of(name)}.", $"There are {string.Join(", ", client.All.Where(IsView).Select(resource => resource.Path))}, and events: `og query` lists them all.");

    public static bool IsView(ResourceClient resource) => !resource.Path.StartsWith("events/", StringComparison.Ordinal);

    /// <summary>Reads conditions as people write them.</summary>
    public static Question Question(IEnumerable<string> conditions) => conditions.Aggregate(OpenGradient.IndexerClient.Question.All, (question, condition) => question.With(condition)
        ?? throw new ExpectedFailureException(ExitCode.Usage, $"'{PlainText.Of(condition)}' is no condition.", "Write column=value or column.op=value, with eq, ne, lt, le, gt, ge, in or null."));

    /// <summary>What was given, or why there is nothing to show.</summary>
    public static T Value<T>(IndexAnswer<T> answer) => answer switch
    {
        IndexAnswer<T>.Given(var value) => value,
        IndexAnswer<T>.Refused(var status, var title, var detail) => throw new ExpectedFailureException(
            status == BadRequest ? ExitCode.Usage : ExitCode.Failed, $"{PlainText.Of(title)} {PlainText.Of(detail)}", RemedyOf(status)),
        IndexAnswer<T>.Unreachable(var reason) => throw new ExpectedFailureException(
            ExitCode.MissingPrerequisite, $"No indexer answers there: {PlainText.Of(reason)}", $"`og indexer run` and `og up` start one; {UrlName} or --indexer names another."),
        _ => throw new InvalidOperationException("There are three kinds of answers."),
    };

    private static string RemedyOf(int status) => status switch
    {
        BadRequest => "`og query RESOURCE --describe` lists what can be asked for.",
        NotFound => "It may be too new to be indexed, or of another chain.",
        Unauthorized => $"Look at {KeyName}.",
        _ => "Try again in a while, or ask for less.",
    };
}
