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
        + "608060405234801561001057600080fd5b506040516103f03803806103f083398101604081905261002f916102ea565b600061003c8686846100"
        + "f7565b90508060018114806100b657856001600160a01b0316856040516100609190610380565b6000604051808303816000865af19150503d80"
        + "6000811461009d576040519150601f19603f3d011682016040523d82523d6000602084013e6100a2565b606091505b509091506100b390508888"
        + "866100f7565b91505b60008382846040516020016100de939291909283529015156020830152604082015260600190565b604051602081830303"
        + "8152906040529050805160208201f35b6000836001600160a01b03163b60000361011357506005610204565b600080856001600160a01b031685"
        + "8560405160240161013392919061039c565b60408051601f198184030181529181526020820180516001600160e01b0316630b135d3f60e11b17"
        + "9052516101689190610380565b600060405180830381855afa9150503d80600081146101a3576040519150601f19603f3d011682016040523d82"
        + "523d6000602084013e6101a8565b606091505b5091509150816101bd57600392505050610204565b6020815110156101d2576004925050506102"
        + "04565b8051630b135d3f60e11b906101f090830160209081019084016103d6565b146101fc5760026101ff565b60015b925050505b9392505050"
        + "565b80516001600160a01b038116811461022257600080fd5b919050565b634e487b7160e01b600052604160045260246000fd5b60005b838110"
        + "15610258578181015183820152602001610240565b50506000910152565b600082601f83011261027257600080fd5b81516001600160401b0381"
        + "111561028b5761028b610227565b604051601f8201601f19908116603f011681016001600160401b03811182821017156102b9576102b9610227"
        + "565b6040528181528382016020018510156102d157600080fd5b6102e282602083016020870161023d565b949350505050565b60008060008060"
        + "0060a0868803121561030257600080fd5b61030b8661020b565b602087015190955093506103216040870161020b565b60608701519093506001"
        + "600160401b0381111561033d57600080fd5b61034988828901610261565b608088015190935090506001600160401b0381111561036757600080"
        + "fd5b61037388828901610261565b9150509295509295909350565b6000825161039281846020870161023d565b9190910192915050565b828152"
        + "60406020820152600082518060408401526103c181606085016020870161023d565b601f01601f1916919091016060019392505050565b600060"
        + "2082840312156103e857600080fd5b505191905056fe";

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
