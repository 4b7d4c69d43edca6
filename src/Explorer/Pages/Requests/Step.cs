using OpenGradient.Contracts.Hub;
using OpenGradient.Explorer.Asking;

namespace OpenGradient.Explorer.Pages.Requests;

/// <summary>An event about a request, and the name that it has for people.</summary>
/// <param name="Event">Its table.</param>
/// <param name="Id">Its place on the chain.</param>
/// <param name="Proof">Where the bundle is that proves it.</param>
/// <param name="Row">What it says.</param>
public sealed record Step(string Event, string Id, string Proof, Row Row)
{
    // What is at the head of each row, or so long that it is shown by its length.
    private static readonly HashSet<string> Apart = new(StringComparer.Ordinal) { "id", "block_time", "transaction_index", "transaction_hash", "emitter", "request_id" };

    private static readonly Dictionary<string, string> Titles = new(StringComparer.Ordinal)
    {
        ["hub_requested"] = "Asked and paid for",
        ["hub_terms_set"] = "Terms were set",
        ["hub_claimed"] = "A node claimed it",
        ["hub_claim_released"] = "The claim was released",
        ["hub_claim_forfeited"] = "The claim was forfeited",
        ["hub_settled"] = "Answered, with a receipt",
        ["hub_submission_refused"] = "An answer was refused",
        ["hub_raised"] = "The assurance was raised",
        ["hub_contested"] = "The answer was contested",
        ["hub_upheld"] = "The answer was upheld",
        ["hub_overturned"] = "The answer was overturned",
        ["hub_answer_sealed"] = "A member of the quorum sealed its answer",
        ["hub_answer_revealed"] = "A member of the quorum revealed its answer",
        ["hub_seal_returned"] = "A seal's bond was returned",
        ["hub_seal_forfeited"] = "A seal's bond was forfeited",
        ["hub_delivered"] = "Delivered to the requester's contract",
        ["hub_tip_reclaimed"] = "The tip of the delivery was taken back",
        ["hub_refunded"] = "The fee was refunded",
        ["hub_collected"] = "The payee collected what it had earned",
        ["models_version_published"] = "The version was published",
        ["models_version_deprecated"] = "The version was deprecated",
        ["models_version_yanked"] = "The version was yanked",
        ["nodes_registered"] = "The node registered",
        ["nodes_slashed"] = "The node was slashed",
        ["keys_registered"] = "The key that signed was attested",
        ["keys_vetoed"] = "The key was vetoed",
        ["keys_confirmed"] = "The veto was overruled",
        ["keys_tcb_floor_raised"] = "The floor of the trusted base was raised",
        ["keys_revoked"] = "The key was revoked",
        ["keys_root_approved"] = "Its root of trust was approved",
        ["keys_root_revoked"] = "Its root of trust was revoked",
        ["keys_workload_approved"] = "Its workload was approved",
        ["keys_workload_revoked"] = "Its workload was revoked",
        ["keys_platform_revoked"] = "Its platform was revoked",
        ["court_case_opened"] = "A case was opened",
        ["court_challenged_by_proof"] = "It was challenged by a proof",
        ["court_committee_drawn"] = "A committee was drawn",
        ["court_vote_sealed"] = "A member sealed its vote",
        ["court_vote_revealed"] = "A member revealed its vote",
        ["court_case_ended"] = "The case ended",
    };

    /// <summary>The number of its block.</summary>
    public string Block => Id.Split('-')[0];

    public string Title => Titles.TryGetValue(Event, out var title) ? title : Event.Replace('_', ' ');

    /// <summary>The colour of its mark: what went wrong for somebody stands out.</summary>
    public string Kind => Event switch
    {
        "hub_settled" or "hub_delivered" or "hub_upheld" => "good",
        "hub_overturned" or "hub_submission_refused" or "hub_claim_forfeited" or "hub_seal_forfeited" or "hub_refunded" or "keys_revoked" or "keys_vetoed"
            or "keys_root_revoked" or "keys_workload_revoked" or "keys_platform_revoked" or "models_version_yanked" or "nodes_slashed" or "court_silence_slashed" => "bad",
        "hub_contested" or "court_case_opened" or "court_challenged_by_proof" => "warn",
        _ => "plain",
    };

    /// <summary>What it says beside when and where.</summary>
    public IEnumerable<(string Name, string Value)> Facts
    {
        get
        {
            foreach (var column in Row.Columns.Where(column => !Apart.Contains(column) && Row.Has(column)))
                yield return (column.Replace('_', ' '), Event == "hub_submission_refused" && column == "refusal" ? ((Refusal)(byte)Row.Number(column)).ToString() : Row.Text(column));
        }
    }

    public static Step Of(Row step) => new(step.Text("event"), step.Text("id"), step.Text("proof"), step.Below("row"));
}
