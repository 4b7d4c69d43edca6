using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using OpenGradient.Prover;
using OpenGradient.Prover.Proving;

namespace OpenGradient.Relayer.Proving.Models;

/// <summary>
/// Fills the caches of versions, one after the other and by one thread, while proofs go on without them. What was computed once is kept in a file by the version's
/// commitment and the setup; a file is believed after the equation held that its proofs will have to satisfy.
/// </summary>
public sealed class CacheFiller(string folder, ILogger<CacheFiller> logger, TimeProvider clock)
{
    private const int MostWaiting = 64;

    private readonly Channel<ProvableModel> _asked = Channel.CreateBounded<ProvableModel>(new BoundedChannelOptions(MostWaiting) { FullMode = BoundedChannelFullMode.DropWrite });

    /// <summary>Asks for a version's cache. Asked again it changes nothing; what is dropped because many wait is asked for with the version's next request.</summary>
    public void Ask(ProvableModel model) => _asked.Writer.TryWrite(model);

    public async Task RunAsync(CancellationToken stopping)
    {
        await foreach (var model in _asked.Reader.ReadAllAsync(stopping))
        {
            if (!model.WantsCache)
                continue;
            try
            {
                await Task.Run(() => FillAsync(model, new Work(1, stopping)), stopping);
            }
            catch (IOException failure)
            {
                logger.CacheNotKept(failure, model.VersionId);
            }
            catch (UnauthorizedAccessException failure)
            {
                logger.CacheNotKept(failure, model.VersionId);
            }
        }
    }

    private async Task FillAsync(ProvableModel model, Work work)
    {
        Directory.CreateDirectory(folder);
        var committed = model.Committed;
        var path = Path.Combine(folder, $"{committed.ProofCommitment}-{Ethereum.Crypto.Keccak256.Hash(committed.Setup.Verifier.Tau.AsSpan()).ToString()[2..18]}.ogcache");
        if (File.Exists(path) && VersionCache.TryRead(await File.ReadAllBytesAsync(path, work.CancellationToken), committed, work) is { } kept)
        {
            model.Take(kept);
            logger.CacheRead(model.VersionId);
            return;
        }

        var started = clock.GetTimestamp();
        logger.CacheBegun(model.VersionId, committed.Layout.Coefficients);
        var cache = VersionCache.Fill(committed, new Told(model), work);
        // The proofs have it, whether or not it can be kept.
        model.Take(cache);
        logger.CacheFilled(model.VersionId, cache.ByteLength, clock.GetElapsedTime(started));
        var partial = $"{path}.{Guid.CreateVersion7(clock.GetUtcNow()):N}";
        await File.WriteAllBytesAsync(partial, cache.Write(committed), work.CancellationToken);
        File.Move(partial, path, overwrite: true);
    }

    private sealed class Told(ProvableModel model) : IProgress<double>
    {
        public void Report(double value) => model.CacheFilled = value;
    }
}
