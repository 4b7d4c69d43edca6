using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Logging;
using OpenGradient.Database;
using OpenGradient.Ethereum.Signing;
using OpenGradient.Relayer.Attesting;
using OpenGradient.Relayer.Attesting.Attesters;
using OpenGradient.Relayer.Attesting.Judging;
using OpenGradient.Relayer.Attesting.Keys;

namespace OpenGradient.Relayer.Hosting;

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

    /// <summary>Verdicts about the keys of others; null where none are given.</summary>
    public static async Task<WebApplication?> OpenAttesterAsync(
        RelayerOptions options, IBlockWitnesses blocks, ISigner node, ILoggerFactory loggers, TimeProvider clock, CancellationToken cancellationToken)
    {
        if (options.Attesting is not { Attester: { } attester } attesting)
            return null;
        var judge = new KeyJudge(attesting, options.Deployment, clock);
        return await AttesterEndpoint.StartAsync(attester, new Attester(judge, blocks, node, loggers.CreateLogger<Attester>()), loggers, clock, cancellationToken);
    }
}
