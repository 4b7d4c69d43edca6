using OpenGradient.Contracts;
using OpenGradient.Contracts.Deployments;
using OpenGradient.Contracts.Hub;
using OpenGradient.Database;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Relayer.Chain;
using OpenGradient.Relayer.Jobs;

namespace OpenGradient.Relayer.Claiming;

/// <summary>
/// How much may still be claimed: bonds come from our balance at the hub, answers lock our stake, and nobody should hold more than can be answered. What
/// was claimed and is not locked yet is counted from the jobs themselves, so that replicas and restarts count the same.
/// </summary>
public sealed class ClaimBudget(
    IDatabase database, IOrders orders, HubTerms terms, Address node, int mostOpenClaims, ClaimBreaker? breaker = null, TimeProvider? clock = null)
{
    // Newer claims than these are all that can still be on their way.
    private const int MostRead = 4_096;

    private readonly ClaimBreaker _breaker = breaker ?? new ClaimBreaker();
    private readonly TimeProvider _clock = clock ?? TimeProvider.System;

    /// <summary>What any claim takes from the balance at the least.</summary>
    public UInt256 LeastBond => terms.MinBond;

    /// <summary>The room for claims, as things stand now.</summary>
    public async Task<Room> OpenAsync(NodeStanding standing, CancellationToken cancellationToken)
    {
        var (ends, open) = await database.ReadAsync(
            async session => (await ClaimHistory.ReadAsync(session, node), await ReadOpenAsync(session)), cancellationToken);
        var room = new Room(terms, _breaker.Judge(ends, _clock.GetUtcNow()).MostOpen(mostOpenClaims) - open.Count, standing.FreeStake, standing.Balance);
        foreach (var claim in open)
            room.Count(claim.Request, claim.Stage == (int)Stage.Open ? claim.Claims : null);
        return room;
    }

    // What we hold, and what may still become ours: a claim that reverted or was never sent is neither.
    private async Task<IReadOnlyList<OpenClaim>> ReadOpenAsync(DatabaseSession session)
    {
        var claims = await session.QueryAsync<OpenClaim>(
            """
            SELECT asked AS Asked, requester AS Requester, request_id AS RequestId, stage AS Stage, claims AS Claims, claim_order AS ClaimOrder FROM jobs
            WHERE ended = 0 AND claim_order IS NOT NULL AND (stage = @Open OR (stage = @Claimed AND node = @node))
            ORDER BY stage DESC, claim_order DESC LIMIT @MostRead
            """,
            new { Open = (int)Stage.Open, Claimed = (int)Stage.Claimed, node, MostRead });
        var waiting = claims.Where(claim => claim.Stage == (int)Stage.Open).ToList();
        var states = await orders.StatesAsync(session, [.. waiting.Select(claim => claim.ClaimOrder)]);
        var failed = waiting.Where(claim => !states.TryGetValue(claim.ClaimOrder, out var order) || order.State == SentState.Failed).ToHashSet();
        return [.. claims.Where(claim => !failed.Contains(claim))];
    }

    /// <summary>Whether there is claimed at all, by what became of the last claims.</summary>
    public async Task<BreakerVerdict> JudgeAsync(CancellationToken cancellationToken) => _breaker.Judge(
        await database.ReadAsync(session => ClaimHistory.ReadAsync(session, node), cancellationToken), _clock.GetUtcNow());

    /// <summary>What is left; each claim takes from it.</summary>
    public sealed class Room
    {
        private readonly HubTerms _terms;
        private int _claims;
        private UInt256 _stake;
        private UInt256 _balance;

        internal Room(HubTerms terms, int claims, UInt256 stake, UInt256 balance) => (_terms, _claims, _stake, _balance) = (terms, claims, stake, balance);

        /// <summary>Takes what a claim of this job needs; false, and nothing taken, where there is too little.</summary>
        public bool TryTake(Job job)
        {
            var lien = LienOf(_terms, job.Ask.Request);
            // One that ran out before it is doubled once more.
            var bond = BondOf(_terms, job.Ask.Request, job.View.Claims + (job.View.Stage == Stage.Claimed ? 1 : 0));
            if (_claims <= 0 || lien > _stake || bond > _balance)
                return false;

            _claims--;
            _stake -= lien;
            _balance -= bond;
            return true;
        }

        // A claim that is mined has left the balance already.
        internal void Count(IHubContract.Request request, int? claimsIfPending)
        {
            _stake = Less(_stake, LienOf(_terms, request));
            if (claimsIfPending is { } claims)
                _balance = Less(_balance, BondOf(_terms, request, claims));
        }

        private static UInt256 Less(UInt256 amount, UInt256 taken) => amount > taken ? amount - taken : UInt256.Zero;
    }

    /// <summary>The stake that an answer locks.</summary>
    public UInt256 LienOf(Job job) => LienOf(terms, job.Ask.Request);

    /// <inheritdoc cref="LienOf(Job)"/>
    public static UInt256 LienOf(HubTerms terms, IHubContract.Request request) =>
        (Assurance)request.Assurance == Assurance.Proven ? UInt256.Zero
        : (Assurance)request.Assurance == Assurance.Attested ? request.Fee * terms.AttestedLienFees
        : request.MinLien.IsZero ? request.Fee * terms.SignedLienFees
        : request.MinLien;

    /// <summary>The bond of a claim, which doubles whenever one ran out.</summary>
    public static UInt256 BondOf(HubTerms terms, IHubContract.Request request, int claims) =>
        (request.Fee > terms.MinBond ? request.Fee : terms.MinBond) << claims;

    private sealed class OpenClaim
    {
        public Hash32 RequestId { get; init; }

        public Address Requester { get; init; }

        public byte[] Asked { get; init; } = [];

        public int Stage { get; init; }

        public int Claims { get; init; }

        public long ClaimOrder { get; init; }

        public IHubContract.Request Request => JobRow.ReadAsked(RequestId, Requester, Asked).Request;
    }
}
