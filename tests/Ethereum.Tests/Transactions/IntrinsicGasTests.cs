using OpenGradient.Ethereum.Primitives;
using OpenGradient.Ethereum.Transactions;

namespace OpenGradient.Ethereum.Tests.Transactions;

/// <summary>The sums by hand; what a node charges for the same kinds is compared in <c>RealBlockTests</c>.</summary>
public sealed class IntrinsicGasTests
{
    private static readonly FeeMarketTransaction Call = new()
    {
        ChainId = new ChainId(1),
        Nonce = 0,
        MaxPriorityFeePerGas = default,
        MaxFeePerGas = default,
        GasLimit = 0,
        To = Address.Zero,
    };

    [Fact]
    public void A_transfer_costs_21000() => AssertGas(Call, intrinsic: 21_000, floor: 21_000);

    [Fact]
    public void Data_costs_4_a_zero_and_16_another_byte_and_at_least_10_and_40() => AssertGas(
        Call with { Data = Hex.Decode("0x000000ffff") }, intrinsic: 21_000 + (3 * 4) + (2 * 16), floor: 21_000 + (3 * 10) + (2 * 40));

    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 1)]
    [InlineData(32, 1)]
    [InlineData(33, 2)]
    public void A_creation_costs_32000_more_and_2_for_each_word_of_its_code(int length, ulong words) => AssertGas(
        Call with { To = null, Data = new byte[length] },
        intrinsic: 53_000 + (4 * (ulong)length) + (2 * words),
        floor: 21_000 + (10 * (ulong)length));

    [Fact]
    public void An_access_list_costs_2400_an_account_and_1900_a_slot() => AssertGas(
        Call with { AccessList = [new(Address.Zero, [default, default]), new(Address.Zero, [])] },
        intrinsic: 21_000 + (2 * 2_400) + (2 * 1_900),
        floor: 21_000);

    [Fact]
    public void An_authorisation_costs_25000()
    {
        var authorization = new Authorization(UInt256.Zero, Address.Zero, 0).WithSignature(default);
        var transaction = new SetCodeTransaction
        {
            ChainId = new ChainId(1),
            Nonce = 0,
            MaxPriorityFeePerGas = default,
            MaxFeePerGas = default,
            GasLimit = 0,
            To = Address.Zero,
            Authorizations = [authorization, authorization],
        };

        AssertGas(transaction, intrinsic: 71_000, floor: 21_000);
    }

    [Fact]
    public void The_least_gas_limit_is_the_greater_of_both()
    {
        Assert.Equal(21_000UL + 40, IntrinsicGas.Of(Call with { Data = new byte[] { 1 } }).LeastGasLimit);
        Assert.Equal(53_000UL + 18, IntrinsicGas.Of(Call with { To = null, Data = new byte[] { 1 } }).LeastGasLimit);
    }

    [Fact]
    public void Blobs_have_gas_of_their_own()
    {
        var transaction = (BlobTransaction)RandomTransactions.Next(new Random(1), TransactionType.Blob) with { BlobVersionedHashes = [default, default] };

        Assert.Equal(262_144UL, transaction.BlobGas);
    }

    private static void AssertGas(Transaction transaction, ulong intrinsic, ulong floor) =>
        Assert.Equal(new IntrinsicGas(intrinsic, floor), IntrinsicGas.Of(transaction));
}
