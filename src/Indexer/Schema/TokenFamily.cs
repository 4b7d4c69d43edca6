using OpenGradient.Ethereum.Primitives;
using OpenGradient.Indexer.Balances;

namespace OpenGradient.Indexer.Schema;

/// <summary>Transfers and approvals of ERC-20 tokens.</summary>
public static class TokenFamily
{
    /// <param name="name">The family's name, which its tables begin with.</param>
    /// <param name="tokens">The tokens.</param>
    /// <param name="firstBlock">Where to begin.</param>
    /// <param name="keepsBalances">Whether who holds how much is kept, too, in <c>…_balances</c>.</param>
    public static EventFamily Of(string name, IReadOnlyCollection<Address> tokens, BlockNumber firstBlock, bool keepsBalances = false)
    {
        var transfers = new EventTable($"{name}_transfer", "event Transfer(address indexed from, address indexed to, uint256 value)", "from_address", "to_address");
        return new EventFamily(
            name,
            [transfers, new EventTable($"{name}_approval", "event Approval(address indexed owner, address indexed spender, uint256 value)", "owner")],
            tokens, firstBlock, balances: keepsBalances ? new BalanceRule($"{name}_balances", transfers, "from_address", "to_address", "value") : null);
    }
}
