using OpenGradient.Cli.Request;
using OpenGradient.Contracts.Hub;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.ReceiptBundles;

namespace OpenGradient.Cli.Receipt;

/// <summary>What is true of a receipt by itself: nobody is asked.</summary>
internal static class ReceiptChecks
{
    /// <param name="receipt">The receipt.</param>
    /// <param name="chainId">The chain that it should be of.</param>
    /// <param name="hub">The hub that it should be of.</param>
    public static IReadOnlyList<ReceiptCheck> Of(SignedReceipt receipt, ChainId chainId, Address hub)
    {
        List<ReceiptCheck> checks =
        [
            new(
                "It is of this deployment", receipt.ChainId == chainId && receipt.Hub == hub,
                receipt.ChainId == chainId && receipt.Hub == hub ? $"chain {chainId}, hub {hub}" : $"chain {receipt.ChainId}, hub {receipt.Hub}, and not chain {chainId}, hub {hub}"),
            OfSignature(receipt),
        ];
        if (receipt.Receipt.OutputCommit == HubDomain.Failure)
            checks.Add(new("It says that the input cannot be run", receipt.OutputFits, receipt.Output is null ? "there is no output" : "and there is an output all the same"));
        else if (receipt.Output is { } output)
            checks.Add(new("The output is what it commits to", receipt.OutputFits, TensorText.Show(output)));
        if (receipt.Input is { } input)
            checks.Add(new("The input is what it commits to", receipt.InputFits, TensorText.Show(input)));
        return checks;
    }

    private static ReceiptCheck OfSignature(SignedReceipt receipt)
    {
        var signer = receipt.Signer;
        return (Assurance)receipt.Receipt.Assurance switch
        {
            Assurance.Proven => new("A proof stands behind it", Held: null, "a proof is checked by the version's verifier on the chain"),
            _ when signer is null => new("It is signed", Held: false, "the evidence is no signature"),
            Assurance.Attested => new("An attested key has signed it", Held: null, $"{signer}; whether that was the node's key then is for the chain to say"),
            _ => new("Its node has signed it", signer == receipt.Receipt.Node, signer == receipt.Receipt.Node ? $"{signer}" : $"{signer} has, and the node is {receipt.Receipt.Node}"),
        };
    }
}

/// <summary>Something that must hold of a receipt.</summary>
/// <param name="What">What.</param>
/// <param name="Held">Whether it does; null where it cannot be told here.</param>
/// <param name="Detail">For people.</param>
public sealed record ReceiptCheck(string What, bool? Held, string Detail);
