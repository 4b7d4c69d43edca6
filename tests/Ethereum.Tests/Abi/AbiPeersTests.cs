using System.Text.Json;
using System.Text.Json.Nodes;
using OpenGradient.Ethereum.Abi;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Foundry;
using OpenGradient.Support;

namespace OpenGradient.Ethereum.Tests.Abi;

/// <summary>The same types and values, through viem and cast.</summary>
public sealed class AbiPeersTests
{
    private const int Seed = 731_204;

    // viem gives small integers as numbers, the others as bigints, structs with names as objects, addresses with a checksum.
    private const string Viem = """
        import { decodeAbiParameters, encodeAbiParameters, encodePacked } from 'viem';
        import { readFileSync } from 'node:fs';
        const give = (type, value, components) => {
          const array = type.match(/^(.*)\[\d*\]$/);
          if (array) return value.map(item => give(array[1], item, components));
          if (type === 'tuple') return Object.fromEntries(components.map((c, i) => [c.name, give(c.type, value[i], c.components)]));
          return /^u?int/.test(type) ? BigInt(value) : value;
        };
        const take = (type, value, components) => {
          const array = type.match(/^(.*)\[\d*\]$/);
          if (array) return value.map(item => take(array[1], item, components));
          if (type === 'tuple') return components.map(c => take(c.type, value[c.name], c.components));
          return /^u?int/.test(type) ? String(value) : type === 'address' ? value.toLowerCase() : value;
        };
        const answers = JSON.parse(readFileSync(0, 'utf8')).map(({ parameters, values, encoded, packed }) => {
          const given = parameters.map((p, i) => give(p.type, values[i], p.components));
          if (packed) return { encoded: encodePacked(parameters.map(p => p.type), given) };
          const decoded = decodeAbiParameters(parameters, encoded);
          return {
            encoded: encodeAbiParameters(parameters, given),
            decoded: parameters.map((p, i) => take(p.type, decoded[i], p.components)),
          };
        });
        process.stdout.write(JSON.stringify(answers));
        """;

    [Fact]
    public async Task Viem_encodes_to_the_same_bytes_and_decodes_them_to_the_same_values()
    {
        const int Count = 600;
        var random = new RandomAbi(Seed);
        var cases = new List<(AbiType.Tuple Types, AbiValue.Tuple Values, byte[] Encoded)>();
        for (var i = 0; i < Count; i++)
        {
            var types = random.Parameters(5, 3);
            var values = random.Values(types);
            cases.Add((types, values, AbiCodec.EncodeParameters(types, values.Items.AsSpan())));
        }

        var answers = await AskViemAsync(cases.Select(c => Question(c.Types, c.Values, c.Encoded, packed: false)));

        Assert.Equal(Count, answers.Count);
        for (var i = 0; i < Count; i++)
        {
            var (types, values, encoded) = cases[i];
            var because = $"Seed {Seed}, case {i}: {types} {values}";
            AssertSame(Hex.Encode(encoded), answers[i]!["encoded"]!.GetValue<string>(), because);
            Assert.True(JsonNode.DeepEquals(answers[i]!["decoded"], RandomAbi.Json(values)), because);
            Assert.True(values.Equals(AbiCodec.DecodeParameters(types, encoded)), because);
        }
    }

    [Fact]
    public async Task Viem_packs_to_the_same_bytes()
    {
        const int Count = 300;
        var random = new RandomAbi(Seed + 1);
        var cases = new List<(AbiType.Tuple Types, AbiValue.Tuple Values)>();
        while (cases.Count < Count)
        {
            var types = random.Parameters(5, 1);
            if (types.Components.All(c => MayBePacked(c.Type)))
                cases.Add((types, random.Values(types)));
        }

        var answers = await AskViemAsync(cases.Select(c => Question(c.Types, c.Values, [], packed: true)));

        for (var i = 0; i < Count; i++)
        {
            var (types, values) = cases[i];
            AssertSame(
                Hex.Encode(AbiPacked.Encode(types, values.Items.AsSpan())),
                answers[i]!["encoded"]!.GetValue<string>(),
                $"Seed {Seed + 1}, case {i}: {types} {values}");
        }
    }

    [Fact]
    public async Task Cast_encodes_to_the_same_bytes_and_decodes_them_to_the_same_values()
    {
        const int Count = 40;
        var random = new RandomAbi(Seed + 2);
        for (var i = 0; i < Count; i++)
        {
            var types = random.Parameters(4, 2);
            var values = random.Values(types);
            var encoded = Hex.Encode(AbiCodec.EncodeParameters(types, values.Items.AsSpan()));
            var because = $"Seed {Seed + 2}, case {i}: {types} {values}";

            var theirs = await CastAsync(["abi-encode", $"f{types}", "--", .. values.Items.Select(ArgumentOf)]);
            var decoded = await CastAsync(["decode-abi", "--json", $"f(){types}", encoded]);

            AssertSame(encoded, theirs, because);
            AssertSame(Plain(RandomAbi.Json(values)), Plain(JsonNode.Parse(decoded)), because);
        }
    }

    private static void AssertSame(string ours, string theirs, string because) =>
        Assert.True(string.Equals(ours, theirs, StringComparison.Ordinal), because);

    // Packed arrays of bytes and strings are refused here, as solc refuses them; viem takes them.
    private static bool MayBePacked(AbiType type) => type switch
    {
        AbiType.Tuple => false,
        AbiType.Array array => array.Element is not (AbiType.Bytes or AbiType.String or AbiType.Tuple),
        AbiType.FixedArray array => array.Element is not (AbiType.Bytes or AbiType.String or AbiType.Tuple),
        _ => true,
    };

    private static JsonObject Question(AbiType.Tuple types, AbiValue.Tuple values, byte[] encoded, bool packed) => new()
    {
        ["parameters"] = new JsonArray([.. types.Components.Select(RandomAbi.Json)]),
        ["values"] = RandomAbi.Json(values),
        ["encoded"] = Hex.Encode(encoded),
        ["packed"] = packed,
    };

    private static async Task<JsonArray> AskViemAsync(IEnumerable<JsonObject> questions)
    {
        var asked = new JsonArray([.. questions]).ToJsonString();
        var answers = await PeerProcess.RunNodeAsync(Viem, asked, TestContext.Current.CancellationToken);
        return Assert.IsType<JsonArray>(JsonNode.Parse(answers));
    }

    private static async Task<string> CastAsync(string[] arguments)
    {
        var output = await PeerProcess.RunAsync(
            FoundryPrograms.Cast(Repository.Root), arguments, string.Empty, TestContext.Current.CancellationToken);
        return output.Trim();
    }

    // Inside of lists, cast wants its strings quoted; a string alone stands as it is.
    private static string ArgumentOf(AbiValue value) => value is AbiValue.String text ? text.Text : value.ToString();

    // cast writes some integers as numbers and some as text, and addresses with a checksum.
    private static string Plain(JsonNode? json) => json switch
    {
        JsonArray array => $"[{string.Join(',', array.Select(Plain))}]",
        JsonValue value when value.GetValueKind() == JsonValueKind.String && Address.TryParse(value.GetValue<string>(), out var address) =>
            address.ToLowerHex(),
        JsonValue value when value.GetValueKind() == JsonValueKind.String => value.GetValue<string>(),
        JsonValue value => value.ToJsonString(),
        _ => throw new InvalidOperationException("cast answers with lists and values."),
    };
}
