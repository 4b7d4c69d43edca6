using System.Runtime.InteropServices;

namespace OpenGradient.Ethereum.Transactions;

/// <summary>
/// The gas that a transaction pays for being what it is, before any code runs, by the rules of Prague and Osaka. Amsterdam counts
/// otherwise, and chains of other kinds may add to it.
/// </summary>
/// <param name="Intrinsic">What is taken before execution: the gas for the call itself, its data, access list and authorisations.</param>
/// <param name="CalldataFloor">The least that a transaction pays in the end, whatever it executes (EIP-7623).</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct IntrinsicGas(ulong Intrinsic, ulong CalldataFloor)
{
    public const ulong PerTransaction = 21_000;
    public const ulong PerContractCreation = 32_000;

    /// <summary>Shanghai, EIP-3860: for each 32 bytes of the code that makes a contract.</summary>
    public const ulong PerInitCodeWord = 2;

    /// <summary>Data is counted in tokens: one for a byte that is zero, four for another.</summary>
    public const ulong PerDataToken = 4;

    public const ulong TokensPerNonZeroByte = 4;

    /// <summary>Prague, EIP-7623: the price of a token when a transaction executes little.</summary>
    public const ulong FloorPerDataToken = 10;

    /// <summary>Berlin, EIP-2930.</summary>
    public const ulong PerAccessListAddress = 2_400;

    /// <summary>Berlin, EIP-2930.</summary>
    public const ulong PerAccessListStorageKey = 1_900;

    /// <summary>Prague, EIP-7702. A part is refunded where the authority's account exists already.</summary>
    public const ulong PerAuthorization = 25_000;

    /// <summary>A transaction with a lower gas limit than this is refused.</summary>
    public ulong LeastGasLimit => Math.Max(Intrinsic, CalldataFloor);

    /// <summary>Counts what a transaction pays.</summary>
    public static IntrinsicGas Of(Transaction transaction)
    {
        var data = transaction.Data.Span;
        var zeros = (ulong)data.Count((byte)0);
        var tokens = zeros + (((ulong)data.Length - zeros) * TokensPerNonZeroByte);

        var intrinsic = PerTransaction + (tokens * PerDataToken);
        if (transaction.To is null)
            intrinsic += PerContractCreation + (((ulong)data.Length + 31) / 32 * PerInitCodeWord);
        if (transaction is TypedTransaction typed)
        {
            foreach (var entry in typed.AccessList)
                intrinsic += PerAccessListAddress + ((ulong)entry.StorageKeys.Count * PerAccessListStorageKey);
        }

        if (transaction is SetCodeTransaction setCode)
            intrinsic += (ulong)setCode.Authorizations.Count * PerAuthorization;

        return new IntrinsicGas(intrinsic, PerTransaction + (tokens * FloorPerDataToken));
    }
}
