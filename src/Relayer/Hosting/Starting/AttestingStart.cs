using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Logging;
using OpenGradient.Database;
using OpenGradient.Ethereum.Signing;
using OpenGradient.Relayer.Attesting;
using OpenGradient.Relayer.Attesting.Archive;
using OpenGradient.Relayer.Attesting.Attesters;
using OpenGradient.Relayer.Attesting.Judging;
using OpenGradient.Relayer.Attesting.Keys;
using OpenGradient.Relayer.Attesting.Platforms;
using OpenGradient.Relayer.Attesting.Vetoing;

namespace OpenGradient.Relayer.Hosting.Starting;

/// <summary>Puts the roles of attestation together, where they are switched on.</summary>
internal static class AttestingStart
{
    /// <summary>Keys of our own; null where this is no attested node.</summary>
    public static AttestedRole? OpenRole(RelayerOptions options, AttestedParts parts, ILoggerFactory loggers, TimeProvider clock)
    {
        if (options.Attesting is not { Attested: { } attested } attesting)
            return null;
        return options.Database.Engine == Engine.Sqlite
            ? AttestedRole.Create(attesting, attested, parts, loggers, clock)
            : throw new RelayerStartException(
                "An attested node's keys live in one process, and PostgreSQL is for several.", $"Give it a database of its own: {RelayerSettingNames.Database}=sqlite:PATH.");
    }

    /// <summary>What every page of an emulated node says; null for others.</summary>
    public static string? NoticeOf(RelayerOptions options) => options.Attesting?.Attested?.Source is EmulatedSource
        ? "This node's environment is emulated: what it attests to shows that programs work, and nothing about hardware."
        : null;

    /// <summary>Where collateral is kept; null where it comes with evidence alone.</summary>
    public static ArchiveRole? OpenArchive(RelayerOptions options, HttpClient web, ILoggerFactory loggers, TimeProvider clock)
    {
        if (options.Attesting is not { Archive: { } kept } attesting)
            return null;
        var archive = Open(kept.Folder);
        var refresher = new CollateralRefresher(
            archive, kept.Sources, attesting.AnchorsFor(options.Deployment), new CollateralFetcher(web, kept.Limit, clock), clock, kept.Responder);
        return new ArchiveRole(archive, refresher, kept, loggers.CreateLogger<ArchiveRole>());
    }

    /// <summary>What is kept here, for judging others' evidence: nothing where there is no archive.</summary>
    public static OwnCollateral OwnOf(ArchiveRole? archive, ILoggerFactory loggers, TimeProvider clock) => new(archive?.Archive, clock, loggers.CreateLogger<OwnCollateral>());

    /// <summary>What vetoes keys without anybody being asked; null where people do that.</summary>
    public static KeyVeto? OpenVeto(RelayerOptions options, AttestedParts parts, KeyRegister register, OwnCollateral own, ILoggerFactory loggers, TimeProvider clock) =>
        options.Attesting is not { Attester.Vetoes: true } attesting ? null : new KeyVeto(
            register, register, new KeyJudge(attesting, options.Deployment, clock), new ClaimMemory(), own, parts.Database, parts.Queue, parts.Orders, parts.Contract,
            parts.Node, parts.InclusionSeconds, loggers.CreateLogger<KeyVeto>());

    private static CollateralArchive Open(string folder)
    {
        try
        {
            return new CollateralArchive(folder);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new RelayerStartException($"Collateral cannot be kept in {folder}: {failure.Message}", $"Name a folder that can be written to in {RelayerSettingNames.AttestArchive}.");
        }
    }

    /// <summary>Verdicts about the keys of others; null where none are given.</summary>
    public static async Task<WebApplication?> OpenAttesterAsync(
        RelayerOptions options, IBlockWitnesses blocks, ISigner node, OwnCollateral own, ClaimMemory? claims, ILoggerFactory loggers, TimeProvider clock,
        CancellationToken cancellationToken)
    {
        if (options.Attesting is not { Attester: { } attester } attesting)
            return null;
        var judge = new KeyJudge(attesting, options.Deployment, clock);
        return await AttesterEndpoint.StartAsync(attester, new Attester(judge, blocks, node, own, loggers.CreateLogger<Attester>(), claims), loggers, clock, cancellationToken);
    }
}
