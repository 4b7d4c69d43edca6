using System.Security.Cryptography;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Ethereum.Transactions;
using OpenGradient.Ethereum.Tries;

namespace OpenGradient.Ethereum.Blocks;

/// <summary>What a block's header holds of the block's content: whoever has both can tell whether they belong together.</summary>
public static class BlockCommitments
{
    public static Hash32 TransactionsRoot(IEnumerable<SignedTransaction> transactions) =>
        Trie.RootOfList([.. transactions.Select(static transaction => transaction.Encoding)]);

    public static Hash32 ReceiptsRoot(IEnumerable<Receipt> receipts) => Trie.RootOfList(EncodingsOf(receipts));

    /// <summary>The trie under a block's receipts root, which proves each receipt at <see cref="Trie.ListKey"/> of its index.</summary>
    public static Trie ReceiptsTrie(IEnumerable<Receipt> receipts) => Trie.OfList(EncodingsOf(receipts));

    /// <summary>Shanghai, EIP-4895.</summary>
    public static Hash32 WithdrawalsRoot(IEnumerable<Withdrawal> withdrawals) =>
        Trie.RootOfList([.. withdrawals.Select(static withdrawal => (ReadOnlyMemory<byte>)withdrawal.Encode())]);

    /// <summary>
    /// Prague, EIP-7685: the SHA-256 hash of the hashes of the requests. Each starts with its type, and comes in the order of the types;
    /// one of nothing but its type does not count.
    /// </summary>
    public static Hash32 RequestsHash(IEnumerable<ReadOnlyMemory<byte>> requests)
    {
        Span<byte> hash = stackalloc byte[Hash32.ByteLength];
        using var hashes = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var request in requests)
        {
            if (request.Length <= 1)
                continue;

            SHA256.HashData(request.Span, hash);
            hashes.AppendData(hash);
        }

        hashes.GetHashAndReset(hash);
        return new Hash32(hash);
    }

    private static ReadOnlyMemory<byte>[] EncodingsOf(IEnumerable<Receipt> receipts) =>
        [.. receipts.Select(static receipt => (ReadOnlyMemory<byte>)receipt.Encode())];
}
