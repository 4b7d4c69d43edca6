using OpenGradient.Ethereum.Abi;
using OpenGradient.Ethereum.Crypto;
using OpenGradient.Ethereum.Primitives;

namespace OpenGradient.Contracts.Hub;

/// <summary>Hashes of what is asked and of what was settled: the twins, off the chain, of RequestLib and Words in Solidity. Tests hold them together.</summary>
public static class RequestHash
{
    private const int Word = UInt256.ByteLength;
    private const int IdWords = 6;
    private const int OffChainIdWords = 4;
    private const int RequestBytes = 14 * Word;
    private const int SettlementBytes = 12 * Word;
    private const int TermsHeadBytes = 2 * Word;

    // Requests that never touch a chain carry another tag.
    private static readonly Hash32 OnChainTag = Keccak256.Hash("OpenGradient.Relayer.Request.OnChain.1"u8);
    private static readonly Hash32 OffChainTag = Keccak256.Hash("OpenGradient.Relayer.Request.OffChain.1"u8);

    /// <summary>The id of a request on one hub of one chain.</summary>
    public static Hash32 IdOf(ChainId chainId, Address hub, IHubContract.Ask ask)
    {
        var writer = new AbiWriter(stackalloc byte[IdWords * Word], IdWords * Word);
        writer.WriteBytes32(OnChainTag);
        writer.WriteUInt64(chainId.Value);
        writer.WriteAddress(hub);
        writer.WriteAddress(ask.Requester);
        writer.WriteUInt256(ask.Nonce);
        writer.WriteBytes32(Of(ask.Request));
        return Keccak256.Hash(writer.ToArray());
    }

    /// <summary>The id of a request that is asked of a node directly: no request at the hub ever has it.</summary>
    /// <param name="chainId">The chain whose receipts answer it.</param>
    /// <param name="hub">The hub whose receipts answer it.</param>
    /// <param name="nonce">32 random bytes, used once.</param>
    public static Hash32 OffChainIdOf(ChainId chainId, Address hub, Hash32 nonce)
    {
        var writer = new AbiWriter(stackalloc byte[OffChainIdWords * Word], OffChainIdWords * Word);
        writer.WriteBytes32(OffChainTag);
        writer.WriteUInt64(chainId.Value);
        writer.WriteAddress(hub);
        writer.WriteBytes32(nonce);
        return Keccak256.Hash(writer.ToArray());
    }

    /// <summary>The hash of a request. A number that does not fit its field throws <see cref="AbiException"/>.</summary>
    public static Hash32 Of(IHubContract.Request request)
    {
        var writer = new AbiWriter(stackalloc byte[RequestBytes], RequestBytes);
        IHubContract.Request.Write(ref writer, request);
        return Keccak256.Hash(writer.ToArray());
    }

    /// <summary>The hash of terms as a request carries it: zero where there are none.</summary>
    public static Hash32 Of(IHubContract.Terms terms)
    {
        if (terms.AcceptedWorkloads.Count == 0 && terms.Members.Count == 0)
            return Hash32.Zero;

        var writer = new AbiWriter(stackalloc byte[Word], Word);
        writer.WriteTuple(terms, TermsHeadBytes, IHubContract.Terms.Write);
        return Keccak256.Hash(writer.ToArray());
    }

    /// <summary>The hash of a settlement, of which the request's word keeps the upper 200 bits.</summary>
    public static Hash32 Of(IHubContract.Settlement settlement)
    {
        var writer = new AbiWriter(stackalloc byte[SettlementBytes], SettlementBytes);
        IHubContract.Settlement.Write(ref writer, settlement);
        return Keccak256.Hash(writer.ToArray());
    }
}
