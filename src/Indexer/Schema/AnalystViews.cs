using static OpenGradient.Indexer.Schema.ColumnKind;

namespace OpenGradient.Indexer.Schema;

/// <summary>All views.</summary>
public static class AnalystViews
{
    // None, and then signed, attested, proven.
    private static readonly string[] Assurances = ["0", "1", "2", "3"];

    private static readonly string[] Stages = ["open", "claimed", "sealing", "settled", "refunded", "contested", "upheld", "overturned"];

    public static IReadOnlyList<AnalystView> All { get; } =
    [
        new(
            "requests", "request_id", ["hub"],
            [
                new("id", Integer), new("requested_at", Integer), new("request_id", Hash), new("requester", Address), new("version_id", Hash),
                new("assurance", Integer) { Values = Assurances }, new("fee", Amount), new("delivery_tip", Amount), new("deadline", Integer), new("quorum", Integer),
                new("flags", Integer), new("input_commit", Hash), new("transaction_hash", Hash), new("node", Address, true), new("output_commit", Hash, true),
                new("settled_assurance", Integer, true) { Values = Assurances }, new("settled_at", Integer, true), new("latency_seconds", Integer, true),
                new("delivered_at", Integer, true), new("delivery_succeeded", ColumnKind.Boolean, true), new("refunded_at", Integer, true), new("stage", Text) { Values = Stages },
            ],
            """
            SELECT r.id, r.block_time AS requested_at, r.request_id, r.requester, r.version_id, r.assurance, r.fee, r.delivery_tip, r.deadline, r.quorum,
              r.flags, r.input_commit, r.transaction_hash, s.node, COALESCE(o.output_commit, s.output_commit) AS output_commit,
              COALESCE(o.assurance, u.assurance, s.assurance) AS settled_assurance, s.block_time AS settled_at, s.block_time - r.block_time AS latency_seconds,
              d.block_time AS delivered_at, d.succeeded AS delivery_succeeded, b.block_time AS refunded_at,
              CASE
                WHEN o.id IS NOT NULL THEN 'overturned'
                WHEN (SELECT MAX(x.id) FROM hub_upheld x WHERE x.request_id = r.request_id) IS NOT NULL THEN 'upheld'
                WHEN (SELECT MAX(x.id) FROM hub_contested x WHERE x.request_id = r.request_id) IS NOT NULL THEN 'contested'
                WHEN b.id IS NOT NULL THEN 'refunded'
                WHEN s.id IS NOT NULL THEN 'settled'
                WHEN (SELECT MAX(x.id) FROM hub_answer_sealed x WHERE x.request_id = r.request_id) IS NOT NULL THEN 'sealing'
                WHEN (SELECT MAX(x.id) FROM hub_claimed x WHERE x.request_id = r.request_id) > COALESCE((SELECT MAX(y.id) FROM
                  (SELECT id FROM hub_claim_released z WHERE z.request_id = r.request_id UNION ALL
                   SELECT id FROM hub_claim_forfeited z WHERE z.request_id = r.request_id) y), -1) THEN 'claimed'
                ELSE 'open'
              END AS stage
            FROM hub_requested r
            LEFT JOIN hub_settled s ON s.id = (SELECT MAX(x.id) FROM hub_settled x WHERE x.request_id = r.request_id)
            LEFT JOIN hub_overturned o ON o.id = (SELECT MAX(x.id) FROM hub_overturned x WHERE x.request_id = r.request_id)
            LEFT JOIN hub_refunded b ON b.id = (SELECT MAX(x.id) FROM hub_refunded x WHERE x.request_id = r.request_id)
            LEFT JOIN hub_raised u ON u.id = (SELECT MAX(x.id) FROM hub_raised x WHERE x.request_id = r.request_id)
            LEFT JOIN hub_delivered d ON d.id = (SELECT MAX(x.id) FROM hub_delivered x WHERE x.request_id = r.request_id)
            """)
        {
            Of = ["hub_requested"],
            Indexed = [new("request_id"), new("requester"), new("version_id")],
            Shortcuts =
            [
                OfRequests("node", null, "hub_settled"), OfRequests("stage", "overturned", "hub_overturned"), OfRequests("stage", "upheld", "hub_upheld"),
                OfRequests("stage", "contested", "hub_contested"), OfRequests("stage", "refunded", "hub_refunded"),
                OfRequests("stage", "sealing", "hub_answer_sealed"),
            ],
        },
        new(
            "receipts", "request_id", ["hub"],
            [
                new("id", Integer), new("settled_at", Integer), new("request_id", Hash), new("node", Address), new("payee", Address), new("assurance", Integer) { Values = Assurances },
                new("output_commit", Hash), new("evidence_hash", Hash), new("key_epoch", Integer), new("issued_at", Integer), new("expires_at", Integer),
                new("root_label", Hash), new("lien", Amount), new("final_at", Integer), new("version_id", Hash, true), new("fee", Amount, true),
                new("latency_seconds", Integer, true), new("is_failure", ColumnKind.Boolean), new("raised_at", Integer, true), new("overturned_at", Integer, true),
                new("is_corrected", ColumnKind.Boolean, true), new("transaction_hash", Hash),
            ],
            """
            SELECT s.id, s.block_time AS settled_at, s.request_id, s.node, s.payee, COALESCE(o.assurance, u.assurance, s.assurance) AS assurance,
              COALESCE(o.output_commit, s.output_commit) AS output_commit, s.evidence_hash, s.key_epoch, s.issued_at, s.expires_at,
              COALESCE(o.root_label, u.root_label, s.root_label) AS root_label, s.lien,
              COALESCE(o.block_time, h.block_time, CASE WHEN u.until = 0 THEN u.block_time ELSE s.until END) AS final_at,
              r.version_id, r.fee, s.block_time - r.block_time AS latency_seconds, s.output_commit = :failure AS is_failure, u.block_time AS raised_at,
              o.block_time AS overturned_at, o.is_corrected, s.transaction_hash
            FROM hub_settled s
            LEFT JOIN hub_raised u ON u.id = (SELECT MAX(x.id) FROM hub_raised x WHERE x.request_id = s.request_id)
            LEFT JOIN hub_overturned o ON o.id = (SELECT MAX(x.id) FROM hub_overturned x WHERE x.request_id = s.request_id)
            LEFT JOIN hub_upheld h ON h.id = (SELECT MAX(x.id) FROM hub_upheld x WHERE x.request_id = s.request_id)
            LEFT JOIN hub_requested r ON r.id = (SELECT MAX(x.id) FROM hub_requested x WHERE x.request_id = s.request_id)
            """) { Of = ["hub_settled"], Indexed = [new("request_id"), new("node")] },
        new(
            "deliveries", "request_id", ["hub"],
            [
                new("id", Integer), new("delivered_at", Integer), new("request_id", Hash), new("by_address", Address), new("succeeded", ColumnKind.Boolean),
                new("transaction_hash", Hash),
            ],
            "SELECT id, block_time AS delivered_at, request_id, by_address, succeeded, transaction_hash FROM hub_delivered") { Of = ["hub_delivered"], Indexed = [new("request_id")] },
        new(
            "fees", "payee", ["hub"],
            [new("id", Integer), new("collected_at", Integer), new("payee", Address), new("amount", Amount), new("transaction_hash", Hash)],
            "SELECT id, block_time AS collected_at, payee, amount, transaction_hash FROM hub_collected") { Of = ["hub_collected"], Indexed = [new("payee")] },
        new(
            "challenges", "request_id", ["hub", "court"],
            [
                new("id", Integer), new("opened_at", Integer), new("request_id", Hash), new("challenger", Address),
                new("by_proof", ColumnKind.Boolean), new("deposit", Amount, true), new("other_commit", Hash), new("members", Json, true),
                new("ended_at", Integer, true), new("standing", Integer, true), new("standers", Amount, true), new("transaction_hash", Hash),
            ],
            """
            SELECT c.id, c.block_time AS opened_at, c.request_id, COALESCE(t.challenger, c.challenger) AS challenger, FALSE AS by_proof, c.deposit, c.other_commit,
              m.members, e.block_time AS ended_at, e.standing, e.standers, c.transaction_hash
            FROM court_case_opened c
            LEFT JOIN court_case_taken_over t ON t.id = (SELECT MAX(x.id) FROM court_case_taken_over x WHERE x.request_id = c.request_id)
            LEFT JOIN court_committee_drawn m ON m.id = (SELECT MAX(x.id) FROM court_committee_drawn x WHERE x.request_id = c.request_id)
            LEFT JOIN court_case_ended e ON e.id = (SELECT MAX(x.id) FROM court_case_ended x WHERE x.request_id = c.request_id)
            UNION ALL
            SELECT p.id, p.block_time, p.request_id, p.challenger, TRUE, NULL, p.proven_output, NULL, p.block_time, NULL, NULL, p.transaction_hash
            FROM court_challenged_by_proof p
            """) { Of = ["court_case_opened", "court_challenged_by_proof"], Indexed = [new("request_id")] },
        new(
            "models", "model_id", ["models"],
            [
                new("id", Integer), new("created_at", Integer), new("model_id", Hash), new("name", Text), new("creator", Address), new("owner", Address),
                new("metadata_uri", Text), new("metadata_name", Text, true), new("metadata_description", Text, true), new("metadata_versions", Json, true),
                new("metadata_fault", Text, true), new("version_count", Integer), new("transaction_hash", Hash),
            ],
            """
            SELECT c.id, c.block_time AS created_at, c.model_id, c.name, c.owner AS creator, COALESCE(o.owner, c.owner) AS owner,
              COALESCE(m.metadata_uri, c.metadata_uri) AS metadata_uri, d.name AS metadata_name, d.description AS metadata_description,
              d.versions AS metadata_versions, d.fault AS metadata_fault,
              (SELECT COUNT(*) FROM models_version_published v WHERE v.model_id = c.model_id) AS version_count, c.transaction_hash
            FROM models_created c
            LEFT JOIN models_ownership_accepted o ON o.id = (SELECT MAX(x.id) FROM models_ownership_accepted x WHERE x.model_id = c.model_id)
            LEFT JOIN models_metadata_changed m ON m.id = (SELECT MAX(x.id) FROM models_metadata_changed x WHERE x.model_id = c.model_id)
            LEFT JOIN model_metadata d ON d.uri = LOWER(COALESCE(m.metadata_uri, c.metadata_uri))
            """) { Of = ["models_created"], Indexed = [new("model_id"), new("creator", "owner")] },
        new(
            "versions", "version_id", ["models"],
            [
                new("id", Integer), new("published_at", Integer), new("version_id", Hash), new("model_id", Hash), new("model_name", Text, true),
                new("major", Integer), new("minor", Integer), new("kind", Integer) { Values = ["0", "1", "2"] }, new("artifact_hash", Hash), new("signature_hash", Hash),
                new("descriptor_hash", Hash), new("proof_commitment", Hash), new("proof_verifier", Address), new("tolerance_abs", Amount),
                new("tolerance_rel", Amount), new("uris", Json), new("status", Text) { Values = ["active", "deprecated", "yanked"] }, new("transaction_hash", Hash),
            ],
            """
            SELECT v.id, v.block_time AS published_at, v.version_id, v.model_id, m.name AS model_name, v.major, v.minor, v.kind, v.artifact_hash,
              v.signature_hash, v.descriptor_hash, v.proof_commitment, v.proof_verifier, v.tolerance_abs, v.tolerance_rel, v.uris,
              CASE
                WHEN (SELECT MAX(x.id) FROM models_version_yanked x WHERE x.version_id = v.version_id) IS NOT NULL THEN 'yanked'
                WHEN (SELECT MAX(x.id) FROM models_version_deprecated x WHERE x.version_id = v.version_id) IS NOT NULL THEN 'deprecated'
                ELSE 'active'
              END AS status,
              v.transaction_hash
            FROM models_version_published v
            LEFT JOIN models_created m ON m.id = (SELECT MAX(x.id) FROM models_created x WHERE x.model_id = v.model_id)
            """) { Of = ["models_version_published"], Indexed = [new("version_id"), new("model_id")] },
        new(
            "nodes", "node", ["nodes"],
            [
                new("id", Integer), new("registered_at", Integer), new("node", Address), new("operator", Address), new("payee", Address),
                new("roles", Integer), new("endpoint", Text), new("metadata_uri", Text), new("metadata_name", Text, true), new("metadata_description", Text, true),
                new("metadata_fault", Text, true), new("transaction_hash", Hash),
            ],
            """
            SELECT r.id, r.block_time AS registered_at, r.node, COALESCE(o.operator, r.operator) AS operator, COALESCE(p.payee, r.payee) AS payee,
              COALESCE(c.roles, r.roles) AS roles, COALESCE(c.endpoint, r.endpoint) AS endpoint,
              COALESCE(c.metadata_uri, r.metadata_uri) AS metadata_uri, d.name AS metadata_name, d.description AS metadata_description,
              d.fault AS metadata_fault, r.transaction_hash
            FROM nodes_registered r
            LEFT JOIN nodes_operator_accepted o ON o.id = (SELECT MAX(x.id) FROM nodes_operator_accepted x WHERE x.node = r.node)
            LEFT JOIN nodes_payee_changed p ON p.id = (SELECT MAX(x.id) FROM nodes_payee_changed x WHERE x.node = r.node)
            LEFT JOIN nodes_changed c ON c.id = (SELECT MAX(x.id) FROM nodes_changed x WHERE x.node = r.node)
            LEFT JOIN model_metadata d ON d.uri = LOWER(COALESCE(c.metadata_uri, r.metadata_uri))
            """) { Of = ["nodes_registered"], Indexed = [new("node")] },
        new(
            "attested_keys", "signer", ["keys"],
            [
                new("id", Integer), new("registered_at", Integer), new("signer", Address), new("node", Address), new("key_epoch", Integer),
                new("hpke_key", Hash), new("evidence_hash", Hash), new("root_id", Hash), new("root_label", Hash, true), new("is_emulated", ColumnKind.Boolean, true),
                new("tee_type", Hash), new("workload_id", Hash), new("platform_id", Hash), new("tcb_status", Integer), new("tcb_eval", Integer),
                new("attested_at", Integer), new("active_from", Integer, true), new("expires_at", Integer), new("attesters", Json),
                new("vetoed_at", Integer, true), new("confirmed_at", Integer, true), new("revoked_at", Integer, true), new("root_revoked_at", Integer, true),
                new("workload_revoked_at", Integer, true), new("platform_revoked_at", Integer, true), new("tcb_floor_raised_at", Integer, true),
                new("successor_active_from", Integer, true), new("transaction_hash", Hash),
            ],
            """
            SELECT k.id, k.block_time AS registered_at, k.signer, k.node, k.key_epoch, k.hpke_key, k.evidence_hash, k.root_id, a.label AS root_label,
              a.is_emulated, k.tee_type, k.workload_id, k.platform_id, k.tcb_status, k.tcb_eval, k.attested_at,
              CASE WHEN v.id > COALESCE(c.id, -1) THEN NULL ELSE COALESCE(c.block_time, k.active_from) END AS active_from, k.expires_at, k.attesters,
              CASE WHEN v.id > COALESCE(c.id, -1) THEN v.block_time END AS vetoed_at, c.block_time AS confirmed_at,
              (SELECT MIN(x.block_time) FROM keys_revoked x WHERE x.signer = k.signer) AS revoked_at,
              (SELECT MIN(x.block_time) FROM keys_root_revoked x WHERE x.root_id = k.root_id) AS root_revoked_at,
              (SELECT MIN(x.block_time) FROM keys_workload_revoked x WHERE x.workload_id = k.workload_id) AS workload_revoked_at,
              (SELECT MIN(x.block_time) FROM keys_platform_revoked x WHERE x.platform_id = k.platform_id) AS platform_revoked_at,
              (SELECT MIN(x.block_time) FROM keys_tcb_floor_raised x WHERE x.tee_type = k.tee_type AND x.tcb_eval > k.tcb_eval) AS tcb_floor_raised_at,
              (SELECT MIN(COALESCE(nc.block_time, n.active_from)) FROM keys_registered n
                LEFT JOIN keys_vetoed nv ON nv.id = (SELECT MAX(x.id) FROM keys_vetoed x WHERE x.signer = n.signer AND x.id > n.id)
                LEFT JOIN keys_confirmed nc ON nc.id = (SELECT MAX(x.id) FROM keys_confirmed x WHERE x.signer = n.signer AND x.id > n.id)
                WHERE n.node = k.node AND n.key_epoch > k.key_epoch AND (nv.id IS NULL OR nv.id < nc.id)
                  AND NOT EXISTS (SELECT 1 FROM keys_revoked x WHERE x.signer = n.signer AND x.block_time < COALESCE(nc.block_time, n.active_from))
              ) AS successor_active_from, k.transaction_hash
            FROM keys_registered k
            LEFT JOIN keys_root_approved a ON a.id = (SELECT MAX(x.id) FROM keys_root_approved x WHERE x.root_id = k.root_id)
            LEFT JOIN keys_vetoed v ON v.id = (SELECT MAX(x.id) FROM keys_vetoed x WHERE x.signer = k.signer AND x.id > k.id)
            LEFT JOIN keys_confirmed c ON c.id = (SELECT MAX(x.id) FROM keys_confirmed x WHERE x.signer = k.signer AND x.id > k.id)
            """) { Of = ["keys_registered"], Indexed = [new("signer"), new("node")] },
    ];

    private static Shortcut OfRequests(string column, string? value, string table) => new(column, value, table, "hub_requested", "request_id");

    /// <summary>Those whose families are all there.</summary>
    public static IEnumerable<AnalystView> Over(IReadOnlyCollection<EventFamily> families) =>
        All.Where(view => view.Families.All(name => families.Any(family => family.Name == name)));
}
