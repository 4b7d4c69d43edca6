using System.CommandLine;
using Microsoft.Extensions.Logging;
using OpenGradient.Cli.Chain;
using OpenGradient.Cli.Terminal;
using OpenGradient.Indexer;
using OpenGradient.Indexer.Api.Clients;
using OpenGradient.Indexer.Hosting;
using Spectre.Console;

namespace OpenGradient.Cli.Indexer;

/// <summary><c>og indexer</c>: keeps what happened on the chain in tables, and answers questions about it.</summary>
internal static class IndexerCommand
{
    private static readonly Option<bool> Drop = new("--drop")
    {
        Description = "Drop the rows of contracts that are not named any more; else they are a reason not to start.",
    };

    private static readonly Argument<string> Name = new("name") { Description = "Whose key it is: lower-case letters, digits and dashes." };
    private static readonly Option<int> Rate = new("--rate") { Description = "How many requests a second it may make.", DefaultValueFactory = _ => 1_000 };

    public static Command Create(ActionGuard guard)
    {
        var run = new Command("run", "Index the contracts of a deployment and serve pages and API, until it is stopped.") { Drop };
        run.SetAction(guard((context, token) => ChainOptions.RunAsync(context, chain => RunAsync(context, chain, token), token)));
        var key = new Command("key", "Make a key for somebody who may ask more often than strangers; its line belongs into the file of OG_INDEXER_KEYS.") { Name, Rate };
        key.SetAction(guard((context, _) => Task.FromResult(MakeKey(context))));
        return new Command("indexer", "Index what happened on the chain and answer questions about it.") { run.WithChain(), key };
    }

    private static int MakeKey(CommandContext context)
    {
        if (ApiKeys.Generate(context.Parsed.GetRequiredValue(Name), context.Parsed.GetValue(Rate)) is not var (key, line))
            throw new ExpectedFailureException(ExitCode.Usage, "A name has up to 40 lower-case letters, digits and dashes; a rate is from 1 to 100000.", "`og indexer key analyst-1 --rate 500` makes one.");
        var report = new IndexerKeyReport(key, line);
        context.Output.Report(report, CliJson.Default.IndexerKeyReport, screen =>
        {
            screen.MarkupLineInterpolated($"The key, which is shown once: [green]{report.Key}[/]");
            screen.MarkupLineInterpolated($"Its line in the file that {IndexerSettings.KeysName} names: {report.Line}");
            screen.WriteLine("The indexer reads that file when it starts.");
        });
        return ExitCode.Success;
    }

    private static async Task<int> RunAsync(CommandContext context, ChainSession chain, CancellationToken cancellationToken)
    {
        var settings = IndexerSettings.From(chain.Settings, context.Checkout);
        using var loggers = LoggerFactory.Create(logging => logging
            .AddSimpleConsole(line =>
            {
                line.SingleLine = true;
                line.TimestampFormat = "HH:mm:ss ";
            })
            .AddConsole(console => console.LogToStandardErrorThreshold = LogLevel.Trace)
            .AddFilter("Microsoft", LogLevel.Warning));
        try
        {
            await using var host = await IndexerHost.StartAsync(
                settings.For(chain.Deployment, chain.ChainSettings.Endpoint, context.Parsed.GetValue(Drop)), loggers, cancellationToken: cancellationToken);
            context.Output.Errors.MarkupLineInterpolated($"Pages are at {host.Address}, and the API at {host.Address}v1/status; Ctrl-C stops.");
            await host.Completion.WaitAsync(cancellationToken);
            return ExitCode.Failed;
        }
        catch (IndexerException wrong)
        {
            throw new ExpectedFailureException(ExitCode.Failed, wrong.Problem, wrong.Remedy);
        }
    }
}

/// <summary>What <c>og indexer key</c> made.</summary>
internal sealed record IndexerKeyReport(string Key, string Line);
