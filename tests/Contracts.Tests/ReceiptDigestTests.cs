using OpenGradient.Ethereum.Crypto;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Ethereum.Rpc;
using OpenGradient.Foundry;
using OpenGradient.Support;

namespace OpenGradient.Contracts.Tests;

/// <summary>The receipt's hash in C# and in Solidity: one structure, two implementations, the same digest.</summary>
public sealed class ReceiptDigestTests(AnvilFixture anvil) : IClassFixture<AnvilFixture>
{
    private const int Receipts = 200;
    private const int Seed = 712;

    private static readonly CancellationToken Stop = TestContext.Current.CancellationToken;

    [Fact]
    public async Task Agrees_with_the_contract_on_receipts_of_any_content()
    {
        await using var chain = EthereumClient.Connect(anvil.HttpUrl);
        using var sender = new LocalSender(chain);
        var witness = new ReceiptWitnessContract(chain, await sender.DeployAsync(ReceiptWitnessContract.Deployment(), Stop));
        var domain = ReceiptDigest.DomainSeparator(AnvilOptions.DevelopmentChainId, witness.Address);
        var random = new Random(Seed);
        for (var i = 0; i < Receipts; i++)
        {
            var receipt = RandomReceipt(random);
            Assert.Equal(await witness.CallDigestOfAsync(receipt, cancellationToken: Stop), ReceiptDigest.Of(receipt, domain));
        }
    }

    [Fact]
    public void Another_chain_or_contract_gives_another_digest()
    {
        var receipt = RandomReceipt(new Random(Seed));
        var hub = Address.Parse("0x5FbDB2315678afecb367f032d93F642f64180aa3");
        Hash32[] digests =
        [
            ReceiptDigest.Of(receipt, ReceiptDigest.DomainSeparator(new ChainId(1), hub)),
            ReceiptDigest.Of(receipt, ReceiptDigest.DomainSeparator(new ChainId(2), hub)),
            ReceiptDigest.Of(receipt, ReceiptDigest.DomainSeparator(new ChainId(1), Address.Zero)),
        ];

        Assert.Equal(digests.Length, digests.Distinct().Count());
    }

    private static ReceiptWitnessContract.Receipt RandomReceipt(Random random)
    {
        return new ReceiptWitnessContract.Receipt(
            Hash(), Hash(), Hash(), Hash(), (byte)random.Next(4), Account(), Account(), Number(), Number(), Number(), Hash());

        Hash32 Hash() => Keccak256.Hash(Bytes(8));

        Address Account() => new(Bytes(Address.ByteLength));

        ulong Number() => (ulong)random.NextInt64() >> random.Next(63);

        byte[] Bytes(int length)
        {
            var bytes = new byte[length];
            random.NextBytes(bytes);
            return bytes;
        }
    }
}
