using OpenGradient.Attestation.Verdicts;
using OpenGradient.Database;
using OpenGradient.Ethereum.Contracts;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Relayer.Jobs;
using OpenGradient.Sending;

namespace OpenGradient.Relayer.Attesting.Keys;

/// <summary>Our keys in the database: which were sent, with what evidence. A transaction is ordered in the transaction that writes why.</summary>
public sealed class KeyStore(IDatabase database, ITransactionQueue queue, IOrders orders, TimeProvider clock)
{
    private const int MostChanges = 100;

    /// <summary>Writes a key down, and orders its registration.</summary>
    /// <param name="key">What is written of it.</param>
    /// <param name="digest">What was signed: the same registration is ordered once, whoever asks.</param>
    /// <param name="call">The registration.</param>
    /// <param name="cancellationToken">Ends it early.</param>
    public Task RegisterAsync(KeyRow key, Hash32 digest, ContractCall call, CancellationToken cancellationToken) => database.WriteAsync(
        async session =>
        {
            var order = await orders.PlaceAsync(session, new Order($"register:{digest}", call.To, call.Data, GasLimit: null, OrderPurpose.Register));
            await session.ExecuteAsync(
                """
                INSERT INTO attested_keys (signer, key_epoch, kind, evidence_hash, claim, order_id, ordered_at, checked_block)
                VALUES (@Signer, @KeyEpoch, @Kind, @EvidenceHash, @Claim, @order, @now, @Block)
                ON CONFLICT (signer) DO UPDATE SET key_epoch = excluded.key_epoch, kind = excluded.kind, evidence_hash = excluded.evidence_hash,
                  claim = excluded.claim, order_id = excluded.order_id, ordered_at = excluded.ordered_at, checked_block = excluded.checked_block
                """,
                new { key.Signer, key.KeyEpoch, Kind = $"{key.Kind}", key.EvidenceHash, key.Claim, order, now = clock.GetUtcNow(), key.Block });
        },
        cancellationToken);

    /// <summary>The last registration that was ordered for an epoch; null for none.</summary>
    public Task<SentRegistration?> SentAsync(ulong epoch, CancellationToken cancellationToken) => database.WriteAsync(
        async session =>
        {
            // Nobody else follows these orders: taking their changes lets them be forgotten one day.
            await queue.TakeChangesAsync(session, QueuedOrders.NameOf(OrderPurpose.Register), MostChanges);
            var order = await session.QuerySingleOrDefaultAsync<long?>(
                "SELECT order_id FROM attested_keys WHERE key_epoch = @epoch ORDER BY ordered_at DESC, order_id DESC LIMIT 1", new { epoch });
            if (order is not { } id)
                return null;
            // One that is not known any more is long over.
            return (await orders.StatesAsync(session, [id])).TryGetValue(id, out var state)
                ? new SentRegistration(epoch, state.State, state.Block, id)
                : new SentRegistration(epoch, SentState.Failed, Block: null, id);
        },
        cancellationToken);

    /// <summary>Up to which block it is known whether anything was revoked since a key was registered; null for a key that is not ours.</summary>
    public Task<BlockNumber?> CheckedBlockAsync(Address signer, CancellationToken cancellationToken) => database.ReadAsync(
        session => session.QuerySingleOrDefaultAsync<BlockNumber?>("SELECT checked_block FROM attested_keys WHERE signer = @signer", new { signer }), cancellationToken);

    /// <summary>Notes that nothing was revoked up to a block.</summary>
    public Task CheckAsync(Address signer, BlockNumber block, CancellationToken cancellationToken) => database.WriteAsync(
        session => session.ExecuteAsync("UPDATE attested_keys SET checked_block = @block WHERE signer = @signer", new { signer, block }), cancellationToken);

    /// <summary>Orders a refresh that covers everything up to a block.</summary>
    public Task RefreshAsync(Address signer, BlockNumber block, ContractCall call, CancellationToken cancellationToken) => database.WriteAsync(
        async session =>
        {
            var order = await orders.PlaceAsync(session, new Order($"refresh:{signer}:{block.Value}", call.To, call.Data, GasLimit: null, OrderPurpose.Register));
            await session.ExecuteAsync(
                "UPDATE attested_keys SET checked_block = @block, refresh_order = @order WHERE signer = @signer", new { signer, block, order });
        },
        cancellationToken);

    /// <summary>The claim behind some evidence, as attesters were sent it; null where there is none.</summary>
    public Task<byte[]?> ClaimOfAsync(Hash32 evidenceHash, CancellationToken cancellationToken) => database.ReadAsync(
        session => session.QuerySingleOrDefaultAsync<byte[]>(
            "SELECT claim FROM attested_keys WHERE evidence_hash = @evidenceHash LIMIT 1", new { evidenceHash }),
        cancellationToken);

    /// <summary>The evidence behind the last keys, by its hash.</summary>
    public Task<IReadOnlyList<Hash32>> EvidenceAsync(int most, CancellationToken cancellationToken) => database.ReadAsync(
        session => session.QueryAsync<Hash32>("SELECT evidence_hash FROM attested_keys ORDER BY ordered_at DESC, signer LIMIT @most", new { most }), cancellationToken);
}

/// <summary>What is written of a key.</summary>
/// <param name="Signer">The key.</param>
/// <param name="KeyEpoch">Its epoch.</param>
/// <param name="Kind">Whose evidence it is.</param>
/// <param name="EvidenceHash">The evidence's hash.</param>
/// <param name="Claim">What attesters were sent.</param>
/// <param name="Block">The block at which nothing that it rests on was revoked.</param>
public sealed record KeyRow(Address Signer, ulong KeyEpoch, EvidenceKind Kind, Hash32 EvidenceHash, byte[] Claim, BlockNumber Block);
