using FsCheck;
using FsCheck.Fluent;
using OpenGradient.Contracts.Keys;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Support;

namespace OpenGradient.Contracts.Tests.Keys;

/// <summary>What an enclave's key and its attesters sign, in C# and in the deployed register of keys.</summary>
public sealed class KeyRegistrationDigestTests(DeployedChainFixture chain)
{
    private const int Samples = 100;

    private static readonly CancellationToken Stop = TestContext.Current.CancellationToken;

    private static readonly Gen<(IAttestedKeysContract.KeyRegistration Registration, UInt256 Deadline)> Registrations =
        from node in RandomData.Addresses
        from signer in RandomData.Addresses
        from hashes in Gen.ArrayOf(RandomData.Hashes, 6)
        from status in RandomData.ShortNumbers(8)
        from evaluation in RandomData.ShortNumbers(32)
        from attestedAt in RandomData.ShortNumbers(40)
        from expiresAt in RandomData.ShortNumbers(40)
        from epoch in RandomData.ShortNumbers(64)
        from deadline in RandomData.Numbers(256)
        select (
            new IAttestedKeysContract.KeyRegistration(
                node, signer, hashes[0], hashes[1], hashes[2], hashes[3], hashes[4], hashes[5], (byte)status, (uint)evaluation, attestedAt, expiresAt,
                epoch),
            deadline);

    [Fact]
    public Task Agrees_with_the_register_on_registrations_of_any_content() => RandomData.ForEachAsync(Registrations, Samples, async item =>
    {
        var digest = await new IAttestedKeysContract(chain.Client, chain.Deployment.Keys)
            .CallDigestOfAsync(item.Registration, item.Deadline, cancellationToken: Stop);

        Assert.Equal(
            digest,
            KeyRegistrationDigest.Of(chain.Deployment.ChainId, chain.Deployment.Keys, item.Registration, nonce: UInt256.Zero, item.Deadline));
    });
}
