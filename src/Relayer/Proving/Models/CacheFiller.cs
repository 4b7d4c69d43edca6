using Microsoft.Extensions.Logging;
using OpenGradient.Prover;
using OpenGradient.Prover.Proving;
using OpenGradient.Relayer.Jobs;

namespace OpenGradient.Relayer.Proving.Models;

/// <summary>
/// Fills the caches of versions, one after the other and by one thread, while proofs go on without them. What was computed once is kept in a file by the version's
/// commitment and the setup; a file is believed after the equation held that its proofs will have to satisfy.
/// </summary>
public sealed class CacheFiller(string folder, ILogger<CacheFiller> logger, TimeProvider clock)
{
    private const int MostWaiting = 64;
    private static readonly TimeSpan LookAgain = TimeSpan.FromMinutes(1);

    private readonly Lock _gate = new();
    private readonly LinkedList<ProvableModel> _asked = new();
    private readonly JobSignal _rung = new();

    /// <summary>How many versions wait for their cache: each is kept in memory by it.</summary>
    public int Waiting
    {
        get
        {
            lock (_gate)
                return _asked.Count;
        }
    }

    /// <summary>Asks for a version's cache. Asked again it changes nothing; what is dropped because many wait is asked for with the version's next request.</summary>
    public void Ask(ProvableModel model)
    {
        lock (_gate)
        {
            if (_asked.Count == MostWaiting || _asked.Contains(model))
                return;
            _asked.AddLast(model);
        }

        _rung.Ring();
    }

    /// <summary>Takes back what was asked for a version that leaves the memory: it would stay there for this alone, and for ever where nobody fills caches.</summary>
    public void Forget(ProvableModel model)
    {
        lock (_gate)
            _asked.Remove(model);
    }

    public async Task RunAsync(CancellationToken stopping)
    {
        while (true)
        {
            if (Next() is not { } model)
            {
                await _rung.WaitAsync(LookAgain, clock, stopping);
                continue;
            }

            if (!model.WantsCache)
                continue;
            await Task.Run(() => FillAsync(model, new Work(1, stopping)), stopping);
        }
    }

    /// <summary>Gives a version the cache that was kept of it, where there is one. It takes moments, whatever the model's size.</summary>
    /// <returns>Whether there was one.</returns>
    public bool TakeKept(ProvableModel model, Work work)
    {
        var path = PathOf(model.Committed);
        try
        {
            if (!File.Exists(path) || VersionCache.TryRead(File.ReadAllBytes(path), model.Committed, work, model.MultiplesBytes > 0) is not { } kept)
                return false;
            model.Take(kept);
            logger.CacheRead(model.VersionId);
            return true;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // It is computed again, as where there is none.
            logger.CacheNotKept(failure, model.VersionId);
            return false;
        }
    }

    private ProvableModel? Next()
    {
        lock (_gate)
        {
            var next = _asked.First?.Value;
            if (next is not null)
                _asked.RemoveFirst();
            return next;
        }
    }

    private string PathOf(CommittedModel committed) => Path.Combine(
        folder, $"{committed.ProofCommitment}-{Ethereum.Crypto.Keccak256.Hash(committed.Setup.Verifier.Tau.AsSpan()).ToString()[2..18]}.ogcache");

    private async Task FillAsync(ProvableModel model, Work work)
    {
        // Another process may have filled it meanwhile.
        if (TakeKept(model, work))
            return;
        var committed = model.Committed;
        var started = clock.GetTimestamp();
        logger.CacheBegun(model.VersionId, committed.Layout.Coefficients);
        var cache = VersionCache.Fill(committed, new Told(model), work, model.MultiplesBytes > 0);
        // The proofs have it, whether or not it can be kept.
        model.Take(cache);
        logger.CacheFilled(model.VersionId, cache.ByteLength, clock.GetElapsedTime(started));
        try
        {
            await KeepAsync(PathOf(committed), cache.Write(committed), work.CancellationToken);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            logger.CacheNotKept(failure, model.VersionId);
        }
    }

    private async Task KeepAsync(string path, byte[] bytes, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(folder);
        var partial = $"{path}.{Guid.CreateVersion7(clock.GetUtcNow()):N}";
        try
        {
            await File.WriteAllBytesAsync(partial, bytes, cancellationToken);
            File.Move(partial, path, overwrite: true);
        }
        finally
        {
            // Half of it, on a disk that is full perhaps, is of no use to anybody.
            File.Delete(partial);
        }
    }

    private sealed class Told(ProvableModel model) : IProgress<double>
    {
        public void Report(double value) => model.CacheFilled = value;
    }
}
