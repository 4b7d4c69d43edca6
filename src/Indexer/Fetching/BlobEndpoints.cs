using System.Buffers;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using OpenGradient.Blobs;
using OpenGradient.Blobs.Reading;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Indexer.Api;

namespace OpenGradient.Indexer.Fetching;

/// <summary>
/// Blobs that rows name: how far fetching them is, and their bytes. Not every blob that a source has is given out: evidence, which a quorum of attesters
/// has seen, and what is a description of a model. Else anyone could have a closed artifact read to them by naming its hash as a description.
/// </summary>
internal sealed class BlobEndpoints(IndexApi api) : IDisposable
{
    private const int MostAtOnce = 8;
    private const string NothingRuns = "default-src 'none'; sandbox";

    private readonly SemaphoreSlim _slots = new(MostAtOnce, MostAtOnce);

    public async Task<IResult> TellAsync(string hash, HttpContext context, CancellationToken cancellationToken)
    {
        if (!TryParse(hash, out var name))
            return NoHash();
        if (await FindAsync(name, cancellationToken) is not { Row: { } row } known)
            return NotNamed();
        context.Response.Headers.CacheControl = "no-cache";
        return Results.Bytes(TextOf(row, known.Metadata), "application/json; charset=utf-8");
    }

    public async Task<IResult> GiveAsync(string hash, HttpContext context, CancellationToken cancellationToken)
    {
        if (!TryParse(hash, out var name))
            return NoHash();
        if (await FindAsync(name, cancellationToken) is not { Row: { } row } known)
            return NotNamed();
        if (!IsGiven(row, known.Metadata))
            return Problems.NotFound(row.State == BlobRow.Held ? "What is neither evidence nor a description of a model is not given out." : "It has not been fetched.");
        if (api.Blobs.Reader is not { } reader)
            return Problems.NotFound("No source of blobs is configured here.");
        if (row.State == BlobRow.Evicted)
            return Again(name, context);
        if (!await _slots.WaitAsync(TimeSpan.Zero, cancellationToken))
            return Problems.Busy(context, $"At most {MostAtOnce} blobs are read at once.");
        try
        {
            return await ReadAsync(reader, row, cancellationToken) is { } bytes ? Give(bytes, name, context) : Again(name, context);
        }
        finally
        {
            _slots.Release();
        }
    }

    public void Dispose() => _slots.Dispose();

    private static IResult Give(byte[] bytes, BlobHash name, HttpContext context)
    {
        var headers = context.Response.Headers;
        headers.ContentSecurityPolicy = NothingRuns;
        headers.ContentDisposition = $"attachment; filename=\"{name.Digits}.bin\"";
        headers.CacheControl = "public, max-age=31536000, immutable";
        return Results.Bytes(bytes, "application/octet-stream");
    }

    // Checked again as it is read: a file may have changed since.
    private static async Task<byte[]?> ReadAsync(BlobReader reader, BlobRow row, CancellationToken cancellationToken)
    {
        if (await reader.ReadAsync(new BlobRequest(row.Name) { MaxBytes = row.MaxBytes }, cancellationToken) is not BlobReading.Found(var blob, _))
            return null;
        using (blob)
        {
            try
            {
                var bytes = await blob.ReadAllAsync(row.MaxBytes, cancellationToken);
                return BlobHash.Of(bytes) == row.Name ? bytes : null;
            }
            catch (IOException)
            {
                return null;
            }
        }
    }

    private IResult Again(BlobHash name, HttpContext context)
    {
        api.Blobs.Recall(name);
        return Problems.NotReady(context, "It was here once, and is fetched again.");
    }

    private Task<Known> FindAsync(BlobHash name, CancellationToken cancellationToken) => api.Blobs == BlobDesk.None
        ? Task.FromResult(new Known(null, null))
        : api.ReadAsync(
            async session => new Known(await BlobTable.FindAsync(session, name), await BlobTable.MetadataAsync(session, name)), api.Options.QueryTimeout, cancellationToken);

    private static bool IsGiven(BlobRow row, MetadataRow? metadata) =>
        row.State is BlobRow.Held or BlobRow.Evicted && (row.Is(BlobKinds.Evidence) || metadata is { Fault: null });

    private static byte[] TextOf(BlobRow row, MetadataRow? metadata)
    {
        var isGiven = IsGiven(row, metadata);
        var buffer = new ArrayBufferWriter<byte>();
        using var json = new Utf8JsonWriter(buffer);
        json.WriteStartObject();
        json.WriteString("hash", row.Name.ToString());
        json.WriteStartArray("kinds");
        foreach (var (kind, word) in ((BlobKinds, string)[])[(BlobKinds.Metadata, "metadata"), (BlobKinds.Evidence, "evidence")])
        {
            if (row.Is(kind))
                json.WriteStringValue(word);
        }

        json.WriteEndArray();
        json.WriteString("state", row.State);
        json.WriteNumber("found_at", row.FoundAt / 1_000);
        json.WriteNumber("attempts", row.Attempts);
        Seconds("next_at", row.State == BlobRow.Waiting ? row.NextAt : null);
        Seconds("fetched_at", row.FetchedAt);
        // Of what is not given out, not even the length is told.
        if (isGiven && row.Length is { } length)
            json.WriteNumber("length", length);
        else
            json.WriteNull("length");
        json.WriteString("source", row.Source);
        json.WriteString("reason", row.Reason);
        json.WriteString("content", isGiven ? $"/v1/blobs/{row.Name}/content" : null);
        json.WritePropertyName("metadata");
        Write(json, metadata);
        json.WriteString("metadata_fault", metadata?.Fault);
        json.WriteEndObject();
        json.Flush();
        return buffer.WrittenSpan.ToArray();

        void Seconds(string name, long? milliseconds)
        {
            if (milliseconds is { } at)
                json.WriteNumber(name, at / 1_000);
            else
                json.WriteNull(name);
        }
    }

    private static void Write(Utf8JsonWriter json, MetadataRow? metadata)
    {
        if (metadata is not { Name: { } name, Versions: { } versions })
        {
            json.WriteNullValue();
            return;
        }

        json.WriteStartObject();
        json.WriteString("name", name);
        json.WriteString("description", metadata.Description);
        json.WritePropertyName("versions");
        json.WriteRawValue(versions);
        json.WriteEndObject();
    }

    // As blobs are called, or as the chain writes hashes.
    private static bool TryParse(string text, out BlobHash name)
    {
        if (BlobHash.TryParse(text, out name))
            return true;
        var isHash = Hash32.TryParse(text, out var hash);
        name = new BlobHash(hash);
        return isHash;
    }

    private IResult NotNamed() => Problems.NotFound(
        api.Blobs == BlobDesk.None ? "No source of blobs is configured here: nothing is fetched." : "No row of the index names this blob, or none that was looked at yet.");

    private static IResult NoHash() => Problems.BadRequest("A blob's hash is sha256: and 64 hexadecimal digits, or 0x and as many.");

    private sealed record Known(BlobRow? Row, MetadataRow? Metadata);
}
