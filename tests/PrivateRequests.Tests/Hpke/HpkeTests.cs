using System.Text.Json;
using OpenGradient.PrivateRequests.Hpke;

namespace OpenGradient.PrivateRequests.Tests.Hpke;

/// <summary>HPKE by RFC 9180's vectors in base mode, for P-256.</summary>
public sealed class HpkeTests
{
    [Theory]
    [InlineData("kem0x0010_kdf0x0001_aead0x0001")]
    [InlineData("kem0x0010_kdf0x0001_aead0x0003")]
    public void The_vectors_of_the_standard_are_reproduced(string suite)
    {
        var vector = SharedVectors.Read("rfc9180_base_mode.json").GetProperty(suite);
        var setup = vector.GetProperty("setup");
        var aead = Enum.Parse<HpkeAead>(setup.GetProperty("aead_id").GetString()!);
        using var ephemeral = HpkeKeyPair.FromSecret(setup.Bytes("skEm"), setup.Bytes("pkEm"));
        using var recipient = HpkeKeyPair.FromSecret(setup.Bytes("skRm"), setup.Bytes("pkRm"));
        var (encapsulated, sender) = HpkeContext.TrySend(aead, ephemeral, setup.Bytes("pkRm"), setup.Bytes("info"))!.Value;
        using var receiver = HpkeContext.TryReceive(aead, recipient, encapsulated, setup.Bytes("info"))!;

        Assert.Equal(setup.Bytes("enc"), encapsulated);
        var messages = vector.GetProperty("encryptions");
        var numbers = Column(messages, "sequence number").Select(text => int.Parse(text, System.Globalization.CultureInfo.InvariantCulture)).ToList();
        for (int i = 0, next = 0; i < numbers.Count; i++)
        {
            // The vectors show some messages of many: those in between are sealed too.
            for (; next < numbers[i]; next++)
                Assert.NotNull(receiver.TryOpen([], sender.Seal([], [])));
            var (associated, plain, cipher) = (Hex(messages, "aad", i), Hex(messages, "pt", i), Hex(messages, "ct", i));
            Assert.Equal(cipher, sender.Seal(associated, plain));
            Assert.Equal(plain, receiver.TryOpen(associated, cipher));
            next++;
        }

        var exports = vector.GetProperty("exports");
        for (var i = 0; i < exports.GetProperty("L").GetArrayLength(); i++)
        {
            Assert.Equal(Hex(exports, "exported_value", i), sender.Export(Hex(exports, "exporter_context", i), 32));
            Assert.Equal(Hex(exports, "exported_value", i), receiver.Export(Hex(exports, "exporter_context", i), 32));
        }

        sender.Dispose();
    }

    [Fact]
    public void Messages_are_opened_in_their_order_with_what_was_associated_and_once()
    {
        using var recipient = HpkeKeyPair.Generate();
        var (encapsulated, sender) = HpkeContext.TrySend(HpkeAead.Aes256Gcm, recipient.PublicKey, "info"u8)!.Value;
        using var receiver = HpkeContext.TryReceive(HpkeAead.Aes256Gcm, recipient, encapsulated, "info"u8)!;
        var (first, second) = (sender.Seal("a"u8, "one"u8), sender.Seal("b"u8, "two"u8));
        sender.Dispose();

        Assert.Null(receiver.TryOpen("b"u8, second));
        Assert.Null(receiver.TryOpen("b"u8, first));
        Assert.Equal("one"u8.ToArray(), receiver.TryOpen("a"u8, first));
        Assert.Null(receiver.TryOpen("a"u8, first));
        Assert.Equal("two"u8.ToArray(), receiver.TryOpen("b"u8, second));
    }

    [Fact]
    public void Another_info_or_another_key_opens_nothing()
    {
        using var recipient = HpkeKeyPair.Generate();
        using var stranger = HpkeKeyPair.Generate();
        var (encapsulated, sender) = HpkeContext.TrySend(HpkeAead.Aes256Gcm, recipient.PublicKey, "info"u8)!.Value;
        var cipher = sender.Seal([], "one"u8);
        sender.Dispose();
        using var otherInfo = HpkeContext.TryReceive(HpkeAead.Aes256Gcm, recipient, encapsulated, "other"u8)!;
        using var otherKey = HpkeContext.TryReceive(HpkeAead.Aes256Gcm, stranger, encapsulated, "info"u8)!;

        Assert.Null(otherInfo.TryOpen([], cipher));
        Assert.Null(otherKey.TryOpen([], cipher));
    }

    [Fact]
    public void What_is_no_point_of_the_curve_is_refused()
    {
        using var recipient = HpkeKeyPair.Generate();
        byte[] offCurve = [.. recipient.PublicKey];
        offCurve[^1] ^= 1;

        Assert.Null(HpkeContext.TrySend(HpkeAead.Aes256Gcm, offCurve, []));
        Assert.Null(HpkeContext.TryReceive(HpkeAead.Aes256Gcm, recipient, offCurve, []));
        for (var length = 0; length < offCurve.Length; length++)
            Assert.Null(HpkeContext.TryReceive(HpkeAead.Aes256Gcm, recipient, recipient.PublicKey.AsSpan(0, length), []));
    }

    private static IEnumerable<string> Column(JsonElement table, string name) => table.GetProperty(name).EnumerateArray().Select(item => item.GetString()!);

    private static byte[] Hex(JsonElement table, string name, int row) => Convert.FromHexString(Column(table, name).ElementAt(row));
}
