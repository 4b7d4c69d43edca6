using OpenGradient.Cli.Chain;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Ethereum.Rpc;

namespace OpenGradient.Cli.Node;

/// <summary>The token that stakes are paid in, as people write its amounts.</summary>
internal sealed record StakeToken(Address Address, int Decimals)
{
    // decimals(), which is optional in ERC-20 and so not in its interface here.
    private static readonly byte[] DecimalsCall = [0x31, 0x3c, 0xe5, 0x67];

    /// <summary>Asks the token for its decimals; one that does not tell has none.</summary>
    public static async Task<StakeToken> ReadAsync(ChainSession chain, CancellationToken cancellationToken)
    {
        var address = chain.Deployment.Token;
        var call = Eth.Call(new CallRequest { To = address, Data = DecimalsCall }, BlockTag.Latest);
        var answer = await chain.Client.TrySendAsync(call, cancellationToken);
        var decimals = answer.TryGet(out var returned, out var error) && returned.Length == UInt256.ByteLength
            ? UInt256.FromBigEndian(returned.Span)
            : error is null or RpcError.Reverted ? UInt256.Zero
            : throw new RpcException(chain.Client.Endpoint.Name, call.Method, error);
        return new StakeToken(address, decimals <= (UInt256)Units.MaxDecimals ? (int)(ulong)decimals : 0);
    }

    public string Format(UInt256 amount) => Units.Format(amount, Decimals);

    public string Show(UInt256 amount) => $"{Format(amount)} tokens";

    /// <summary>Reads an amount from the command line: more than nothing.</summary>
    public UInt256 Parse(string text) =>
        Units.TryParse(text, Decimals, out var amount) && !amount.IsZero
            ? amount
            : throw new ExpectedFailureException(
                ExitCode.Usage, $"'{(text.Length <= 60 ? text : text[..60])}' is no amount of tokens.", $"Give a number above zero with at most {Decimals} digits behind the point.");
}
