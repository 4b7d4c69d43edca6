using System.Net;
using OpenGradient.Blobs.Http;

namespace OpenGradient.Blobs.S3;

/// <summary>
/// Blobs in a bucket of an S3-compatible storage, under their hashes. The storage checks what it is given: the payload's hash, which is the
/// blob's, is part of the signature. The storage is the operator's choice, so that it may be at a private address.
/// </summary>
public sealed class S3BlobStore : IBlobStore, IDisposable
{
    /// <summary>The most that one request can put; more would take an upload in parts.</summary>
    public const long MaxPutBytes = 5L << 30;

    private const int BufferBytes = 1 << 17;

    private readonly S3Options _options;
    private readonly S3Client _client;
    private readonly TimeProvider _clock;

    public S3BlobStore(S3Options options, TimeProvider? clock = null)
    {
        (_options, _clock) = (options, clock ?? TimeProvider.System);
        _client = new S3Client(options, _clock);
    }

    public string Name => _options.ToString();

    public void Dispose() => _client.Dispose();

    public Task<BlobOffer> OpenAsync(BlobHash hash, long offset, CancellationToken cancellationToken) =>
        GetAsync(_options.Bucket, KeyOf(hash), offset, cancellationToken);

    public async Task<BlobWriting> PutAsync(Stream content, CancellationToken cancellationToken)
    {
        var start = content.Position;
        if (content.Length - start > MaxPutBytes)
            return new BlobWriting.TooLarge(MaxPutBytes);

        using var limited = new CancellationTokenSource(_options.PutTimeout, _clock);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, limited.Token);
        try
        {
            var hash = await BlobHash.OfAsync(content, both.Token);
            var length = content.Position - start;
            if (await IsThereAsync(hash, length, both.Token))
                return new BlobWriting.Stored(hash, length, WasThere: true);

            content.Position = start;
            return await SendAsync(content, hash, length, both.Token);
        }
        catch (Exception failure) when (failure is HttpRequestException or IOException)
        {
            return new BlobWriting.Failed(Explain(failure));
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new BlobWriting.Failed($"It took more than {_options.PutTimeout.TotalSeconds:0.###} s.");
        }
    }

    public override string ToString() => Name;

    /// <summary>One object by its key, where strangers may name it; null where these credentials do not read for strangers.</summary>
    internal IBlobSource? FindObject(string bucket, string key) =>
        (bucket == _options.Bucket || _options.ReadableBuckets.Contains(bucket, StringComparer.Ordinal)) && S3Names.IsKey(key)
            ? new StoredObject(this, bucket, key)
            : null;

    private static string Explain(Exception failure) =>
        failure.InnerException is { } inner ? $"{failure.Message} {inner.Message}" : failure.Message;

    private string KeyOf(BlobHash hash) => _options.Prefix + hash.Digits;

    private async Task<BlobOffer> GetAsync(string bucket, string key, long offset, CancellationToken cancellationToken)
    {
        try
        {
            return await HttpOffer.ReadAsync(await _client.GetAsync(bucket, key, offset, cancellationToken), offset, cancellationToken);
        }
        catch (HttpRequestException failure)
        {
            return new BlobOffer.Failed(Explain(failure), MayPass: true);
        }
    }

    // Who may write and not read is told nothing by this: then it is put once more, which changes nothing.
    private async Task<bool> IsThereAsync(BlobHash hash, long length, CancellationToken cancellationToken)
    {
        using var response = await _client.HeadAsync(_options.Bucket, KeyOf(hash), cancellationToken);
        return response.StatusCode == HttpStatusCode.OK && response.Content.Headers.ContentLength == length;
    }

    private async Task<BlobWriting> SendAsync(Stream content, BlobHash hash, long length, CancellationToken cancellationToken)
    {
        using var body = new StreamContent(new Unowned(content), BufferBytes);
        body.Headers.ContentLength = length;
        using var response = await _client.PutAsync(_options.Bucket, KeyOf(hash), hash, body, cancellationToken);
        return response.StatusCode switch
        {
            HttpStatusCode.OK or HttpStatusCode.Created or HttpStatusCode.NoContent => new BlobWriting.Stored(hash, length, WasThere: false),
            HttpStatusCode.InsufficientStorage => new BlobWriting.NoRoom("The storage is full."),
            HttpStatusCode.RequestEntityTooLarge => new BlobWriting.TooLarge(length - 1),
            HttpStatusCode.Forbidden => new BlobWriting.Failed("The storage refused (status 403): look at key, secret, region, rights and clock."),
            var status => new BlobWriting.Failed($"The storage answered with status {(int)status}."),
        };
    }

    private sealed class StoredObject(S3BlobStore store, string bucket, string key) : IBlobSource
    {
        public string Name => $"s3://{bucket}/{key}";

        public Task<BlobOffer> OpenAsync(BlobHash hash, long offset, CancellationToken cancellationToken) =>
            store.GetAsync(bucket, key, offset, cancellationToken);
    }
}
