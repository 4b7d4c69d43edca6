using System.Buffers;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using OpenGradient.Blobs;
using OpenGradient.Database;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Indexer.Api.Endpoints;
using OpenGradient.Indexer.Api.Operations;
using OpenGradient.Indexer.Api.Queries;
using OpenGradient.Indexer.Fetching;
using OpenGradient.Indexer.Schema;

namespace OpenGradient.Indexer.Api.Custody;

/// <summary>
/// The custody of one inference: every event about it in the order of the chain, each with where its proof is; the standing of the key that signed and
/// of the version, when it counted and since; where the fee is; and by name whatever is missing or was taken back.
/// </summary>
internal sealed class CustodyEndpoint(IndexApi api)
{
    private const int MaxRows = 200;

    // Kept apart, in the order of the story, so that what is missing can be said.
    private static readonly (string Table, string Missing)[] Steps =
    [
        ("hub_settled", "Nobody has answered it yet."), ("hub_delivered", "Nothing was delivered: there is no callback, or nobody has called it yet."),
    ];

    private static readonly string[] Families = ["hub", "court", "keys", "models", "nodes"];

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
        var story = new CustodyStory(request);
        foreach (var resource in api.Resources.Where(resource => !resource.IsView && resource.Find("request_id") is not null))
            await ReadAsync(session, story, resource, new Condition("request_id", "=", [request.ToArray()]));
        if (!story.Has("hub_requested"))
            return Problems.NotFound("No such request was made.");
        story.Gaps.AddRange(Steps.Where(step => !story.Has(step.Table)).Select(step => step.Missing));
        if (!Indexes("court"))
            story.Gaps.Add("The court is not indexed here: challenges cannot be told.");
        var now = await TipTime.ReadAsync(session, api.Status);
        await ReadVersionAsync(session, story);
        if (story.Has("hub_settled"))
        {
            await ReadNodeAsync(session, story);
            await ReadKeyAsync(session, story, now);
            if (story.Evidence is null)
                story.Gaps.Add("The evidence itself is named by its hash, and kept elsewhere.");
        }

        await ReadPaymentAsync(session, story);
        return Results.Bytes(Text(story, moment), "application/json; charset=utf-8");
    }

    // The version as it was published, and whether it was fit to be asked when it was, and is.
    private async Task ReadVersionAsync(DatabaseSession session, CustodyStory story)
    {
        if (!Indexes("models"))
        {
            story.Gaps.Add("The register of models is not indexed here: the standing of the version cannot be told.");
            return;
        }

        var version = await session.QuerySingleAsync<Hash32>("SELECT version_id FROM hub_requested WHERE request_id = @Request ORDER BY id DESC LIMIT 1", new { story.Request });
        foreach (var table in (string[])["models_version_published", "models_version_deprecated", "models_version_yanked"])
            await ReadAsync(session, story, ResourceOf(table), new Condition("version_id", "=", [version.ToArray()]));
        var words = await session.QueryAsync<RegistryWord>(
            """
            SELECT id AS Id, block_time AS Time, 'models_version_published' AS Source FROM models_version_published WHERE version_id = @version
            UNION ALL SELECT id, block_time, 'models_version_deprecated' FROM models_version_deprecated WHERE version_id = @version
            UNION ALL SELECT id, block_time, 'models_version_yanked' FROM models_version_yanked WHERE version_id = @version
            ORDER BY 1
            """,
            new { version });
        var (standing, asked) = (new VersionStanding([.. words]), story.LastOf("hub_requested")!.Value);
        story.Version = (version, standing.At(asked), standing.At(long.MaxValue));
        if (words.Count == 0)
            story.Gaps.Add("The version that was asked was published by no event that is indexed here.");
        story.Gaps.AddRange(standing.LostAfter(asked));
    }

    // Who answered, and what was taken from its stake, then and since.
    private async Task ReadNodeAsync(DatabaseSession session, CustodyStory story)
    {
        if (!Indexes("nodes"))
        {
            story.Gaps.Add("The register of nodes is not indexed here: who answered, and what was taken from its stake, cannot be told.");
            return;
        }

        var node = await session.QuerySingleAsync<Address>("SELECT node FROM hub_settled WHERE request_id = @Request ORDER BY id DESC LIMIT 1", new { story.Request });
        foreach (var table in (string[])["nodes_registered", "nodes_slashed"])
            await ReadAsync(session, story, ResourceOf(table), new Condition("node", "=", [node.ToArray()]));
        if (!story.Has("nodes_registered"))
            story.Gaps.Add("The node that answered was registered by no event that is indexed here.");
    }

    // The key that signed, as it was registered, and what happened to it and to what it rests on, before and since; and its evidence, where that is here.
    private async Task ReadKeyAsync(DatabaseSession session, CustodyStory story, long now)
    {
        if (!Indexes("keys"))
        {
            story.Gaps.Add("The register of keys is not indexed here: the standing of the key that signed cannot be told.");
            return;
        }

        var key = await session.QuerySingleOrDefaultAsync<SigningKey>(
            """
            SELECT k.signer AS Signer, k.root_id AS RootId, k.workload_id AS WorkloadId, k.platform_id AS PlatformId, k.tee_type AS TeeType, k.tcb_eval AS TcbEval,
              k.evidence_hash AS EvidenceHash, k.active_from AS ActiveFrom, k.expires_at AS ExpiresAt,
              (SELECT a.successor_active_from FROM attested_keys a WHERE a.signer = k.signer AND a.id = k.id) AS SuccessorFrom, s.id AS SettledId, s.block_time AS SettledAt
            FROM hub_settled s JOIN keys_registered k ON k.node = s.node AND k.key_epoch = s.key_epoch WHERE s.request_id = @Request ORDER BY s.id DESC LIMIT 1
            """,
            new { story.Request });
        if (key is null)
        {
            story.Gaps.Add("No attested key stands behind the answer: a staked node signed it, or a proof settled it.");
            return;
        }

        foreach (var (table, column, value) in ((string, string, byte[])[])
        [
            ("keys_registered", "signer", key.Signer.ToArray()), ("keys_vetoed", "signer", key.Signer.ToArray()), ("keys_confirmed", "signer", key.Signer.ToArray()),
            ("keys_revoked", "signer", key.Signer.ToArray()), ("keys_tcb_floor_raised", "tee_type", key.TeeType.ToArray()),
            ("keys_root_approved", "root_id", key.RootId.ToArray()), ("keys_root_revoked", "root_id", key.RootId.ToArray()),
            ("keys_workload_approved", "workload_id", key.WorkloadId.ToArray()), ("keys_workload_revoked", "workload_id", key.WorkloadId.ToArray()),
            ("keys_platform_revoked", "platform_id", key.PlatformId.ToArray()),
        ])
            await ReadAsync(session, story, ResourceOf(table), new Condition(column, "=", [value]));
        var standing = new KeyStanding(key.ActiveFrom, key.ExpiresAt, key.SuccessorFrom, [.. await session.QueryAsync<RegistryWord>(
            """
            SELECT id AS Id, block_time AS Time, 'keys_vetoed' AS Source FROM keys_vetoed WHERE signer = @Signer
            UNION ALL SELECT id, block_time, 'keys_confirmed' FROM keys_confirmed WHERE signer = @Signer
            UNION ALL SELECT id, block_time, 'keys_revoked' FROM keys_revoked WHERE signer = @Signer
            UNION ALL SELECT id, block_time, 'keys_root_revoked' FROM keys_root_revoked WHERE root_id = @RootId
            UNION ALL SELECT id, block_time, 'keys_workload_revoked' FROM keys_workload_revoked WHERE workload_id = @WorkloadId
            UNION ALL SELECT id, block_time, 'keys_platform_revoked' FROM keys_platform_revoked WHERE platform_id = @PlatformId
            UNION ALL SELECT id, block_time, 'keys_tcb_floor_raised' FROM keys_tcb_floor_raised WHERE tee_type = @TeeType AND tcb_eval > @TcbEval
            ORDER BY 1
            """,
            new { key.Signer, key.RootId, key.WorkloadId, key.PlatformId, key.TeeType, key.TcbEval })]);
        var then = standing.At(key.SettledId, key.SettledAt);
        story.Key = (key.Signer, then, standing.At(long.MaxValue, now));
        // A key may sign for a while after its successor came, so that what it has begun is not lost.
        if (then is not (KeyStanding.Valid or "succeeded"))
            story.Gaps.Add($"By these events the key that signed was {then} when the answer was settled.");
        story.Gaps.AddRange(standing.LostAfter(key.SettledId));
        var name = new BlobHash(key.EvidenceHash);
        story.Evidence = api.Blobs != BlobDesk.None && await BlobTable.FindAsync(session, name) is { State: BlobRow.Held } ? name : null;
    }

    // No event is the payment of one request; what its payee collected first since may hold it.
    private async Task ReadPaymentAsync(DatabaseSession session, CustodyStory story)
    {
        story.Payment = await Payment.ReadAsync(session, story.Request);
        if (story.Payment?.Gap is { } gap)
            story.Gaps.Add(gap);
        if (story.Payment is not { Payee: { } payee, FinalAt: { } final })
            return;
        await ReadAsync(session, story, ResourceOf("hub_collected"), limit: 1, new Condition("payee", "=", [payee.ToArray()]), new Condition("block_time", ">=", [final]));
        story.Gaps.Add(story.Has("hub_collected")
            ? "hub_collected is what this payee collected first since the answer was final: the fee may be in it, or in a later one."
            : "This payee has collected nothing since the answer was final.");
    }

    private bool Indexes(string family) => api.Families.Any(known => known.Name == family);

    private Resource ResourceOf(string table) => api.Resources.First(resource => resource.Source == table);

    private static async Task ReadAsync(DatabaseSession session, CustodyStory story, Resource resource, Condition condition)
    {
        if (!await ReadAsync(session, story, resource, MaxRows, condition))
            story.Gaps.Add($"There are more than {MaxRows} rows of {resource.Source}: /v1/{resource.Path} lists them all.");
    }

    // False where there are more.
    private static async Task<bool> ReadAsync(DatabaseSession session, CustodyStory story, Resource resource, int limit, params IReadOnlyList<Condition> conditions)
    {
        var query = new ListQuery { Resource = resource, Conditions = conditions, Descending = false };
        await using var command = QueryText.Rows(query, limit + 1).ToCommand(session);
        await using var reader = await command.ExecuteReaderAsync(session.Cancellation);
        for (var count = 0; await reader.ReadAsync(session.Cancellation); count++)
        {
            if (count == limit)
                return false;
            var buffer = new ArrayBufferWriter<byte>();
            await using (var json = new Utf8JsonWriter(buffer))
                RowJson.Write(json, reader, resource.Columns);
            story.Rows.Add((reader.GetInt64(0), resource.Source, buffer.WrittenSpan.ToArray()));
        }

        return true;
    }

    private static byte[] Text(CustodyStory story, Moment moment)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using var json = new Utf8JsonWriter(buffer);
        json.WriteStartObject();
        json.WriteString("request_id", story.Request.ToString());
        json.WriteStartArray("steps");
        foreach (var (id, table, row) in story.Rows.OrderBy(row => row.Id))
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
        WriteStanding(json, story);
        json.WriteStartArray("gaps");
        foreach (var gap in story.Gaps)
            json.WriteStringValue(gap);
        json.WriteEndArray();
        json.WriteString("evidence", story.Evidence is { } name ? $"/v1/blobs/{name}/content" : null);
        moment.WriteAsOf(json);
        json.WriteEndObject();
        json.Flush();
        return buffer.WrittenSpan.ToArray();
    }

    private static void WriteStanding(Utf8JsonWriter json, CustodyStory story)
    {
        json.WritePropertyName("key");
        JsonSerializer.Serialize(json, story.Key is { } key ? new { signer = key.Signer.ToLowerHex(), at_settlement = key.AtSettlement, now = key.Now } : null);
        json.WritePropertyName("version");
        JsonSerializer.Serialize(json, story.Version is { } version ? new { version_id = version.Id.ToString(), at_request = version.AtRequest, now = version.Now } : null);
        json.WritePropertyName("payment");
        JsonSerializer.Serialize(
            json, story.Payment is { } payment ? new { state = payment.State, fee = payment.Fee.ToString(), payee = payment.Payee?.ToLowerHex(), final_at = payment.FinalAt } : null);
    }

    private sealed class SigningKey
    {
        public Address Signer { get; init; }

        public Hash32 RootId { get; init; }

        public Hash32 WorkloadId { get; init; }

        public Hash32 PlatformId { get; init; }

        public Hash32 TeeType { get; init; }

        public long TcbEval { get; init; }

        public Hash32 EvidenceHash { get; init; }

        public long ActiveFrom { get; init; }

        public long ExpiresAt { get; init; }

        public long? SuccessorFrom { get; init; }

        public long SettledId { get; init; }

        public long SettledAt { get; init; }
    }
}
