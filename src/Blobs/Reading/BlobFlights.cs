namespace OpenGradient.Blobs.Reading;

/// <summary>
/// One fetch at a time for each blob, however many want it. Who comes later joins in; who leaves does not stop the others; when all have
/// left, the fetch is stopped, and what it has is kept for the next.
/// </summary>
internal sealed class BlobFlights
{
    private readonly Lock _gate = new();
    private readonly Dictionary<BlobHash, Flight> _flights = [];

    /// <summary>Joins the fetch of a blob, or starts it.</summary>
    /// <returns>What came of it, with a lease of the caller's own, and whether it is an answer to this very request.</returns>
    public async Task<(BlobReading Reading, bool IsOwn)> RunAsync(
        BlobRequest request, Func<IProgress<BlobProgress>, CancellationToken, Task<BlobReading>> fetch, CancellationToken cancellationToken)
    {
        var flight = Join(request, fetch);
        try
        {
            var reading = await flight.Work.WaitAsync(cancellationToken);
            return (reading is BlobReading.Found found ? found with { Blob = found.Blob.Duplicate() } : reading, flight.Answers(request));
        }
        finally
        {
            Leave(request, flight);
        }
    }

    private Flight Join(BlobRequest request, Func<IProgress<BlobProgress>, CancellationToken, Task<BlobReading>> fetch)
    {
        lock (_gate)
        {
            var former = _flights.GetValueOrDefault(request.Hash);
            if (former is { Travellers: > 0 })
            {
                former.Travellers++;
                former.Add(request.Progress);
                return former;
            }

            // One that all have left still has the file open: the next waits until it is down.
            var flight = new Flight(request);
            flight.Add(request.Progress);
            flight.Travellers = 1;
            flight.Work = Task.Run(() => FlyAsync(request.Hash, flight, former?.Work, fetch), CancellationToken.None);
            _flights[request.Hash] = flight;
            return flight;
        }
    }

    private async Task<BlobReading> FlyAsync(
        BlobHash hash, Flight flight, Task? former, Func<IProgress<BlobProgress>, CancellationToken, Task<BlobReading>> fetch)
    {
        BlobReading? reading = null;
        try
        {
            if (former is not null)
                await former.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            reading = await fetch(flight, flight.Stop.Token);
            return reading;
        }
        finally
        {
            Land(hash, flight, reading);
        }
    }

    private void Land(BlobHash hash, Flight flight, BlobReading? reading)
    {
        lock (_gate)
        {
            if (_flights.GetValueOrDefault(hash) == flight)
                _flights.Remove(hash);
            flight.Lease = (reading as BlobReading.Found)?.Blob;
            flight.HasLanded = true;
            if (flight.Travellers == 0)
                flight.Lease?.Dispose();
        }
    }

    private void Leave(BlobRequest request, Flight flight)
    {
        lock (_gate)
        {
            flight.Remove(request.Progress);
            flight.Travellers--;
            if (flight.Travellers > 0)
                return;
            if (flight.HasLanded)
                flight.Lease?.Dispose();
            else
                _ = flight.Stop.CancelAsync();
        }
    }

    // The token source has no timer and no handle, so that nothing is left of it undisposed; who stops it may still be at it when all is over.
#pragma warning disable CA1001
    private sealed class Flight(BlobRequest request) : IProgress<BlobProgress>
#pragma warning restore CA1001
    {
        private volatile IProgress<BlobProgress>[] _watching = [];

        public CancellationTokenSource Stop { get; } = new();

        public Task<BlobReading> Work { get; set; } = Task.FromResult<BlobReading>(new BlobReading.NotFound());

        public int Travellers { get; set; }

        public bool HasLanded { get; set; }

        /// <summary>Keeps the blob until the last traveller has a lease of its own.</summary>
        public BlobLease? Lease { get; set; }

        /// <summary>Whether it asks where another request would, and allows as much.</summary>
        public bool Answers(BlobRequest other) =>
            request.MaxBytes == other.MaxBytes && request.IsOnlyHere == other.IsOnlyHere && request.Uris.SequenceEqual(other.Uris, StringComparer.Ordinal);

        public void Add(IProgress<BlobProgress>? progress)
        {
            if (progress is not null)
                _watching = [.. _watching, progress];
        }

        public void Remove(IProgress<BlobProgress>? progress) => _watching = [.. _watching.Where(other => other != progress)];

        public void Report(BlobProgress value)
        {
            foreach (var progress in _watching)
                progress.Report(value);
        }
    }
}
