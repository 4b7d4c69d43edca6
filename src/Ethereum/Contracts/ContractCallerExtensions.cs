using OpenGradient.Ethereum.Abi;
using OpenGradient.Ethereum.Primitives;

namespace OpenGradient.Ethereum.Contracts;

/// <summary>Typed calls over any <see cref="IContractCaller"/>.</summary>
public static class ContractCallerExtensions
{
    /// <summary>
    /// Calls a function and reads what it returns. A function that changes state is only tried, and the chain stays as it is. Throws
    /// <see cref="ContractRevertedException"/>, and <see cref="AbiException"/> when the answer is not the function's.
    /// </summary>
    public static async ValueTask<TReturn> CallAsync<TReturn>(
        this IContractCaller chain,
        Address to,
        IContractFunction<TReturn> function,
        BlockTag? at = null,
        CancellationToken cancellationToken = default)
    {
        var returned = await chain.CallAsync(to, function.Encode(), at ?? BlockTag.Latest, cancellationToken);
        try
        {
            return function.DecodeReturn(returned.Span);
        }
        catch (AbiException wrong) when (returned.IsEmpty)
        {
            throw new AbiException(wrong.Path, $"The call returned nothing, so there is probably no such contract at {to}.", wrong);
        }
    }
}
