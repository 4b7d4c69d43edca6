using OpenGradient.PrivateRequests.Hpke;
using OpenGradient.PrivateRequests.Oblivious;

namespace OpenGradient.PrivateRequests.Tests.Oblivious;

public sealed class ObliviousTests : IDisposable
{
    private readonly HpkeKeyPair _key = HpkeKeyPair.Generate();

    private ObliviousGateway Gateway => new(7, _key);

    public void Dispose() => _key.Dispose();

    [Fact]
    public void A_request_is_read_by_its_gateway_and_the_response_by_whoever_asked()
    {
        using var request = ObliviousRequest.TryEncrypt(Gateway.Configuration, "what is it"u8)!;
        using var received = Gateway.TryOpen(request.Message)!;

        Assert.Equal("what is it"u8.ToArray(), received.Content);
        Assert.Equal("a cat"u8.ToArray(), request.TryOpen(received.Encrypt("a cat"u8)));
    }

    [Fact]
    public void Two_requests_with_the_same_content_look_different_and_so_do_two_responses()
    {
        using var one = ObliviousRequest.TryEncrypt(Gateway.Configuration, "same"u8)!;
        using var other = ObliviousRequest.TryEncrypt(Gateway.Configuration, "same"u8)!;
        using var received = Gateway.TryOpen(one.Message)!;

        Assert.NotEqual(one.Message, other.Message);
        Assert.NotEqual(received.Encrypt("same"u8), received.Encrypt("same"u8));
    }

    [Fact]
    public void Neither_another_gateway_nor_another_key_reads_a_request()
    {
        using var stranger = HpkeKeyPair.Generate();
        using var request = ObliviousRequest.TryEncrypt(Gateway.Configuration, "secret"u8)!;

        Assert.Null(new ObliviousGateway(7, stranger).TryOpen(request.Message));
        Assert.Null(new ObliviousGateway(8, _key).TryOpen(request.Message));
    }

    [Fact]
    public void A_response_to_another_request_is_not_opened()
    {
        using var one = ObliviousRequest.TryEncrypt(Gateway.Configuration, "one"u8)!;
        using var other = ObliviousRequest.TryEncrypt(Gateway.Configuration, "other"u8)!;
        using var received = Gateway.TryOpen(one.Message)!;

        Assert.Null(other.TryOpen(received.Encrypt("to one"u8)));
    }

    [Fact]
    public void A_request_or_response_that_was_cut_or_changed_anywhere_is_not_opened()
    {
        using var request = ObliviousRequest.TryEncrypt(Gateway.Configuration, "what is it"u8)!;
        using var received = Gateway.TryOpen(request.Message)!;
        var response = received.Encrypt("a cat"u8);
        for (var i = 0; i < request.Message.Length; i++)
        {
            Assert.Null(Gateway.TryOpen(request.Message.AsSpan(0, i)));
            Assert.Null(Gateway.TryOpen(Changed(request.Message, i)));
        }

        for (var i = 0; i < response.Length; i++)
        {
            Assert.Null(request.TryOpen(response.AsSpan(0, i)));
            Assert.Null(request.TryOpen(Changed(response, i)));
        }
    }

    [Fact]
    public void A_configuration_comes_back_from_its_bytes_and_from_no_part_of_them()
    {
        var bytes = Gateway.Configuration.ToBytes();

        Assert.True(KeyConfiguration.TryRead(bytes, out var read));
        Assert.Equal(bytes, read.ToBytes());
        for (var length = 0; length < bytes.Length; length++)
            Assert.False(KeyConfiguration.TryRead(bytes.AsSpan(0, length), out _));
        Assert.False(KeyConfiguration.TryRead([.. bytes, 0], out _));
        Assert.False(KeyConfiguration.TryRead(Changed(bytes, 2), out _));
        Assert.False(KeyConfiguration.TryRead(Changed(bytes, bytes.Length - 1), out _));
    }

    [Fact]
    public void Nothing_is_encrypted_to_a_key_that_is_no_point() =>
        Assert.Null(ObliviousRequest.TryEncrypt(new KeyConfiguration(1, [4, .. Enumerable.Repeat((byte)1, 64)]), "secret"u8));

    // Another implementation of the same derivation: EHBP's, which takes RFC 9458's for responses. Its request is from X25519, so that only 32 bytes stand for it.
    [Fact]
    public void Responses_are_sealed_by_the_keys_of_another_implementation()
    {
        var vector = SharedVectors.Read("ehbp_derive.json");

        var (key, nonce) = ObliviousResponse.Derive(vector.Bytes("exportedSecret"), vector.Bytes("requestEnc"), vector.Bytes("responseNonce"));

        Assert.Equal(vector.Bytes("derivedKey"), key);
        Assert.Equal(vector.Bytes("derivedNonceBase"), nonce);
    }

    [Fact]
    public void A_response_of_another_implementation_is_opened()
    {
        var vector = SharedVectors.Read("ehbp_response-decryption.json");
        // There a chunk's length stands before it.
        var chunk = vector.Bytes("encryptedResponse")[4..];

        var opened = ObliviousResponse.TryOpen(vector.Bytes("exportedSecret"), vector.Bytes("requestEnc"), [.. vector.Bytes("responseNonce"), .. chunk]);

        Assert.Equal(vector.Bytes("plaintext"), opened);
    }

    private static byte[] Changed(byte[] bytes, int index)
    {
        byte[] changed = [.. bytes];
        changed[index] ^= 1;
        return changed;
    }
}
