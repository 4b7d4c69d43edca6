using System.Diagnostics.CodeAnalysis;
using Microsoft.ML.OnnxRuntime;
using OpenGradient.Ethereum.Primitives;

namespace OpenGradient.Inference.Backends.Onnx;

/// <summary>A loaded model, in use until it is given back.</summary>
internal sealed class SessionLease(OnnxWorker worker, Action giveBack) : IDisposable
{
    private Action? _giveBack = giveBack;

    public OnnxWorker Worker => worker;

    public void Dispose() => Interlocked.Exchange(ref _giveBack, null)?.Invoke();
}

/// <summary>What came of asking for a model: a lease, or why there is none.</summary>
internal readonly record struct SessionTaking(SessionLease? Lease, InferenceOutcome.Unavailable? Unavailable);

/// <summary>
/// The loaded models, by the hash of their artifacts, within a budget of memory: room is made by dropping what was not asked for longest and is not in use.
/// </summary>
internal sealed class SessionPool(OnnxBackendOptions options, OnnxRuntimeEnvironment environment, TimeProvider time) : IAsyncDisposable
{
    // The runtime keeps its own form of the weights beside what it read, and a graph, plans and arenas.
    private const long BaseBytes = 4L << 20;
    private const int ArtifactFactor = 2;

    private readonly Lock _gate = new();
    private readonly Dictionary<Hash32, Entry> _entries = [];
    private readonly RunSlots _slots = new(options.MaxConcurrentRuns);
    private long _clock;
    private long _bytes;
    private bool _isClosed;

    /// <summary>What the loaded models are estimated to take.</summary>
    public long Bytes
    {
        get
        {
            lock (_gate)
                return _bytes;
        }
    }

    public long Runs => _slots.Runs;

    /// <summary>The hashes of the artifacts that are loaded.</summary>
    public IReadOnlyList<Hash32> Loaded
    {
        get
        {
            lock (_gate)
                return [.. _entries.Keys];
        }
    }

    public static long EstimateBytes(long artifactBytes) => BaseBytes + (ArtifactFactor * artifactBytes);

    public async Task<SessionTaking> TakeAsync(LoadedVersion version, VersionBody.Onnx body, CancellationToken cancellationToken)
    {
        var bytes = EstimateBytes(body.Source.Length);
        if (bytes > options.MemoryBudgetBytes)
            return Refuse(UnavailableReason.OutOfMemoryBudget, isRetryable: false, $"The model takes about {bytes} bytes; models may take {options.MemoryBudgetBytes}.");

        List<Entry> dropped = [];
        Entry? entry;
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_isClosed, this);
            if (!_entries.TryGetValue(version.ArtifactHash, out entry) && TryMakeRoom(bytes, dropped))
            {
                entry = new Entry(version.ArtifactHash, bytes);
                entry.Loading = Task.Run(() => LoadAsync(entry, version, body, [.. dropped]), CancellationToken.None);
                _entries.Add(entry.Hash, entry);
                _bytes += bytes;
            }

            if (entry is not null)
                (entry.Leases, entry.LastUse) = (entry.Leases + 1, ++_clock);
        }

        if (entry is null)
            return Refuse(UnavailableReason.OutOfMemoryBudget, isRetryable: true, "All loaded models are in use, and there is no room for another.");
        return await AwaitAsync(entry, cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        List<Entry> entries;
        lock (_gate)
        {
            _isClosed = true;
            entries = [.. _entries.Values];
            _entries.Clear();
        }

        await DropAsync(entries);
        _slots.Dispose();
    }

    [SuppressMessage("Reliability", "CA2000", Justification = "The lease is the caller's.")]
    private async Task<SessionTaking> AwaitAsync(Entry entry, CancellationToken cancellationToken)
    {
        var isLeased = false;
        try
        {
            var (worker, unavailable) = await entry.Loading!.WaitAsync(TimeSpan.FromMilliseconds(options.LoadLimitMs), time, cancellationToken);
            if (worker is null)
                return new SessionTaking(null, unavailable);
            isLeased = true;
            return new SessionTaking(new SessionLease(worker, () => GiveBack(entry)), null);
        }
        catch (TimeoutException)
        {
            return Refuse(UnavailableReason.TimedOut, isRetryable: true, $"The model is not loaded after {options.LoadLimitMs} ms.");
        }
        finally
        {
            if (!isLeased)
                GiveBack(entry);
        }
    }

    private void GiveBack(Entry entry)
    {
        lock (_gate)
            entry.Leases--;
    }

    // Under the lock. Either there is room in the end, or nothing was dropped.
    private bool TryMakeRoom(long bytes, List<Entry> dropped)
    {
        var free = options.MemoryBudgetBytes - _bytes;
        foreach (var idle in _entries.Values.Where(entry => entry.Leases == 0).OrderBy(entry => entry.LastUse))
        {
            if (free >= bytes)
                break;
            free += idle.Bytes;
            dropped.Add(idle);
        }

        if (free < bytes)
            dropped.Clear();
        dropped.ForEach(Forget);
        return free >= bytes;
    }

    private void Forget(Entry entry)
    {
        // It may have been dropped and loaded anew since.
        if (!ReferenceEquals(_entries.GetValueOrDefault(entry.Hash), entry))
            return;
        _entries.Remove(entry.Hash);
        _bytes -= entry.Bytes;
    }

    // What was dropped is gone from memory before the next model is read into it.
    private async Task<(OnnxWorker? Worker, InferenceOutcome.Unavailable? Unavailable)> LoadAsync(
        Entry entry, LoadedVersion version, VersionBody.Onnx body, IReadOnlyList<Entry> dropped)
    {
        var isLoaded = false;
        try
        {
            await DropAsync(dropped);
            var (worker, unavailable) = await LoadAsync(version, body);
            isLoaded = worker is not null;
            return (worker, unavailable);
        }
        finally
        {
            // The next to ask tries again.
            if (!isLoaded)
            {
                lock (_gate)
                    Forget(entry);
            }
        }
    }

    private async Task<(OnnxWorker? Worker, InferenceOutcome.Unavailable? Unavailable)> LoadAsync(LoadedVersion version, VersionBody.Onnx body)
    {
        ReadOnlyMemory<byte> artifact;
        try
        {
            artifact = await body.Source.ReadAsync(CancellationToken.None);
        }
        catch (Exception error)
        {
            // Files, databases and stores on the network each fail in their own way; all of them mean that it is not there now.
            return (null, new(UnavailableReason.ArtifactUnavailable, IsRetryable: true, $"The artifact could not be read: {OnnxText.Clean(error.Message)}"));
        }

        if (ArtifactSource.HashOf(artifact.Span) != version.ArtifactHash)
            return (null, new(UnavailableReason.ArtifactUnavailable, IsRetryable: true, "What was read is not the artifact that was published."));
        try
        {
            return (CreateWorker(version, artifact), null);
        }
        catch (OnnxSessionException error)
        {
            return (null, new(error.Reason, IsRetryable: false, error.Message));
        }
        catch (OnnxRuntimeException error)
        {
            return (null, new(UnavailableReason.ModelRefused, IsRetryable: false, OnnxText.Clean(error.Message)));
        }
    }

    private OnnxWorker CreateWorker(LoadedVersion version, ReadOnlyMemory<byte> artifact)
    {
        using var sessionOptions = environment.CreateOptions(options.ThreadsPerRun);
        OnnxSession? session = null;
        try
        {
            session = OnnxSession.Create(artifact, version.Signature, sessionOptions, options.MaxAnswerBytes);
            // The trial warms the model up as well.
            using var limit = new CancellationTokenSource(TimeSpan.FromMilliseconds(options.RunLimitMs), time);
            var canBatch = options.MaxBatch > 1 && BatchTrial.Holds(session, version.Signature, limit.Token);
            var worker = new OnnxWorker(session, canBatch, options, _slots, time);
            session = null;
            return worker;
        }
        finally
        {
            session?.Dispose();
        }
    }

    private static async Task DropAsync(IReadOnlyList<Entry> entries)
    {
        foreach (var entry in entries)
        {
            var (worker, _) = await entry.Loading!;
            if (worker is not null)
                await worker.DisposeAsync();
        }
    }

    private static SessionTaking Refuse(UnavailableReason reason, bool isRetryable, string detail) => new(null, new(reason, isRetryable, detail));

    private sealed class Entry(Hash32 hash, long bytes)
    {
        public Hash32 Hash => hash;

        public long Bytes => bytes;

        public int Leases { get; set; }

        public long LastUse { get; set; }

        public Task<(OnnxWorker? Worker, InferenceOutcome.Unavailable? Unavailable)>? Loading { get; set; }
    }
}
