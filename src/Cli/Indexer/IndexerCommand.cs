using System.CommandLine;
using Microsoft.Extensions.Logging;
using OpenGradient.Cli.Chain;
using OpenGradient.Indexer;
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

    public static Command Create(ActionGuard guard)
    {
        var run = new Command("run", "Index the contracts of a deployment and serve pages and API, until it is stopped.") { Drop };
        run.SetAction(guard((context, token) => ChainOptions.RunAsync(context, chain => RunAsync(context, chain, token), token)));
        return new Command("indexer", "Index what happened on the chain and answer questions about it.") { run.WithChain() };
    }

    private static async Task<int> RunAsync(CommandContext context, ChainSession chain, CancellationToken cancellationToken)
    {
        var settings = IndexerSettings.From(chain.Settings);
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
