using System.Text;
using OpenGradient.Ethereum.Crypto;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Ethereum.TypedData;

namespace OpenGradient.Ethereum.Tests.TypedData;

public sealed class StructWriterTests
{
    private static readonly Hash32 PersonType = Eip712.TypeHash("Person(string name,address wallet)");
    private static readonly Hash32 MailType = Eip712.TypeHash(MailExample.EncodedType);

    [Fact]
    public void Hashes_the_example_of_the_standard()
    {
        var domain = new Eip712Domain
        {
            Name = "Ether Mail",
            Version = "1",
            ChainId = new ChainId(1),
            VerifyingContract = Address.Parse("0xCcCCccccCCCCcCCCCCCcCcCccCcCCCcCcccccccC"),
        };
        Span<byte> words = stackalloc byte[StructWriter.LengthOf(fields: 3)];
        var mail = new StructWriter(words, MailType);
        mail.Add(Person("Cow", "0xCD2a3d9F938E13CD947Ec05AbC7FE734Df8DD826"));
        mail.Add(Person("Bob", "0xbBbBBBBbbBBBbbbBbbBbbbbBBbBbbbbBbBbbBBbB"));
        mail.AddString("Hello, Bob!");
        var messageHash = mail.Hash();

        Assert.Equal(MailExample.TypeHash, MailType.ToString());
        Assert.Equal(MailExample.DomainSeparator, domain.Separator().ToString());
        Assert.Equal(MailExample.MessageHash, messageHash.ToString());
        Assert.Equal(MailExample.Digest, Eip712.Digest(domain.Separator(), messageHash).ToString());
    }

    [Fact]
    public void Writes_each_kind_of_field_as_a_document_does()
    {
        const string TypeText = "All(uint64 a,uint256 b,int16 c,bool d,bool e,address f,bytes32 g,bytes3 h,bytes i,string j)";
        var longText = new string('ä', 700);
        var document = TypedDataDocument.Parse($$"""
            {
              "types": { "All": [
                { "name": "a", "type": "uint64" }, { "name": "b", "type": "uint256" }, { "name": "c", "type": "int16" },
                { "name": "d", "type": "bool" }, { "name": "e", "type": "bool" }, { "name": "f", "type": "address" },
                { "name": "g", "type": "bytes32" }, { "name": "h", "type": "bytes3" }, { "name": "i", "type": "bytes" },
                { "name": "j", "type": "string" }
              ] },
              "primaryType": "All", "domain": { "version": "", "salt": "{{new Hash32(Repeated(7))}}" },
              "message": {
                "a": "18446744073709551615", "b": "{{UInt256.MaxValue}}", "c": -2, "d": true, "e": false,
                "f": "{{new Address(Repeated(8, 20))}}", "g": "{{new Hash32(Repeated(9))}}", "h": "0x010203", "i": "0x0405",
                "j": "{{longText}}"
              }
            }
            """);
        Span<byte> words = stackalloc byte[StructWriter.LengthOf(fields: 10)];
        words.Fill(0xEE);
        var writer = new StructWriter(words, Eip712.TypeHash(TypeText));
        writer.Add(ulong.MaxValue);
        writer.Add(UInt256.MaxValue);
        writer.Add((Int256)(-2));
        writer.Add(true);
        writer.Add(false);
        writer.Add(new Address(Repeated(8, 20)));
        writer.Add(new Hash32(Repeated(9)));
        writer.AddFixedBytes([1, 2, 3]);
        writer.AddBytes([4, 5]);
        writer.AddString(longText);

        Assert.Equal(TypeText, document.EncodeType("All"));
        Assert.Equal(document.MessageHash, writer.Hash());
        Assert.Equal(document.DomainSeparator, new Eip712Domain { Version = "", Salt = new Hash32(Repeated(7)) }.Separator());
    }

    [Fact]
    public void A_domain_with_all_fields_or_none_has_the_type_of_the_standard()
    {
        var full = new Eip712Domain
        {
            Name = "a",
            Version = "b",
            ChainId = new ChainId(1),
            VerifyingContract = Address.Zero,
            Salt = Hash32.Zero,
        };

        Assert.Equal(
            "EIP712Domain(string name,string version,uint256 chainId,address verifyingContract,bytes32 salt)", full.EncodeType());
        Assert.Equal("EIP712Domain()", new Eip712Domain().EncodeType());
        Assert.Equal(Keccak256.Hash(Eip712.TypeHash("EIP712Domain()").Bytes), new Eip712Domain().Separator());
    }

    [Fact]
    public void Refuses_to_hash_a_structure_with_a_field_missing() =>
        Assert.Throws<InvalidOperationException>(() => new StructWriter(new byte[StructWriter.LengthOf(1)], PersonType).Hash());

    [Fact]
    public void Refuses_a_field_too_many() => Assert.ThrowsAny<ArgumentException>(() =>
    {
        var writer = new StructWriter(new byte[StructWriter.LengthOf(1)], PersonType);
        writer.Add(1UL);
        writer.Add(2UL);
    });

    [Theory]
    [InlineData(0)]
    [InlineData(33)]
    public void Refuses_fixed_bytes_that_no_type_has(int length) => Assert.Throws<ArgumentException>(() =>
    {
        var writer = new StructWriter(new byte[StructWriter.LengthOf(1)], PersonType);
        writer.AddFixedBytes(new byte[length]);
    });

    [Fact]
    public void Refuses_a_text_with_half_a_surrogate_pair() => Assert.Throws<EncoderFallbackException>(() =>
    {
        var writer = new StructWriter(new byte[StructWriter.LengthOf(1)], PersonType);
        writer.AddString("\ud800");
    });

    [Fact]
    public void Allocates_nothing_for_a_structure_of_short_fields()
    {
        Mail();
        var before = GC.GetAllocatedBytesForCurrentThread();

        var hash = Mail();

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.NotEqual(Hash32.Zero, hash);

        static Hash32 Mail()
        {
            Span<byte> words = stackalloc byte[StructWriter.LengthOf(fields: 3)];
            var mail = new StructWriter(words, MailType);
            mail.Add(MailType);
            mail.Add(new UInt256(7));
            mail.AddString("Hello, Bob!");
            return Eip712.Digest(PersonType, mail.Hash());
        }
    }

    private static Hash32 Person(string name, string wallet)
    {
        Span<byte> words = stackalloc byte[StructWriter.LengthOf(fields: 2)];
        var person = new StructWriter(words, PersonType);
        person.AddString(name);
        person.Add(Address.Parse(wallet));
        return person.Hash();
    }

    private static byte[] Repeated(byte value, int count = 32) => [.. Enumerable.Repeat(value, count)];
}
