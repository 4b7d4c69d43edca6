using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Relayer.Scheduling;

namespace OpenGradient.Relayer.Attesting.Archive;

/// <summary>Where collateral is kept, and where it is had anew.</summary>
public sealed record ArchiveOptions
{
    public required string Folder { get; init; }

    /// <summary>Nothing is asked where there are none: an operator without a network puts files into the folder.</summary>
    public IReadOnlyList<CollateralSource> Sources { get; init; } = [];

    /// <summary>Who is asked by OCSP about NVIDIA's certificates that are in use; null for nobody.</summary>
    public Uri? Responder { get; init; }

    public TimeSpan Every { get; init; } = TimeSpan.FromHours(6);

    /// <summary>How long one source is waited for.</summary>
    public TimeSpan Limit { get; init; } = TimeSpan.FromSeconds(30);
}

/// <summary>The archive of a relayer: refreshed by the clock, and served by hash.</summary>
public sealed class ArchiveRole(CollateralArchive archive, CollateralRefresher refresher, ArchiveOptions options, ILogger<ArchiveRole> logger) : ITimedWork
{
    public CollateralArchive Archive { get; } = archive;

    public string Name => "attestation-collateral";

    public TimeSpan Every => options.Every;

    // The folder is this machine's.
    public WorkScope Scope => WorkScope.Replica;

    /// <summary>What is done by the clock.</summary>
    public IReadOnlyList<ITimedWork> Works => options.Sources.Count == 0 && options.Responder is null ? [] : [this];

    /// <summary>Adds what is in use, and everything that ever was by its hash, to an operator's pages: verdicts of years ago rest on it.</summary>
    public Action<WebApplication> Pages => application =>
    {
        application.MapGet("/api/collateral", async (CancellationToken stop) =>
            Results.Json(await Archive.ListAsync(stop), ArchiveJson.Default.IReadOnlyListCurrentCollateral));
        application.MapGet("/api/collateral/{hash}", async (string hash, CancellationToken stop) =>
            !Hash32.TryParse(hash, out var parsed) ? Results.Problem("A file's hash is 0x and 64 hexadecimal digits.", statusCode: StatusCodes.Status400BadRequest)
            : await Archive.FindAsync(parsed, stop) is { } content ? Results.Bytes(content, "application/octet-stream")
            : Results.Problem("No such file was ever in use here.", statusCode: StatusCodes.Status404NotFound));
    };

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        foreach (var outcome in await refresher.RefreshAsync(cancellationToken))
        {
            switch (outcome.State)
            {
                case RefreshState.Adopted:
                    logger.CollateralAdopted(outcome.Name);
                    break;
                case RefreshState.Failed:
                    logger.CollateralNotRefreshed(outcome.Name, outcome.Reason ?? "");
                    break;
                default:
                    break;
            }
        }

        foreach (var skipped in (await Archive.ReadSoundAsync(cancellationToken)).Skipped)
            logger.CollateralSkipped(skipped.Name, skipped.Reason);
    }
}
