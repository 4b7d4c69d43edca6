using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using OpenGradient.Ethereum.Abi;
using OpenGradient.Ethereum.Blocks;
using OpenGradient.Ethereum.Crypto;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Support;

namespace OpenGradient.Ethereum.Tests.Abi;

/// <summary>What solc's own output was when the cases were made, for every type that the cases' author thought of.</summary>
public sealed class PublishedAbiSuites
{
    [Theory]
    [InlineData("contract-interface", "normalizedValues", 2045)]
    [InlineData("contract-interface-abi2", "values", 1880)]
    public void Returns_of_compiled_contracts_decode_to_the_values_and_encode_back(string suite, string valuesProperty, int expected)
    {
        using var cases = PublishedSuite.Read(suite);
        var count = 0;
        foreach (var one in cases.RootElement.EnumerateArray())
        {
            var abi = ContractAbi.Parse(Utf8(one, "interface"));
            var function = Assert.Single(abi.FunctionsNamed("test"));
            var result = Hex.Decode(Text(one, "result"));
            using var values = JsonDocument.Parse(Text(one, valuesProperty));
            using var types = JsonDocument.Parse(Text(one, "types"));

            var decoded = function.DecodeReturn(result);

            Assert.Equal(TupleOf(function.Outputs, values.RootElement, Tagged), decoded);
            Assert.Equal(result, AbiCodec.EncodeParameters(function.Outputs, decoded.Items.AsSpan()));
            Assert.Equal(
                function.Outputs.Components.Select(c => c.Type),
                types.RootElement.EnumerateArray().Select(t => AbiType.Parse(t.GetString())));
            count++;
        }

        Assert.Equal(expected, count);
    }

    [Fact]
    public void Logs_of_compiled_contracts_decode_to_the_values_and_encode_back()
    {
        using var cases = PublishedSuite.Read("contract-events");
        var count = 0;
        var hashed = 0;
        foreach (var one in cases.RootElement.EnumerateArray())
        {
            var name = Text(one, "name");
            var emitted = Assert.Single(ContractAbi.Parse(Utf8(one, "interface")).Events, e => e.Name is "testEvent");
            var topics = one.GetProperty("topics").EnumerateArray().Select(t => Hash32.Parse(t.GetString()!)).ToArray();
            var log = new Log(Address.Zero, topics, Hex.Decode(Text(one, "data")));
            var values = TupleOf(emitted.Inputs, one.GetProperty("values"), Bare);

            var decoded = emitted.Decode(log);
            var encoded = emitted.Encode(log.Address, values.Items.AsSpan());

            Assert.Equal(topics, encoded.Topics);
            Assert.Equal(log.Data.ToArray(), encoded.Data.ToArray());
            for (var i = 0; i < decoded.Items.Length; i++)
            {
                if (one.GetProperty("hashed")[i].GetBoolean())
                {
                    Assert.Equal(new AbiValue.Hashed(AbiPacked.Topic(emitted.Inputs.Components[i].Type, values[i])), decoded[i]);
                    hashed++;
                }
                else
                {
                    Assert.True(values[i] == decoded[i], $"{name}: {values[i]} was read as {decoded[i]}.");
                }
            }

            count++;
        }

        Assert.Equal(2016, count);
        Assert.Equal(626, hashed);
    }

    [Fact]
    public void Signatures_and_selectors_are_those_of_compiled_contracts()
    {
        using var cases = PublishedSuite.Read("contract-signatures");
        var count = 0;
        foreach (var one in cases.RootElement.EnumerateArray())
        {
            var function = Assert.Single(ContractAbi.Parse(Utf8(one, "abi")).FunctionsNamed("testSig"));
            var declared = AbiFunction.Parse(Text(one, "signature"));

            Assert.Equal(Text(one, "signature"), function.Signature);
            Assert.Equal(Text(one, "sigHash"), function.Selector.ToString());
            Assert.Equal(function.Signature, declared.Signature);
            Assert.Equal(function.Selector, declared.Selector);
            count++;
        }

        Assert.Equal(1880, count);
    }

    [Fact]
    public void Packed_encodings_hash_to_what_contracts_hashed()
    {
        using var cases = PublishedSuite.Read("solidity-hashes");
        var count = 0;
        foreach (var one in cases.RootElement.EnumerateArray())
        {
            var types = new AbiType.Tuple(
                [.. one.GetProperty("types").EnumerateArray().Select(t => new AbiParameter(string.Empty, AbiType.Parse(t.GetString())))]);
            var values = TupleOf(types, one.GetProperty("values"), Bare);

            var encoded = AbiPacked.Encode(types, values.Items.AsSpan());

            Assert.Equal(Text(one, "keccak256"), Keccak256.Hash(encoded).ToString());
            Assert.Equal(Text(one, "sha256"), Hex.Encode(SHA256.HashData(encoded)));
            count++;
        }

        Assert.Equal(2016, count);
    }

    private static string Text(JsonElement element, string property) => element.GetProperty(property).GetString()!;

    private static byte[] Utf8(JsonElement element, string property) => Encoding.UTF8.GetBytes(Text(element, property));

    private static AbiValue.Tuple TupleOf(AbiType.Tuple type, JsonElement values, Func<JsonElement, JsonElement> unwrap) =>
        Assert.IsType<AbiValue.Tuple>(ValueOf(type, values, unwrap));

    // Two suites tag each value with the kind of JavaScript value it was; the others do not.
    private static JsonElement Tagged(JsonElement value) =>
        value.ValueKind == JsonValueKind.Object ? value.GetProperty("value") : value;

    private static JsonElement Bare(JsonElement value) => value;

    private static AbiValue ValueOf(AbiType type, JsonElement json, Func<JsonElement, JsonElement> unwrap)
    {
        var value = unwrap(json);
        return type switch
        {
            AbiType.UInt => UInt256.Parse(value.GetString()!),
            AbiType.Int => Int256.Parse(value.GetString()!),
            AbiType.Bool => value.GetBoolean(),
            AbiType.Address => Address.Parse(value.GetString()!),
            AbiType.String => value.GetString()!,
            AbiType.Bytes or AbiType.FixedBytes or AbiType.Function => Hex.Decode(value.GetString()),
            AbiType.Array array => AbiValue.ArrayOf([.. value.EnumerateArray().Select(v => ValueOf(array.Element, v, unwrap))]),
            AbiType.FixedArray array => AbiValue.ArrayOf([.. value.EnumerateArray().Select(v => ValueOf(array.Element, v, unwrap))]),
            AbiType.Tuple tuple => AbiValue.TupleOf(
                [.. value.EnumerateArray().Zip(tuple.Components, (v, c) => ValueOf(c.Type, v, unwrap))]),
            _ => throw new InvalidOperationException(type.Name),
        };
    }
}
