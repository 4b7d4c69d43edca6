using System.Text;
using System.Text.Json;
using OpenGradient.Ethereum.Crypto;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Ethereum.Signing;
using OpenGradient.Ethereum.TypedData;
using OpenGradient.Ethereum.Wallets;
using OpenGradient.Support;

namespace OpenGradient.Ethereum.Tests.Signing;

public sealed class SigningTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public void Hashes_a_message_behind_its_prefix() =>
        Assert.Equal("0xa1de988600a42c4b4ab089b619297c17d53cffae5d5120d82d8a92d0bb3b78f2", PersonalMessage.Digest("Hello World").ToString());

    [Fact]
    public void Hashes_data_for_a_validator_as_the_standard_lays_it_out()
    {
        var validator = Address.Parse("0xCD2a3d9F938E13CD947Ec05AbC7FE734Df8DD826");
        byte[] laidOut = [0x19, 0x00, .. validator.ToArray(), 1, 2, 3];

        Assert.Equal(Keccak256.Hash(laidOut), ValidatorMessage.Digest(validator, [1, 2, 3]));
    }

    [Fact]
    public async Task Signs_for_its_address()
    {
        using var signer = new LocalSigner(DevelopmentAccounts.Key(0));
        var digest = PersonalMessage.Digest("Hello World");

        var signature = await signer.SignAsync(digest, Token);

        Assert.Equal("0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266", signer.Address.ToString());
        Assert.True(signature.IsBy(signer.Address, digest));
        Assert.True(PersonalMessage.TryRecover("Hello World"u8, signature, out var account));
        Assert.Equal(signer.Address, account);
        Assert.False(signature.IsBy(signer.Address, PersonalMessage.Digest("Hello World!")));
        Assert.False(signature.IsBy(Address.Zero, digest));
    }

    [Fact]
    public void A_signature_that_is_none_is_by_nobody_not_even_the_zero_address()
    {
        Assert.False(default(Signature).IsBy(Address.Zero, Hash32.Zero));
        Assert.False(PersonalMessage.TryRecover([], default, out var account));
        Assert.Equal(Address.Zero, account);
    }

    [Fact]
    public async Task The_upper_form_of_a_signature_counts_only_where_it_is_allowed()
    {
        using var signer = new LocalSigner(DevelopmentAccounts.Key(1));
        var low = await signer.SignAsync(Hash32.Zero, Token);
        var high = new Signature(low.R, Secp256k1.Order - low.S, !low.YParity);

        Assert.False(high.IsBy(signer.Address, Hash32.Zero));
        Assert.True(high.IsBy(signer.Address, Hash32.Zero, HighS.Allowed));
    }

    [Fact]
    public async Task Does_not_sign_when_it_is_cancelled()
    {
        using var signer = new LocalSigner(DevelopmentAccounts.Key(0));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            async () => await signer.SignAsync(Hash32.Zero, new CancellationToken(canceled: true)));
    }

    [Fact]
    public async Task Disposes_of_the_key_that_it_took_over()
    {
        var signer = new LocalSigner(DevelopmentAccounts.Key(0));
        signer.Dispose();

        await Assert.ThrowsAnyAsync<ObjectDisposedException>(async () => await signer.SignAsync(Hash32.Zero, Token));
    }

    [Fact]
    public async Task Knows_the_signer_of_the_published_typed_data_and_signs_the_same()
    {
        using var suite = PublishedSuite.Read("eip712");
        var test = suite.RootElement.EnumerateArray().Single(static test => test.TryGetProperty("signature", out _));
        var digest = TypedDataDocument.Parse(MailJson(test)).Digest;
        using var signer = new LocalSigner(PrivateKey.FromSecret(Hex.Decode(test.GetProperty("privateKey").GetString())));

        Assert.True(Signature.TryParse(Hex.Decode(test.GetProperty("signature").GetString()), out var theirs));
        Assert.True(theirs.IsBy(signer.Address, digest));
        Assert.True((await signer.SignAsync(digest, Token)).IsBy(signer.Address, digest));
    }

    [Fact]
    public async Task Viem_hashes_the_same_messages_and_finds_the_same_signer()
    {
        const int Seed = 191;
        var random = new Random(Seed);
        using var signer = new LocalSigner(DevelopmentAccounts.Key(2));
        var messages = new[] { 0, 1, 9, 10, 99, 100, 107, 108, 109, 136, 480, 484, 485, 513, 1000, 10_000 }.Select(length =>
        {
            var message = new byte[length];
            random.NextBytes(message);
            return message;
        }).ToList();
        var input = new StringBuilder();
        foreach (var message in messages)
        {
            var signature = await signer.SignAsync(PersonalMessage.Digest(message), Token);
            input.AppendLine($"{Hex.Encode(message)} {Hex.Encode(signature.ToBytes())}");
        }

        var output = await PeerProcess.RunNodeAsync(
            $$"""
            import { hashMessage, recoverMessageAddress, keccak256, concat } from 'viem'
            let input = ''
            for await (const chunk of process.stdin) input += chunk
            for (const line of input.trim().split('\n')) {
              const [raw, signature] = line.trim().split(' ')
              const address = await recoverMessageAddress({ message: { raw }, signature })
              console.log(hashMessage({ raw }), keccak256(concat(['0x1900', '{{signer.Address}}', raw])), address)
            }
            """,
            input.ToString(),
            Token);

        var expected = messages.Select(message =>
            $"{PersonalMessage.Digest(message)} {ValidatorMessage.Digest(signer.Address, message)} {signer.Address}");
        Assert.Equal(expected, output.Split('\n', StringSplitOptions.RemoveEmptyEntries), StringComparer.Ordinal);
    }

    private static string MailJson(JsonElement test) => $$"""
        {
          "types": {{test.GetProperty("types").GetRawText()}}, "primaryType": {{test.GetProperty("primaryType").GetRawText()}},
          "domain": {{test.GetProperty("domain").GetRawText()}}, "message": {{test.GetProperty("data").GetRawText()}}
        }
        """;
}
