using OpenGradient.Database;
using OpenGradient.Ethereum.Primitives;

namespace OpenGradient.Indexer.Api.Custody;

/// <summary>
/// Where the fee of a request is. The hub credits a payee with sums by the hour, so that no event is the payment of one request: what is known is
/// what the hub owes for it, and since when that can be collected.
/// </summary>
/// <param name="State">In a word.</param>
/// <param name="Fee">What was paid in.</param>
/// <param name="Payee">Who is owed it; null where nobody is.</param>
/// <param name="FinalAt">From when on it can be collected, by the chain's active time; null where nobody is owed it.</param>
/// <param name="Gap">What no event says, by name; null where nothing is missing.</param>
internal sealed record Payment(string State, UInt256 Fee, Address? Payee, long? FinalAt, string? Gap)
{
    private const string Unnamed = "That it was paid out is in no event: the hub pays what a payee earned in an hour in one sum.";

    public static async Task<Payment?> ReadAsync(DatabaseSession session, Hash32 request)
    {
        var found = await session.QuerySingleOrDefaultAsync<Row>(
            """
            SELECT q.fee AS Fee, q.stage AS Stage, r.payee AS Payee, r.final_at AS FinalAt, r.is_failure AS IsFailure, r.is_corrected AS IsCorrected
            FROM requests q LEFT JOIN receipts r ON r.request_id = q.request_id WHERE q.request_id = @request
            """,
            new { request });
        return found is null ? null : Of(found);
    }

    private static Payment Of(Row row) => row.Stage switch
    {
        "refunded" => new("refunded", row.Fee, null, null, null),
        "contested" => new("withheld", row.Fee, null, null, "Nothing is paid until the court has judged."),
        "overturned" when row.IsCorrected is true => new(
            "corrected", row.Fee, null, null, "The node that answered earned nothing: the fee is owed for the answer in its place, to the payee that hub_overturned names. " + Unnamed),
        "overturned" => new("overturned", row.Fee, null, null, "The node that answered earned nothing; no answer stands in its place."),
        "settled" or "upheld" when row.IsFailure is true => new(
            "credited in part", row.Fee, row.Payee, row.FinalAt, "Of a failure the payee earns a share, and the rest went back to the requester at once: how much is in no event. " + Unnamed),
        "settled" or "upheld" => new("credited", row.Fee, row.Payee, row.FinalAt, Unnamed),
        _ => new("in escrow", row.Fee, null, null, "The fee is in the hub's escrow: nobody has earned it yet."),
    };

    private sealed class Row
    {
        public UInt256 Fee { get; init; }

        public string Stage { get; init; } = "";

        public Address? Payee { get; init; }

        public long? FinalAt { get; init; }

        public bool? IsFailure { get; init; }

        public bool? IsCorrected { get; init; }
    }
}
