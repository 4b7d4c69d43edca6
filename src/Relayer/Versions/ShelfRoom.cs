using System.Runtime.CompilerServices;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Inference.Backends;

namespace OpenGradient.Relayer.Versions;

/// <summary>
/// The versions that are in memory, within a budget: room is made by letting go of what was not asked for longest. Whoever is in the middle of running one keeps
/// it in memory all the same, so that it counts until it is gone.
/// </summary>
internal sealed class ShelfRoom(long most)
{
    private const long BytesOfAny = 16 << 10;
    private const long BytesOfName = 64;

    private readonly Lock _gate = new();
    private readonly Dictionary<Hash32, Kept> _kept = [];
    private readonly List<Leaving> _leaving = [];
    private long _keptBytes;
    private long _reserved;
    private long _clock;

    /// <summary>What is kept, in use or set aside.</summary>
    public long Bytes
    {
        get
        {
            lock (_gate)
                return Taken();
        }
    }

    public int Count
    {
        get
        {
            lock (_gate)
                return _kept.Count;
        }
    }

    /// <summary>What loading an artifact takes at the most: its bytes, and where it is a descriptor with weights, these at two bytes each, of which it may have one.</summary>
    public static long BytesToLoad(long artifactBytes, bool isInteger) => BytesOfAny + (artifactBytes * (isInteger ? 3 : 1));

    /// <summary>The longest artifact that can be loaded at all.</summary>
    public long LongestArtifact(bool isInteger) => Math.Max(0, most - BytesOfAny) / (isInteger ? 3 : 1);

    /// <summary>What a version takes for as long as it is kept. Sessions of ONNX models are kept elsewhere, within a budget of their own.</summary>
    public static long BytesOf(LoadedVersion version) => BytesOfAny + (4L * version.Signature.Encoded.Length) + version.Body switch
    {
        VersionBody.Integer(var model) => model.Layers.Sum(layer => (sizeof(short) * (long)layer.Weights.Length) + (sizeof(int) * (long)layer.Biases.Length)),
        VersionBody.Onnx(_, var facts) => facts.Operators.Sum(name => BytesOfName + (sizeof(char) * (long)name.Length)),
        _ => 0,
    };

    /// <summary>The version, if it is in memory: also one that was let go, and that somebody still runs.</summary>
    public LoadedVersion? Find(Hash32 versionId)
    {
        lock (_gate)
        {
            if (_kept.TryGetValue(versionId, out var kept))
            {
                kept.LastUse = ++_clock;
                return kept.Version;
            }

            var index = _leaving.FindIndex(leaving => leaving.VersionId == versionId && leaving.Version.TryGetTarget(out _));
            if (index < 0 || !_leaving[index].Version.TryGetTarget(out var version))
                return null;
            Add(version, _leaving[index].Bytes);
            _leaving.RemoveAt(index);
            return version;
        }
    }

    /// <summary>Sets memory aside, and lets go of versions for it where that is needed.</summary>
    /// <returns>Whether there is room. Where there is none, what is in memory is in use.</returns>
    public bool TryReserve(long bytes)
    {
        if (bytes > most)
            return false;
        // Whoever was let go is thought to be gone when somebody asks for its memory; who is still there after that is in use.
        for (var inUse = 0L; ; inUse = LeavingBytes())
        {
            lock (_gate)
            {
                var wasLetGo = inUse == 0 && _leaving.Count > 0;
                while (most - _keptBytes - _reserved - inUse < bytes && _kept.Count > 0)
                    wasLetGo |= LetGo();
                if (TrySetAside(bytes))
                    return true;
                if (!wasLetGo)
                    return false;
            }

            // What was let go a moment ago is in memory until it is collected, and large arrays wait long for that.
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Forced, blocking: true);
        }
    }

    /// <summary>Gives back what was set aside.</summary>
    public void GiveBack(long bytes)
    {
        lock (_gate)
            _reserved -= bytes;
    }

    /// <summary>Keeps a version in the place of what was set aside for loading it.</summary>
    public void Keep(LoadedVersion version, long reserved)
    {
        lock (_gate)
        {
            _reserved -= reserved;
            Add(version, BytesOf(version));
        }
    }

    // Under the lock.
    private void Add(LoadedVersion version, long bytes)
    {
        _kept[version.Id] = new Kept(version, bytes) { LastUse = ++_clock };
        _keptBytes += bytes;
    }

    // Under the lock, and not inlined: no reference to what leaves may be left on the stack of who collects it.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private bool LetGo()
    {
        var (id, oldest) = _kept.MinBy(entry => entry.Value.LastUse);
        _kept.Remove(id);
        _keptBytes -= oldest.Bytes;
        _leaving.Add(new Leaving(id, oldest.Bytes, new WeakReference<LoadedVersion>(oldest.Version)));
        return true;
    }

    private bool TrySetAside(long bytes)
    {
        if (most - Taken() < bytes)
            return false;
        _reserved += bytes;
        return true;
    }

    private long Taken()
    {
        _leaving.RemoveAll(leaving => !leaving.Version.TryGetTarget(out _));
        return _keptBytes + _reserved + _leaving.Sum(leaving => leaving.Bytes);
    }

    private long LeavingBytes()
    {
        lock (_gate)
            return Taken() - _keptBytes - _reserved;
    }

    private sealed class Kept(LoadedVersion version, long bytes)
    {
        public LoadedVersion Version => version;

        public long Bytes => bytes;

        public long LastUse { get; set; }
    }

    private sealed record Leaving(Hash32 VersionId, long Bytes, WeakReference<LoadedVersion> Version);
}
