using OpenGradient.Database;
using OpenGradient.Ethereum.Crypto;
using OpenGradient.Relayer.Execution;
using OpenGradient.Relayer.Jobs;

namespace OpenGradient.Relayer.Proving.Materials;

/// <summary>
/// Inputs that did not come with their requests, kept beside the answers until the requests are over. Whoever asks may serve an input once and never again: what was run, and claimed,
/// can be proven by whoever proves on this database all the same.
/// </summary>
/// <param name="database">Where.</param>
/// <param name="mostBytes">The most that all of them take; further ones wait until others are over.</param>
public sealed class KeptInputs(IDatabase database, long mostBytes = KeptInputs.UsualMostBytes)
{
    public const long UsualMostBytes = 1L << 30;

    /// <summary>Keeps the input of an answer that is to be proven; one that came with its request is kept with it.</summary>
    /// <returns>Whether it is kept; not where there is no room.</returns>
    public async Task<bool> KeepAsync(Job job, ReadOnlyMemory<byte> input, CancellationToken cancellationToken) => InputReader.ComesAlong(job) || await database.WriteAsync(
        async session =>
        {
            await session.ExecuteAsync("DELETE FROM proof_inputs WHERE NOT EXISTS (SELECT 1 FROM jobs WHERE jobs.request_id = proof_inputs.request_id AND jobs.ended = 0)");
            var taken = await session.QuerySingleAsync<long>(
                "SELECT COALESCE(SUM(" + session.Sql("length", "octet_length") + "(input)), 0) FROM proof_inputs WHERE request_id <> @RequestId", new { job.RequestId });
            if (taken + input.Length > mostBytes)
                return false;
            await session.ExecuteAsync(
                "INSERT INTO proof_inputs (request_id, input) VALUES (@RequestId, @input) ON CONFLICT (request_id) DO NOTHING",
                new { job.RequestId, input = input.ToArray() });
            return true;
        },
        cancellationToken);

    /// <summary>What was kept; null where nothing was.</summary>
    public async Task<ReadOnlyMemory<byte>?> FindAsync(Job job, CancellationToken cancellationToken) =>
        await database.ReadAsync(
            session => session.QuerySingleOrDefaultAsync<byte[]>("SELECT input FROM proof_inputs WHERE request_id = @RequestId", new { job.RequestId }), cancellationToken)
            is { } input && Keccak256.Hash(input) == job.Ask.Request.InputCommit
            ? input
            : (ReadOnlyMemory<byte>?)null;
}
