using OpenGradient.Contracts.Keys;
using OpenGradient.Ethereum.Crypto;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Ethereum.Signing;

namespace OpenGradient.Contracts.Tests.Keys;

/// <summary>Signatures of receipts in every form that the contracts take; a chain with the precompile is asked in the tests from end to end.</summary>
public sealed class SignerRecoveryTests
{
    private static readonly Hash32 Digest = Keccak256.Hash("a receipt"u8);
    private static readonly CancellationToken Stop = TestContext.Current.CancellationToken;

    [Fact]
    public async Task Each_kind_of_key_is_known_by_what_it_signs()
    {
        using var one = new LocalSigner(PrivateKey.Generate());
        using var other = P256Key.Generate();
        foreach (var (signer, length) in ((IReceiptSigner, int)[])[(new Secp256k1ReceiptSigner(one), 64), (new P256ReceiptSigner(other), 128)])
        {
            var signature = await signer.SignAsync(Digest, Stop);

            Assert.Equal(length, signature.Length);
            Assert.True(SignerRecovery.TryRecover(Digest, signature.Span, out var account));
            Assert.Equal(signer.Address, account);
            Assert.False(SignerRecovery.TryRecover(Keccak256.Hash("another"u8), signature.Span, out account) && account == signer.Address);
            for (var cut = 0; cut < length; cut++)
                Assert.False(cut != 64 && SignerRecovery.TryRecover(Digest, signature.Span[..cut], out _));
        }
    }

    [Fact]
    public async Task The_long_form_is_read_too()
    {
        using var signer = new LocalSigner(PrivateKey.Generate());

        Assert.True(SignerRecovery.TryRecover(Digest, (await signer.SignAsync(Digest, Stop)).ToBytes(), out var account));
        Assert.Equal(signer.Address, account);
    }
}
