using System.Text.Json;
using OpenGradient.Ethereum.Contracts;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Ethereum.Rpc;

namespace OpenGradient.Cli.Tests.Support;

/// <summary>What only a local chain does.</summary>
internal static class AnvilCalls
{
    private static readonly CancellationToken Stop = TestContext.Current.CancellationToken;

    /// <summary>Calls a method with numbers and texts, and gives its answer if that is a text.</summary>
    public static Task<string?> DoAsync(EthereumClient client, string method, params object[] arguments) => client.SendAsync(
        RpcCall.Create(
            method,
            json =>
            {
                foreach (var argument in arguments)
                {
                    if (argument is int number)
                        json.WriteNumberValue(number);
                    else
                        json.WriteStringValue((string)argument);
                }
            },
            static (ref Utf8JsonReader reader) =>
            {
                var text = reader.TokenType == JsonTokenType.String ? reader.GetString() : null;
                reader.Skip();
                return text;
            }),
        Stop);

    /// <summary>Sends a call as an account that the chain lets anyone play.</summary>
    public static Task<string?> SendAsync(EthereumClient client, Address from, ContractCall call) => client.SendAsync(
        RpcCall.Create(
            "eth_sendTransaction",
            json =>
            {
                json.WriteStartObject();
                json.WriteString("from", from.ToString());
                json.WriteString("to", call.To.ToString());
                json.WriteString("data", Hex.Encode(call.Data.Span));
                json.WriteEndObject();
            },
            static (ref Utf8JsonReader reader) => reader.GetString()),
        Stop);
}
