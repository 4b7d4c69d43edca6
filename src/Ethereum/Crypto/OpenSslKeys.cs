using System.Security.Cryptography;

namespace OpenGradient.Ethereum.Crypto;

/// <summary>
/// One secret in OpenSSL, as often as it is used at once, and at most once for each processor: an instance of <see cref="ECDsa"/> promises nothing about several threads,
/// and a signature takes long enough that a node with many answers would wait for it.
/// </summary>
internal sealed class OpenSslKeys : IDisposable
{
    // Whoever has more processors signs more than a chain takes.
    private const int MostPlaces = 16;

    private readonly Place[] _places = [.. Enumerable.Range(0, Math.Clamp(Environment.ProcessorCount, 1, MostPlaces)).Select(_ => new Place())];
    private volatile bool _isDisposed;

    /// <summary>Takes the key over.</summary>
    public OpenSslKeys(ECDsa key) => _places[0].Key = key;

    /// <summary>Signs with a place that nobody else signs with.</summary>
    public bool TrySign(ReadOnlySpan<byte> digest, Span<byte> destination, out int written)
    {
        var place = Enter();
        try
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            place.Key ??= Copy();
            return place.Key.TrySignHash(digest, destination, DSASignatureFormat.IeeeP1363FixedFieldConcatenation, out written);
        }
        finally
        {
            place.Gate.Exit();
        }
    }

    /// <summary>The secret and its point. The caller answers for what becomes of them.</summary>
    public ECParameters Export()
    {
        lock (_places[0].Gate)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            return _places[0].Key!.ExportParameters(includePrivateParameters: true);
        }
    }

    public void Dispose()
    {
        _isDisposed = true;
        foreach (var place in _places)
        {
            lock (place.Gate)
                place.Key?.Dispose();
        }
    }

    // The first that is free, so that there are no more copies than are needed at once. Where none is, one of them is waited for, each by others.
    private Place Enter()
    {
        foreach (var place in _places)
        {
            if (place.Gate.TryEnter())
                return place;
        }

        var any = _places[Environment.CurrentManagedThreadId % _places.Length];
        any.Gate.Enter();
        return any;
    }

    private ECDsa Copy()
    {
        var parameters = Export();
        try
        {
            return ECDsa.Create(parameters);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(parameters.D);
        }
    }

    private sealed class Place
    {
        public Lock Gate { get; } = new();

        public ECDsa? Key { get; set; }
    }
}
