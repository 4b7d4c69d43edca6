using System.Text;
using System.Text.Json;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Ethereum.TypedData;
using OpenGradient.Support;

namespace OpenGradient.Ethereum.Tests.TypedData;

public sealed class TypedDataDocumentTests
{
    [Fact]
    public void Hashes_the_example_of_the_standard()
    {
        var document = TypedDataDocument.Parse(MailExample.Json);

        Assert.Equal("Mail", document.PrimaryType);
        Assert.Equal(MailExample.EncodedType, document.EncodeType("Mail"));
        Assert.Equal(MailExample.TypeHash, document.TypeHash("Mail").ToString());
        Assert.Equal(MailExample.DomainSeparator, document.DomainSeparator.ToString());
        Assert.Equal(MailExample.MessageHash, document.MessageHash.ToString());
        Assert.Equal(MailExample.MessageHash, document.HashStruct("Mail", document.Message!.Value).ToString());
        Assert.Equal(MailExample.Digest, document.Digest.ToString());
    }

    [Fact]
    public void Agrees_with_the_published_suite()
    {
        using var suite = PublishedSuite.Read("eip712");
        var checkedCases = 0;
        foreach (var test in suite.RootElement.EnumerateArray())
        {
            var name = test.GetProperty("name").GetString();
            var document = TypedDataDocument.Parse(DocumentOf(test));
            var encoded = document.EncodeStruct(document.PrimaryType, document.Message!.Value);

            Assert.True(test.GetProperty("encoded").ValueEquals(Hex.Encode(encoded)), $"{name}: the encoding differs.");
            Assert.True(test.GetProperty("digest").ValueEquals(document.Digest.ToString()), $"{name}: the digest differs.");
            checkedCases++;
        }

        Assert.Equal(1025, checkedCases);
    }

    [Fact]
    public void Takes_the_domain_itself_as_the_message()
    {
        var document = TypedDataDocument.Parse("""
            { "types": {}, "primaryType": "EIP712Domain", "domain": { "name": "Ether Mail" }, "message": {} }
            """);

        Assert.Null(document.MessageHash);
        Assert.Null(document.Message);
        Assert.Equal(new Eip712Domain { Name = "Ether Mail" }.Separator(), document.DomainSeparator);
        Assert.Equal(Eip712.DomainDigest(document.DomainSeparator), document.Digest);
    }

    [Fact]
    public void Derives_the_domain_type_in_the_standard_order_whatever_the_order_of_the_fields()
    {
        var document = TypedDataDocument.Parse("""
            { "types": { "A": [] }, "primaryType": "A", "domain": { "salt": "SALT", "chainId": 5, "name": "" }, "message": {} }
            """.Replace("SALT", "0x" + new string('1', 64), StringComparison.Ordinal));

        Assert.Equal("EIP712Domain(string name,uint256 chainId,bytes32 salt)", document.EncodeType("EIP712Domain"));
    }

    [Fact]
    public void Sorts_the_types_that_are_referred_to_and_leaves_out_the_others()
    {
        var document = TypedDataDocument.Parse("""
            {
              "types": {
                "Zebra": [{ "name": "x", "type": "uint8" }],
                "Ant": [{ "name": "z", "type": "Zebra[2][]" }],
                "Unused": [{ "name": "x", "type": "uint8" }],
                "Root": [{ "name": "z", "type": "Zebra" }, { "name": "a", "type": "Ant[]" }]
              },
              "primaryType": "Root", "domain": {}, "message": { "z": { "x": 1 }, "a": [] }
            }
            """);

        Assert.Equal("Root(Zebra z,Ant[] a)Ant(Zebra[2][] z)Zebra(uint8 x)", document.EncodeType("Root"));
    }

    [Fact]
    public void Asked_for_a_type_that_is_not_declared_throws()
    {
        var document = TypedDataDocument.Parse(MailExample.Json);

        Assert.Throws<ArgumentException>(() => document.EncodeType("Letter"));
        Assert.Throws<ArgumentException>(() => document.TypeHash("uint256"));
    }

    [Fact]
    public void Hashes_a_value_that_comes_by_itself_as_strictly()
    {
        var document = TypedDataDocument.Parse(MailExample.Json);
        using var good = JsonDocument.Parse("""{ "wallet": "0xCD2a3d9F938E13CD947Ec05AbC7FE734Df8DD826", "name": "Cow" }""");
        string[] refused =
        [
            """{ "wallet": "0xCD2a3d9F938E13CD947Ec05AbC7FE734Df8DD826", "name": "Cow", "name": "Cow" }""",
            """{ "wallet": "0xCD2a3d9F938E13CD947Ec05AbC7FE734Df8DD826", "name": "Cow", "n\ud800": 1 }""",
            """{ "wallet": "0xCD2a3d9F938E13CD947Ec05AbC7FE734Df8DD826" }""",
            "[]",
        ];

        Assert.Equal(
            "0xfc71e5fa27ff56c350aa531bc129ebdf613b772b6604664f5d8dbe21b85eb0c8", document.HashStruct("Person", good.RootElement).ToString());
        Assert.All(refused, json =>
        {
            using var parsed = JsonDocument.Parse(json);
            var error = Assert.Throws<TypedDataException>(() => document.HashStruct("Person", parsed.RootElement));
            Assert.Equal("Person", error.Path);
        });
        Assert.Throws<TypedDataException>(() => document.EncodeStruct("Person", default));
    }

    [Fact]
    public void Refuses_a_document_cut_off_at_any_byte()
    {
        var utf8 = Encoding.UTF8.GetBytes(MailExample.Json);
        for (var length = 0; length < utf8.Length; length++)
            Assert.Throws<TypedDataException>(() => TypedDataDocument.Parse(utf8.AsMemory(0, length)));
    }

    [Fact]
    public void Refuses_changed_bytes_only_with_its_own_exception()
    {
        const int Seed = 20_250_712;
        var random = new Random(Seed);
        var original = Encoding.UTF8.GetBytes(MailExample.Json);
        var refused = 0;
        for (var round = 0; round < 3000; round++)
        {
            var utf8 = original.ToArray();
            for (var change = random.Next(1, 4); change > 0; change--)
                utf8[random.Next(utf8.Length)] = (byte)random.Next(256);
            try
            {
                TypedDataDocument.Parse(utf8);
            }
            catch (TypedDataException)
            {
                refused++;
            }
        }

        Assert.InRange(refused, 1000, 2999);
    }

    [Fact]
    public void Refuses_a_document_of_more_than_a_mebibyte()
    {
        var utf8 = new byte[TypedDataLimits.DocumentBytes + 1];
        utf8.AsSpan().Fill((byte)' ');

        var error = Assert.Throws<TypedDataException>(() => TypedDataDocument.Parse(utf8));

        Assert.Contains("1048576", error.Message, StringComparison.Ordinal);
    }

    private static byte[] DocumentOf(JsonElement test)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            foreach (var (from, to) in new[] { ("types", "types"), ("primaryType", "primaryType"), ("domain", "domain"), ("data", "message") })
            {
                json.WritePropertyName(to);
                test.GetProperty(from).WriteTo(json);
            }

            json.WriteEndObject();
        }

        return buffer.ToArray();
    }

    [Fact]
    public void Half_a_surrogate_pair_in_the_text_is_refused_rather_than_replaced()
    {
        var error = Assert.Throws<TypedDataException>(() => TypedDataDocument.Parse("{\"message\":\"" + '\ud800' + "\"}"));

        Assert.Contains("surrogate", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_domain_declared_in_another_order_is_refused_because_others_would_hash_it_differently()
    {
        const string Document = """
            {
              "types": {
                "EIP712Domain": [{ "name": "version", "type": "string" }, { "name": "name", "type": "string" }],
                "Note": [{ "name": "text", "type": "string" }]
              },
              "primaryType": "Note",
              "domain": { "name": "n", "version": "1" },
              "message": { "text": "t" }
            }
            """;

        Assert.Contains("order", Assert.Throws<TypedDataException>(() => TypedDataDocument.Parse(Document)).Message, StringComparison.Ordinal);
    }
}
