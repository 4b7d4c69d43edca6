using OpenGradient.Ethereum.Abi;
using OpenGradient.Ethereum.Blocks;

namespace OpenGradient.Ethereum.Contracts;

/// <summary>
/// Says where generated code stopped. Its decoders do not keep track of names, so that decoding costs nothing for what rarely happens; the
/// declaration, decoded once more by the codec that does, gives the place.
/// </summary>
public static class DecodingFailure
{
    private const string Unexplained = "The data do not decode.";

    /// <summary>Why return data are not those of the function so declared.</summary>
    public static AbiException OfReturn(string declaration, ReadOnlySpan<byte> returnData)
    {
        try
        {
            _ = AbiFunction.Parse(declaration).DecodeReturn(returnData);
            return new AbiException(string.Empty, Unexplained);
        }
        catch (AbiException wrong)
        {
            return wrong;
        }
    }

    /// <summary>Why a log is not of the event so declared.</summary>
    public static AbiException OfLog(string declaration, Log log)
    {
        try
        {
            _ = AbiEvent.Parse(declaration).Decode(log);
            return new AbiException(string.Empty, Unexplained);
        }
        catch (AbiException wrong)
        {
            return wrong;
        }
    }
}
