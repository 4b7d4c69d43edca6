using OpenGradient.Ethereum.Abi;
using OpenGradient.Ethereum.Primitives;

namespace OpenGradient.Ethereum.SmartAccounts;

/// <summary>
/// Asks an account that may not be deployed yet, in one call that deploys nothing: the call runs the creation code of
/// <c>contracts/script/support/CounterfactualSignatureProbe.sol</c>, which returns its findings in place of a contract's code.
/// </summary>
internal static class CounterfactualProbe
{
    // Compiled for the rules of Paris, which every chain has by now; a test compiles the source and compares.
    internal const string Code = "0x"
        + "608060405234801561001057600080fd5b5060405161042038038061042083398101604081905261002f916102f8565b600061003c8686846100"
        + "f7565b90508060018114806100b657856001600160a01b031685604051610060919061038e565b6000604051808303816000865af19150503d80"
        + "6000811461009d576040519150601f19603f3d011682016040523d82523d6000602084013e6100a2565b606091505b509091506100b390508888"
        + "866100f7565b91505b60008382846040516020016100de939291909283529015156020830152604082015260600190565b604051602081830303"
        + "8152906040529050805160208201f35b6000836001600160a01b03163b60000361011357506005610212565b600080856001600160a01b031660"
        + "025a61012d91906103aa565b86866040516024016101409291906103cc565b60408051601f198184030181529181526020820180516001600160"
        + "e01b0316630b135d3f60e11b17905251610175919061038e565b6000604051808303818686fa925050503d80600081146101b157604051915060"
        + "1f19603f3d011682016040523d82523d6000602084013e6101b6565b606091505b5091509150816101cb57600392505050610212565b60208151"
        + "10156101e057600492505050610212565b8051630b135d3f60e11b906101fe9083016020908101908401610406565b1461020a57600261020d56"
        + "5b60015b925050505b9392505050565b80516001600160a01b038116811461023057600080fd5b919050565b634e487b7160e01b600052604160"
        + "045260246000fd5b60005b8381101561026657818101518382015260200161024e565b50506000910152565b600082601f830112610280576000"
        + "80fd5b81516001600160401b0381111561029957610299610235565b604051601f8201601f19908116603f011681016001600160401b03811182"
        + "821017156102c7576102c7610235565b6040528181528382016020018510156102df57600080fd5b6102f082602083016020870161024b565b94"
        + "9350505050565b600080600080600060a0868803121561031057600080fd5b61031986610219565b6020870151909550935061032f6040870161"
        + "0219565b60608701519093506001600160401b0381111561034b57600080fd5b6103578882890161026f565b6080880151909350905060016001"
        + "60401b0381111561037557600080fd5b6103818882890161026f565b9150509295509295909350565b600082516103a081846020870161024b56"
        + "5b9190910192915050565b6000826103c757634e487b7160e01b600052601260045260246000fd5b500490565b82815260406020820152600082"
        + "518060408401526103f181606085016020870161024b565b601f01601f1916919091016060019392505050565b60006020828403121561041857"
        + "600080fd5b505191905056fe";

    private const int HeadBytes = 5 * AbiReader.WordLength;

    private static readonly byte[] CodeBytes = Hex.Decode(Code);

    // What the account said, as the contract numbers it.
    private enum Finding : ulong
    {
        Agrees = 1,
        Refuses = 2,
        Reverts = 3,
        AnswersShort = 4,
        HasNoCode = 5,
    }

    /// <summary>The code to run: the probe's, and its constructor's arguments.</summary>
    public static byte[] CreationCode(Address account, Hash32 digest, CounterfactualSignature wrapped)
    {
        var writer = new AbiWriter([], CodeBytes, HeadBytes);
        writer.WriteAddress(account);
        writer.WriteBytes32(digest);
        writer.WriteAddress(wrapped.Factory);
        writer.WriteBytes(wrapped.FactoryCall.Span);
        writer.WriteBytes(wrapped.Signature.Span);
        return writer.ToArray();
    }

    /// <summary>What the findings mean; null if they are not the probe's.</summary>
    public static SignatureVerdict? Judge(ReadOnlySpan<byte> findings)
    {
        var reader = new AbiReader(findings, 3 * AbiReader.WordLength);
        var before = (Finding)reader.ReadUInt64();
        var prepared = reader.ReadBool();
        var afterwards = (Finding)reader.ReadUInt64();
        if (!reader.End())
            return null;

        return afterwards switch
        {
            Finding.Agrees => new SignatureVerdict.Valid(
                before == Finding.Agrees ? SignatureAuthority.Contract : SignatureAuthority.CounterfactualContract),
            Finding.Refuses => new SignatureVerdict.Invalid(SignatureFault.Refused),
            Finding.Reverts => new SignatureVerdict.Invalid(SignatureFault.Reverted),
            Finding.AnswersShort => new SignatureVerdict.Invalid(SignatureFault.ShortAnswer),
            Finding.HasNoCode => new SignatureVerdict.Invalid(
                SignatureFault.NotDeployed, prepared ? "the factory's call succeeded and deployed something else" : "the factory's call failed"),
            _ => null,
        };
    }
}
