using System.Globalization;
using System.Text;
using OpenGradient.Ethereum.TypedData;

namespace OpenGradient.Ethereum.Tests.TypedData;

public sealed class TypedDataRefusalTests
{
    [Theory]
    [InlineData("uint8", "0", true)]
    [InlineData("uint8", "255", true)]
    [InlineData("uint8", "\"255\"", true)]
    [InlineData("uint8", "\"0xff\"", true)]
    [InlineData("uint8", "256", false)]
    [InlineData("uint8", "\"256\"", false)]
    [InlineData("uint8", "-1", false)]
    [InlineData("uint8", "\"-1\"", false)]
    [InlineData("uint8", "1.0", false)]
    [InlineData("uint8", "1e1", false)]
    [InlineData("uint8", "\"\"", false)]
    [InlineData("uint8", "\" 1\"", false)]
    [InlineData("uint8", "\"0x\"", false)]
    [InlineData("uint8", "null", false)]
    [InlineData("uint8", "true", false)]
    [InlineData("uint8", "[1]", false)]
    [InlineData("uint256", "9007199254740991", true)]
    [InlineData("uint256", "9007199254740992", false)]
    [InlineData("uint256", "\"9007199254740993\"", true)]
    [InlineData("uint256", "99999999999999999999", false)]
    [InlineData("uint256", "\"115792089237316195423570985008687907853269984665640564039457584007913129639935\"", true)]
    [InlineData("uint256", "\"115792089237316195423570985008687907853269984665640564039457584007913129639936\"", false)]
    [InlineData("int8", "127", true)]
    [InlineData("int8", "-128", true)]
    [InlineData("int8", "\"-128\"", true)]
    [InlineData("int8", "\"0x7f\"", true)]
    [InlineData("int8", "128", false)]
    [InlineData("int8", "-129", false)]
    [InlineData("int8", "\"0xff\"", false)]
    [InlineData("int8", "\"-0x1\"", false)]
    [InlineData("int8", "\"--1\"", false)]
    [InlineData("int256", "\"-57896044618658097711785492504343953926634992332820282019728792003956564819968\"", true)]
    [InlineData("int256", "\"57896044618658097711785492504343953926634992332820282019728792003956564819968\"", false)]
    [InlineData("bool", "true", true)]
    [InlineData("bool", "\"true\"", false)]
    [InlineData("bool", "1", false)]
    [InlineData("address", "\"0xCD2a3d9F938E13CD947Ec05AbC7FE734Df8DD826\"", true)]
    [InlineData("address", "\"0xcd2a3d9f938e13cd947ec05abc7fe734df8dd826\"", true)]
    [InlineData("address", "\"0xCd2a3d9F938E13CD947Ec05AbC7FE734Df8DD826\"", false)]
    [InlineData("address", "\"0xcd2a3d9f938e13cd947ec05abc7fe734df8dd8\"", false)]
    [InlineData("bytes4", "\"0x01020304\"", true)]
    [InlineData("bytes4", "\"0x010203\"", false)]
    [InlineData("bytes4", "\"0x0102030405\"", false)]
    [InlineData("bytes", "\"0x\"", true)]
    [InlineData("bytes", "\"0Xab\"", false)]
    [InlineData("bytes4", "\"0X01020304\"", false)]
    [InlineData("address", "\"0Xcd2a3d9f938e13cd947ec05abc7fe734df8dd826\"", false)]
    [InlineData("uint8", "\"0Xff\"", false)]
    [InlineData("bytes", "\"0x0\"", false)]
    [InlineData("bytes", "\"\"", false)]
    [InlineData("bytes", "\"01\"", false)]
    [InlineData("bytes", "\"0x0g\"", false)]
    [InlineData("string", "\"\"", true)]
    [InlineData("string", "\"0X is a text like any other\"", true)]
    [InlineData("string", "\"\\ud800\"", false)]
    [InlineData("bytes", "\"0X01\"", false)]
    [InlineData("string", "1", false)]
    [InlineData("uint8[2]", "[1,2]", true)]
    [InlineData("uint8[2]", "[1]", false)]
    [InlineData("uint8[2]", "[1,2,3]", false)]
    [InlineData("uint8[]", "[]", true)]
    [InlineData("uint8[]", "[1,null]", false)]
    [InlineData("uint8[]", "{}", false)]
    [InlineData("uint8[2][]", "[[1,2],[3]]", false)]
    [InlineData("Leaf", "{\"x\":1}", true)]
    [InlineData("Leaf", "null", false)]
    [InlineData("Leaf", "[1]", false)]
    [InlineData("Leaf", "{}", false)]
    [InlineData("Leaf", "{\"x\":1,\"y\":2}", false)]
    [InlineData("Leaf", "{\"x\":1,\"x\":1}", false)]
    [InlineData("Leaf[]", "[{\"x\":1},{\"x\":\"0x02\"}]", true)]
    [InlineData("Leaf[]", "[{\"x\":1},{\"x\":256}]", false)]
    public void Takes_a_value_exactly_if_it_is_of_its_type(string type, string value, bool taken)
    {
        var json = WithField(type, value);
        if (taken)
        {
            Assert.NotNull(TypedDataDocument.Parse(json).MessageHash);
        }
        else
        {
            Assert.Throws<TypedDataException>(() => TypedDataDocument.Parse(json));
        }
    }

    [Theory]
    [InlineData("uint")]
    [InlineData("int")]
    [InlineData("uint7")]
    [InlineData("uint0")]
    [InlineData("uint264")]
    [InlineData("uint08")]
    [InlineData("int1")]
    [InlineData("bytes0")]
    [InlineData("bytes33")]
    [InlineData("fixed128x18")]
    [InlineData("byte")]
    [InlineData("Missing")]
    [InlineData("leaf")]
    [InlineData("")]
    [InlineData("Leaf ")]
    [InlineData("uint8[")]
    [InlineData("uint8]")]
    [InlineData("uint8[]]")]
    [InlineData("uint8[0]")]
    [InlineData("uint8[01]")]
    [InlineData("uint8[-1]")]
    [InlineData("uint8[4294967296]")]
    [InlineData("uint8[][][][][][][][][][][][][][][][][]")]
    [InlineData("[]")]
    public void Refuses_what_is_not_a_type(string type)
    {
        var error = Assert.Throws<TypedDataException>(() => TypedDataDocument.Parse(WithField(type, "[]")));

        Assert.Equal("types.Root[0].type", error.Path);
    }

    [Theory]
    [InlineData("""{ "A": [{ "name": "a", "type": "A" }] }""", "A -> A")]
    [InlineData("""{ "A": [{ "name": "a", "type": "A[]" }] }""", "A -> A")]
    [InlineData("""{ "A": [{ "name": "b", "type": "B" }], "B": [{ "name": "c", "type": "C[2]" }], "C": [{ "name": "a", "type": "A" }] }""",
        "A -> B -> C -> A")]
    [InlineData("""{ "A": [], "B": [{ "name": "c", "type": "C" }], "C": [{ "name": "b", "type": "B" }] }""", "B -> C -> B")]
    public void Refuses_a_type_that_contains_itself(string types, string loop)
    {
        var error = Assert.Throws<TypedDataException>(() => TypedDataDocument.Parse(
            $$"""{ "types": {{types}}, "primaryType": "A", "domain": {}, "message": {} }"""));

        Assert.Contains($"contains itself ({loop})", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{ "uint8": [] }""")]
    [InlineData("""{ "uint7": [] }""")]
    [InlineData("""{ "bytes": [] }""")]
    [InlineData("""{ "address": [] }""")]
    [InlineData("""{ "": [] }""")]
    [InlineData("""{ "1A": [] }""")]
    [InlineData("""{ "A B": [] }""")]
    [InlineData("""{ "A(uint8 x)B": [] }""")]
    [InlineData("""{ "Ä": [] }""")]
    [InlineData("""{ "\ud800": [] }""")]
    [InlineData("""{ "A": [], "A": [] }""")]
    [InlineData("""{ "A": {} }""")]
    [InlineData("""{ "A": null }""")]
    [InlineData("""{ "A": [{ "name": "x", "type": "uint8" }, { "name": "x", "type": "bool" }] }""")]
    [InlineData("""{ "A": [{ "name": "x,uint8 y", "type": "uint8" }] }""")]
    [InlineData("""{ "A": [{ "name": "", "type": "uint8" }] }""")]
    [InlineData("""{ "A": [{ "name": "x" }] }""")]
    [InlineData("""{ "A": [{ "name": "x", "type": "uint8", "more": 1 }] }""")]
    [InlineData("""{ "A": [{ "name": 1, "type": "uint8" }] }""")]
    [InlineData("[]")]
    public void Refuses_declarations_that_are_not_of_the_standard(string types) =>
        Assert.Throws<TypedDataException>(() => TypedDataDocument.Parse(
            $$"""{ "types": {{types}}, "primaryType": "EIP712Domain", "domain": {} }"""));

    [Theory]
    [InlineData("""{ "primaryType": "A", "domain": {}, "message": {} }""")]
    [InlineData("""{ "types": { "A": [] }, "domain": {}, "message": {} }""")]
    [InlineData("""{ "types": { "A": [] }, "primaryType": "A", "message": {} }""")]
    [InlineData("""{ "types": { "A": [] }, "primaryType": "A", "domain": {} }""")]
    [InlineData("""{ "types": { "A": [] }, "primaryType": "B", "domain": {}, "message": {} }""")]
    [InlineData("""{ "types": { "A": [] }, "primaryType": "A[]", "domain": {}, "message": [] }""")]
    [InlineData("""{ "types": { "A": [] }, "primaryType": "A", "domain": {}, "message": {}, "account": "0x" }""")]
    [InlineData("""{ "types": { "A": [] }, "primaryType": "A", "domain": { "chain": 1 }, "message": {} }""")]
    [InlineData("""{ "types": { "A": [] }, "primaryType": "A", "domain": { "name": null }, "message": {} }""")]
    [InlineData("""{ "types": { "A": [] }, "primaryType": "A", "domain": null, "message": {} }""")]
    [InlineData("""{ "types": { "A": [], "EIP712Domain": [] }, "primaryType": "A", "domain": { "name": "x" }, "message": {} }""")]
    [InlineData("""{ "types": { "A": [] }, "primaryType": "EIP712Domain", "domain": {}, "message": { "a": 1 } }""")]
    [InlineData("""{ "types": { "A": [] }, "primaryType": "A", "domain": {}, "message": {} } {}""")]
    [InlineData("""{ "types": { "A": [] }, "primaryType": "A", "domain": {}, "message": {}, }""")]
    [InlineData("[]")]
    [InlineData("")]
    public void Refuses_a_document_that_lacks_something_or_has_too_much(string json) =>
        Assert.Throws<TypedDataException>(() => TypedDataDocument.Parse(json));

    [Fact]
    public void Says_where_the_fault_is()
    {
        var error = Assert.Throws<TypedDataException>(() => TypedDataDocument.Parse(WithField("Leaf[][2]", """[[{"x":1}],[{"x":2},{"x":-3}]]""")));

        Assert.Equal("message.field[1][1].x", error.Path);
        Assert.Equal("message.field[1][1].x: -3 does not fit uint8.", error.Message);
    }

    [Fact]
    public void Refuses_nesting_that_is_too_deep()
    {
        var open = new string('[', TypedDataLimits.Depth);
        var close = new string(']', TypedDataLimits.Depth);

        Assert.Throws<TypedDataException>(() => TypedDataDocument.Parse(WithField("uint8[]", open + close)));
    }

    [Fact]
    public void Refuses_more_types_fields_or_text_than_its_limits()
    {
        var manyTypes = Types(TypedDataLimits.Types + 1, fields: 1, nameLength: 5);
        var manyFields = Types(1, TypedDataLimits.Fields + 1, nameLength: 5);
        var longName = Types(1, 1, TypedDataLimits.NameLength + 1);
        var longText = Types(TypedDataLimits.Types, 40, nameLength: 20);

        Assert.All([manyTypes, manyFields, longName, longText], static types => Assert.Throws<TypedDataException>(() => Parse(types)));
        Assert.NotNull(Parse(Types(TypedDataLimits.Types, 5, nameLength: 20)));
        Assert.NotNull(Parse(Types(1, TypedDataLimits.Fields, nameLength: 20)));

        static TypedDataDocument Parse(string types) =>
            TypedDataDocument.Parse($$"""{ "types": {{types}}, "primaryType": "EIP712Domain", "domain": {} }""");
    }

    private static string Types(int count, int fields, int nameLength)
    {
        var json = new StringBuilder("{");
        for (var type = 0; type < count; type++)
        {
            var declared = Enumerable.Range(0, fields).Select(field => $$"""{ "name": "{{Name(field)}}", "type": "uint8" }""");
            json.Append(type == 0 ? "" : ",").Append(CultureInfo.InvariantCulture, $"\"T{type}\":[{string.Join(',', declared)}]");
        }

        return json.Append('}').ToString();

        string Name(int field) => "f" + field.ToString(CultureInfo.InvariantCulture).PadLeft(nameLength - 1, '0');
    }

    private static string WithField(string type, string value) => $$"""
        {
          "types": { "Leaf": [{ "name": "x", "type": "uint8" }], "Root": [{ "name": "field", "type": "{{type}}" }] },
          "primaryType": "Root", "domain": {}, "message": { "field": {{value}} }
        }
        """;
}
