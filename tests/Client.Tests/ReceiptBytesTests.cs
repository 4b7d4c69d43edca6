using OpenGradient.Contracts;
using OpenGradient.Contracts.Hub;
using OpenGradient.Ethereum.Crypto;
using OpenGradient.Ethereum.Primitives;

namespace OpenGradient.Client.Tests;

/// <summary>Receipts as they travel in an answer, and the ids of what never touches a chain.</summary>
public sealed class ReceiptBytesTests
{
    private static readonly Hash32 Some = Keccak256.Hash("some"u8);

    private static readonly IHubContract.Receipt Receipt = new(
        Some, Hash32.Zero, Some, Hash32.Zero, (byte)Assurance.Attested, new Address(Some.Bytes[..20]), new Address(Some.Bytes[12..]), 7, 8, ulong.MaxValue, Some);

    [Fact]
    public void A_receipt_comes_back_from_its_bytes_and_from_no_part_of_them()
    {
        var bytes = ReceiptBytes.Write(Receipt);

        Assert.Equal(ReceiptBytes.Length, bytes.Length);
        Assert.True(ReceiptBytes.TryRead(bytes, out var read));
        Assert.Equal(Receipt, read);
        for (var length = 0; length < bytes.Length; length++)
            Assert.False(ReceiptBytes.TryRead(bytes.AsSpan(0, length), out _));
        Assert.False(ReceiptBytes.TryRead([.. bytes, 0], out _));
    }

    [Theory]
    [InlineData((4 * 32) + 31, 0)]
    [InlineData((4 * 32) + 31, 4)]
    [InlineData(4 * 32, 1)]
    [InlineData(5 * 32, 1)]
    [InlineData(7 * 32, 1)]
    public void Words_that_hold_more_than_their_field_are_refused(int at, byte value)
    {
        var bytes = ReceiptBytes.Write(Receipt);
        bytes[at] = value;

        Assert.False(ReceiptBytes.TryRead(bytes, out _));
    }

    [Fact]
    public void Ids_differ_by_chain_hub_and_nonce()
    {
        var (chain, hub) = (new ChainId(1), new Address(Some.Bytes[..20]));
        Hash32[] ids =
        [
            RequestHash.OffChainIdOf(chain, hub, Some), RequestHash.OffChainIdOf(new ChainId(2), hub, Some), RequestHash.OffChainIdOf(chain, Address.Zero, Some),
            RequestHash.OffChainIdOf(chain, hub, Hash32.Zero),
        ];

        Assert.Equal(ids.Length, ids.Distinct().Count());
    }
}
