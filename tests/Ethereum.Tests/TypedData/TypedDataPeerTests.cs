using System.Text;
using System.Text.Json;
using OpenGradient.Ethereum.TypedData;
using OpenGradient.Support;

namespace OpenGradient.Ethereum.Tests.TypedData;

public sealed class TypedDataPeerTests
{
    private const int Seed = 712_712;
    private const int Documents = 400;

    [Fact]
    public async Task Agrees_with_viem_on_random_nested_types()
    {
        var json = Generate();

        var output = await PeerProcess.RunNodeAsync(
            """
            import { hashTypedData, hashStruct, hashDomain } from 'viem'
            import { getTypesForEIP712Domain } from './node_modules/viem/_esm/utils/typedData.js'
            let input = ''
            for await (const chunk of process.stdin) input += chunk
            for (const { types, primaryType, domain, message } of JSON.parse(input)) {
              const all = { EIP712Domain: getTypesForEIP712Domain({ domain }), ...types }
              console.log([
                hashTypedData({ types, primaryType, domain, message }),
                hashDomain({ domain, types: all }),
                hashStruct({ data: message, primaryType, types }),
              ].join(' '))
            }
            """,
            json,
            TestContext.Current.CancellationToken);

        var lines = output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(Documents, lines.Length);
        using var documents = JsonDocument.Parse(json);
        var index = 0;
        foreach (var element in documents.RootElement.EnumerateArray())
        {
            var text = element.GetRawText();
            var document = TypedDataDocument.Parse(text);
            var ours = $"{document.Digest} {document.DomainSeparator} {document.MessageHash}";
            Assert.True(string.Equals(lines[index], ours, StringComparison.Ordinal), $"Seed {Seed}, document {index}: viem has {lines[index]}, ours is {ours}: {text}");
            index++;
        }
    }

    private static string Generate()
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            var random = new RandomTypedData(Seed);
            writer.WriteStartArray();
            for (var i = 0; i < Documents; i++)
                random.Write(writer);
            writer.WriteEndArray();
        }

        return Encoding.UTF8.GetString(buffer.ToArray());
    }
}
