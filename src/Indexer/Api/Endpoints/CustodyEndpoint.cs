using System.Buffers;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using OpenGradient.Blobs;
using OpenGradient.Database;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Indexer.Api.Queries;
using OpenGradient.Indexer.Fetching;
using OpenGradient.Indexer.Schema;

namespace OpenGradient.Indexer.Api.Endpoints;

/// <summary>
/// The custody of one inference: every event about it in the order of the chain, each with where its proof is, the standing of the key that
/// signed when it was settled and since, and by name whatever is missing.
/// </summary>
internal sealed class CustodyEndpoint(IndexApi api)
{
    private const int MaxRows = 200;

    // Kept apart, in the order of the story, so that what is missing can be said.
    private static readonly (string Table, string Missing)[] Steps =
    [
        ("hub_settled", "Nobody has answered it yet."), ("hub_delivered", "Nothing was delivered: there is no callback, or nobody has called it yet."),
    ];

    private static readonly string[] Families = ["hub", "court", "keys"];

    public async Task<IResult> TellAsync(string key, HttpContext context, CancellationToken cancellationToken)
    {
        if (!Hash32.TryParse(key, out var id))
            return Problems.BadRequest("A request's id is 0x and 64 hexadecimal digits.");
        return await api.AskAsync(context, session => TellAsync(session, id, context), cancellationToken);
    }

    private async Task<IResult> TellAsync(DatabaseSession session, Hash32 request, HttpContext context)
    {
        var moment = await Moment.ReadAsync(session, Families);
        if (!moment.IsReadyForViews)
            return Problems.NotWhole(context, moment.Families.Select(family => family.Name));
        var rows = new List<(long Id, string Table, byte[] Json)>();
        var gaps = new List<string>();
        BlobHash? evidence = null;
        foreach (var resource in api.Resources.Where(resource => !resource.IsView && resource.Find("request_id") is not null))
            await ReadAsync(session, resource, new Condition("request_id", "=", [request.ToArray()]), rows, gaps);
        if (!rows.Exists(row => row.Table == "hub_requested"))
            return Problems.NotFound("No such request was made.");
        gaps.AddRange(Steps.Where(step => !rows.Exists(row => row.Table == step.Table)).Select(step => step.Missing));
        if (api.Families.All(family => family.Name != "court"))
            gaps.Add("The court is not indexed here: challenges cannot be told.");
        if (rows.Exists(row => row.Table == "hub_settled"))
        {
            evidence = await ReadKeyAsync(session, request, rows, gaps);
            if (evidence is null)
                gaps.Add("The evidence itself is named by its hash, and kept elsewhere.");
        }

        return Results.Bytes(Text(request, rows, gaps, evidence, moment), "application/json; charset=utf-8");
    }

    // The key that signed, as it was registered, and what happened to it and to what it rests on, before and since. Gives its evidence where that is here.
    private async Task<BlobHash?> ReadKeyAsync(DatabaseSession session, Hash32 request, List<(long, string, byte[])> rows, List<string> gaps)
    {
        if (api.Families.All(family => family.Name != "keys"))
        {
            gaps.Add("The register of keys is not indexed here: the standing of the key that signed cannot be told.");
            return null;
        }

        var key = await session.QuerySingleOrDefaultAsync<SigningKey>(
            """
            SELECT k.signer AS Signer, k.root_id AS RootId, k.workload_id AS WorkloadId, k.platform_id AS PlatformId,
              k.tee_type AS TeeType, k.evidence_hash AS EvidenceHash FROM hub_settled s
            JOIN keys_registered k ON k.node = s.node AND k.key_epoch = s.key_epoch WHERE s.request_id = @request ORDER BY s.id DESC LIMIT 1
            """,
            new { request });
        if (key is null)
        {
            gaps.Add("No attested key stands behind the answer: a staked node signed it, or a proof settled it.");
            return null;
        }

        foreach (var (table, column, value) in ((string, string, byte[])[])
        [
            ("keys_registered", "signer", key.Signer.ToArray()), ("keys_vetoed", "signer", key.Signer.ToArray()), ("keys_confirmed", "signer", key.Signer.ToArray()),
            ("keys_revoked", "signer", key.Signer.ToArray()), ("keys_tcb_floor_raised", "tee_type", key.TeeType.ToArray()),
            ("keys_root_approved", "root_id", key.RootId.ToArray()), ("keys_root_revoked", "root_id", key.RootId.ToArray()),
            ("keys_workload_approved", "workload_id", key.WorkloadId.ToArray()), ("keys_workload_revoked", "workload_id", key.WorkloadId.ToArray()),
            ("keys_platform_revoked", "platform_id", key.PlatformId.ToArray()),
        ])
            await ReadAsync(session, api.Resources.First(resource => resource.Source == table), new Condition(column, "=", [value]), rows, gaps);
        var name = new BlobHash(key.EvidenceHash);
        return api.Blobs != BlobDesk.None && await BlobTable.FindAsync(session, name) is { State: BlobRow.Held } ? name : null;
    }

    private static async Task ReadAsync(DatabaseSession session, Resource resource, Condition condition, List<(long, string, byte[])> rows, List<string> gaps)
    {
        var query = new ListQuery { Resource = resource, Conditions = [condition], Descending = false };
        await using var command = QueryText.Rows(query, MaxRows + 1).ToCommand(session);
        await using var reader = await command.ExecuteReaderAsync(session.Cancellation);
        for (var count = 0; await reader.ReadAsync(session.Cancellation); count++)
        {
            if (count == MaxRows)
            {
                gaps.Add($"There are more than {MaxRows} rows of {resource.Source}: /v1/{resource.Path} lists them all.");
                return;
            }

            var buffer = new ArrayBufferWriter<byte>();
            await using (var json = new Utf8JsonWriter(buffer))
                RowJson.Write(json, reader, resource.Columns);
            rows.Add((reader.GetInt64(0), resource.Source, buffer.WrittenSpan.ToArray()));
        }
    }

    private static byte[] Text(Hash32 request, List<(long Id, string Table, byte[] Json)> rows, List<string> gaps, BlobHash? evidence, Moment moment)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using var json = new Utf8JsonWriter(buffer);
        json.WriteStartObject();
        json.WriteString("request_id", request.ToString());
        json.WriteStartArray("steps");
        foreach (var (id, table, row) in rows.OrderBy(row => row.Id))
        {
            json.WriteStartObject();
            json.WriteString("event", table);
            json.WriteString("id", new RowId(id).ToString());
            json.WriteString("proof", $"/v1/events/{table}/{new RowId(id)}/proof");
            json.WritePropertyName("row");
            json.WriteRawValue(row);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("gaps");
        foreach (var gap in gaps)
            json.WriteStringValue(gap);
        json.WriteEndArray();
        json.WriteString("evidence", evidence is { } name ? $"/v1/blobs/{name}/content" : null);
        moment.WriteAsOf(json);
        json.WriteEndObject();
        json.Flush();
        return buffer.WrittenSpan.ToArray();
    }

    private sealed class SigningKey
    {
        public Address Signer { get; init; }

        public Hash32 RootId { get; init; }

        public Hash32 WorkloadId { get; init; }

        public Hash32 PlatformId { get; init; }

        public Hash32 TeeType { get; init; }

        public Hash32 EvidenceHash { get; init; }
    }
}
