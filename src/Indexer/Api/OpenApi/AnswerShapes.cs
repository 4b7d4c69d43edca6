using System.Text.Json.Nodes;
using static OpenGradient.Indexer.Api.OpenApi.Shape;

namespace OpenGradient.Indexer.Api.OpenApi;

/// <summary>What answers look like that are no rows; a test holds them against what is answered.</summary>
internal static class AnswerShapes
{
    private static readonly string[] KeyWords = ["valid", "not yet active", "vetoed", "revoked", "outdated", "expired", "succeeded"];
    private static readonly string[] VersionWords = ["active", "deprecated", "yanked", "unknown"];

    public static IEnumerable<(string Name, JsonObject Shape)> All =>
    [
        ("AsOf", Of(("block", Described(Whole(), "The last block of which anything is told: the tip, or the one of the parameter as_of.")), ("hash", Described(OrNull(Text("hash")), "Null for a block below the last final one, which nothing replaces.")), ("final", Whole()), ("place", Described(Text(), "Where a stream goes on without a hole: its `after`.")), ("gap_last", Described(OrNull(Whole()), "The last block of which rows are still missing; null when all are there.")))),
        ("Problem", Of(("type", Text()), ("title", Text()), ("status", Whole()), ("detail", Text()))),
        ("Buckets", Of(
            ("seconds", Whole()),
            ("items", List(Described(
                Of(("from", Whole()), ("count", Whole())),
                "Beside these the column that groups, by its name, and of the measured column, by its name, an object with count, and as text min, max, sum, p50, p95 and p99."))),
            ("as_of", Ref("AsOf")))),
        ("Figures", Of(("count", Whole()), ("sum", Text("uint256")), ("min", Whole()), ("p50", Whole()), ("p95", Whole()), ("p99", Whole()), ("max", Whole()))),
        ("Gas", Of(
            ("count", Described(Whole(), "Of how many settlements it is known: those of final blocks, about which a node was asked.")),
            ("sum", Text("uint256")), ("min", Whole()), ("p50", Whole()), ("p95", Whole()), ("p99", Whole()), ("max", Whole()),
            ("cost_wei", Described(OrNull(Text("uint256")), "What the senders paid for it; null where a node told no price.")))),
        ("Statistics", Of(
            ("seconds", Whole()), ("from", Whole()), ("to", Whole()),
            ("items", List(Described(
                Of(
                    ("from", Whole()), ("asked", Whole()), ("answered", Whole()), ("failed", Whole()), ("overturned", Whole()), ("refunded", Whole()), ("open", Whole()),
                    ("success_rate", Described(OrNull(Number()), "Answered of all that are decided; null where nothing is.")),
                    ("latency_seconds", OrNull(Ref("Figures"))), ("gas", OrNull(Ref("Gas")))),
                "Beside these the column that groups, by its name; and by node lapsed, the claims that it let lapse."))),
            ("as_of", Ref("AsOf")))),
        ("ToldEvent", Of(("event", Text()), ("id", Text("row-id")), ("proof", Described(Text(), "Where its proof is.")), ("row", Anything("As the event's own list gives it.")))),
        ("BlockEvents", Of(
            ("block", Whole()), ("hash", OrNull(Text("hash"))), ("time", OrNull(Whole())), ("events", List(Ref("ToldEvent"))),
            ("truncated", Described(Truth(), "There are more than one answer has room for: the events' own lists have them, with block=N.")), ("as_of", Ref("AsOf")))),
        ("Custody", Of(
            ("request_id", Text("hash")), ("steps", List(Ref("ToldEvent"))),
            ("key", Described(
                OrNull(Of(("signer", Text("address")), ("at_settlement", OneOf(KeyWords)), ("now", OneOf(KeyWords)))), "What the register's events make of the attested key that signed; null where none did.")),
            ("version", Described(
                OrNull(Of(("version_id", Text("hash")), ("at_request", OneOf(VersionWords)), ("now", OneOf(VersionWords)))), "What the register's events make of the version that was asked; null where models are not indexed.")),
            ("payment", Described(
                OrNull(Of(
                    ("state", OneOf(["in escrow", "refunded", "withheld", "corrected", "overturned", "credited in part", "credited"])), ("fee", Text("uint256")), ("payee", OrNull(Text("address"))),
                    ("final_at", OrNull(Whole())))),
                "Where the fee is, as far as events say.")),
            ("gaps", Described(List(Text()), "What is missing, or was taken back since, by name.")), ("evidence", Described(OrNull(Text()), "Where the evidence of the key that signed is, where that is here.")), ("as_of", Ref("AsOf")))),
        ("Found", Of(
            ("q", Text()),
            ("items", List(Of(("kind", OneOf(["request", "version", "model", "node", "key", "requester", "transaction", "block"])), ("key", Text()), ("name", OrNull(Text()))))))),
        ("Status", Of(
            ("chain_id", Whole()), ("head", OrNull(Whole())), ("tip", OrNull(Whole())), ("final", OrNull(Whole())), ("lag_blocks", OrNull(Whole())), ("seconds_silent", OrNull(Number())),
            ("tip_time", OrNull(Whole())), ("tip_age_seconds", Described(OrNull(Number()), "By the indexer's clock and the time in the header of the last block.")),
            ("tip_age_limit_seconds", Described(OrNull(Number()), "From which age on the indexer is not ready; null where any will do.")),
            ("faults", Described(List(Text()), "What is wrong with following the chain.")),
            ("last_failure", Described(OrNull(Of(("at", Whole()), ("endpoint", OrNull(Text())), ("reason", Text()))), "What last went wrong, however long ago.")),
            ("rows_since_start", Whole()), ("blocks_per_second", Number()), ("rows_per_second", Number()), ("seconds_left", OrNull(Number())), ("stopped", OrNull(Text())),
            ("blobs", Of(
                ("sources", List(Text())), ("fetched", Whole()), ("failed", Whole()), ("waiting", Whole()), ("given_up", Whole()), ("bytes", Whole()), ("budget_bytes", Whole()))),
            ("families", List(Of(
                ("name", Text()), ("fingerprint", Text("hash")), ("first_block", Whole()), ("gap_last", OrNull(Whole())), ("is_whole", Truth()), ("is_indexed", Truth())))))),
        ("BlobState", Of(
            ("hash", Text()), ("kinds", List(OneOf(["metadata", "evidence"]))), ("state", Text()), ("found_at", Whole()), ("attempts", Whole()), ("next_at", OrNull(Whole())),
            ("fetched_at", OrNull(Whole())), ("length", OrNull(Whole())), ("source", OrNull(Text())), ("reason", OrNull(Text())),
            ("content", Described(OrNull(Text()), "Where its bytes are; null where they are not given out.")), ("metadata", OrNull(Anything("What a description says."))),
            ("metadata_fault", OrNull(Text())))),
        ("State", Of(
            ("chain_id", Whole()), ("block", Whole()), ("hash", Described(OrNull(Text("hash")), "Null where the block is long final, and its hash is not kept.")), ("final", Whole()),
            ("state", OrNull(Text("hash"))), ("families", List(Of(("name", Text()), ("fingerprint", Text("hash")), ("state", OrNull(Text("hash")))))))),
        ("Place", Of(("number", Whole()), ("hash", Text("hash")))),
        ("Reorgs", Of(
            ("items", List(Of(
                ("id", Whole()), ("orphaned_at", Described(Whole(), "In milliseconds of Unix time, by the indexer's clock.")), ("ancestor", Ref("Place")), ("old_tip", Ref("Place")), ("new_tip", Ref("Place")),
                ("endpoints", Text())))),
            ("next", OrNull(Text())))),
        ("Ready", Of(("ready", Truth()), ("lag_blocks", OrNull(Whole())), ("tip_age_seconds", OrNull(Number())), ("faults", List(Text())))),
        ("SqlRows", Of(
            ("columns", List(Text())), ("rows", List(List(new JsonObject()))), ("row_count", Whole()), ("truncated", Described(Truth(), "There are more rows than one answer has room for.")))),
    ];
}
