using System.Buffers;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using OpenGradient.Blobs;
using OpenGradient.Blobs.Reading;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Indexer.Api;
using OpenGradient.Indexer.Api.Clients;

namespace OpenGradient.Indexer.Fetching;

/// <summary>
/// Blobs that rows name: how far fetching them is, and their bytes. Not every blob that a source has is given out: evidence, which a quorum of attesters
/// has seen, and what is a description of a model or a node. Else anyone could have a closed artifact read to them by naming its hash as a description.
/// </summary>
internal sealed class BlobEndpoints(IndexApi api)
{
    private const int MostAtOnce = 8;
    private const int MostOfOne = 4;
    private const string NothingRuns = "default-src 'none'; sandbox";

    private readonly ClientSlots _reading = new(MostAtOnce, MostOfOne);

    public async Task<IResult> TellAsync(string hash, HttpContext context, CancellationToken cancellationToken)
    {
        if (!TryParse(hash, out var name))
            return NoHash();
        if (await FindAsync(name, context, cancellationToken) is not { Row: { } row } known)
            return NotNamed();
        context.Response.Headers.CacheControl = "no-cache";
        return Results.Bytes(TextOf(row, known.Metadata), "application/json; charset=utf-8");
    }

    public async Task<IResult> GiveAsync(string hash, HttpContext context, CancellationToken cancellationToken)
    {
        if (!TryParse(hash, out var name))
            return NoHash();
        if (await FindAsync(name, context, cancellationToken) is not { Row: { } row } known)
            return NotNamed();
        if (!IsGiven(row, known.Metadata))
            return Problems.NotFound(row.FetchedAt is null ? "It has not been fetched." : "What is neither evidence nor a description is not given out.");
        if (api.Blobs.Reader is not { } reader)
            return Problems.NotFound("No source of blobs is configured here.");
        // What is not held is not here, and whoever asked for it would wait for whoever fetches it from afar.
        if (row.State != BlobRow.Held)
            return Again(name, context);
        using var slot = _reading.TryTake(context);
        if (slot is null)
            return Problems.Busy(context, $"At most {MostAtOnce} blobs are read at once, {MostOfOne} of them for one client.");
        return await ReadAsync(reader, row, cancellationToken) is { } bytes ? Give(bytes, name, context) : Again(name, context);
    }

    private static IResult Give(byte[] bytes, BlobHash name, HttpContext context)
    {
        var headers = context.Response.Headers;
        headers.ContentSecurityPolicy = NothingRuns;
        headers.ContentDisposition = $"attachment; filename=\"{name.Digits}.bin\"";
        headers.CacheControl = "public, max-age=31536000, immutable";
        return Results.Bytes(bytes, "application/octet-stream");
    }

    // Of the cache and of folders of this machine alone: what has to come from afar is the fetcher's to get, in its own time. Checked again as it is read: a file
    // may have changed since.
    private async Task<byte[]?> ReadAsync(BlobReader reader, BlobRow row, CancellationToken cancellationToken)
    {
        using var ends = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        ends.CancelAfter(api.Options.QueryTimeout);
        try
        {
            if (await reader.ReadAsync(new BlobRequest(row.Name) { MaxBytes = row.MaxBytes, IsOnlyHere = true }, ends.Token) is not BlobReading.Found(var blob, _))
                return null;
            using (blob)
            {
                var bytes = await blob.ReadAllAsync(row.MaxBytes, ends.Token);
                return BlobHash.Of(bytes) == row.Name ? bytes : null;
            }
        }
        catch (Exception failure) when (failure is IOException || (failure is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return null;
        }
    }

    private IResult Again(BlobHash name, HttpContext context)
    {
        api.Blobs.Recall(name);
        return Problems.NotReady(context, "It was here once, and is fetched again.");
    }

    private Task<Known> FindAsync(BlobHash name, HttpContext context, CancellationToken cancellationToken) => api.Blobs == BlobDesk.None
        ? Task.FromResult(new Known(null, null))
        : api.AskAsync(
            context, async session => new Known(await BlobTable.FindAsync(session, name), await BlobTable.MetadataAsync(session, name)), cancellationToken);

    // What was here once stays what it is, also while it is looked at or fetched again.
    private static bool IsGiven(BlobRow row, MetadataRow? metadata) => row.FetchedAt is not null && (row.Is(BlobKinds.Evidence) || metadata is { Fault: null });

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
        // Of what is not given out, neither the length nor the place is told; of how it was had, and of what it is instead, the row has nothing to tell.
        if (isGiven && row.Length is { } length)
            json.WriteNumber("length", length);
        else
            json.WriteNull("length");
        json.WriteString("source", isGiven ? row.Source : null);
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
