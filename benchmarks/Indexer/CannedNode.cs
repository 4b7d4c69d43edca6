using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace OpenGradient.Benchmarks.Indexer;

/// <summary>A node that answers from what was written out beforehand, over HTTP on this machine.</summary>
internal sealed class CannedNode : IAsyncDisposable
{
    private readonly CannedChain _chain;
    private readonly WebApplication _application;

    private CannedNode(CannedChain chain, WebApplication application) => (_chain, _application) = (chain, application);

    public Uri Address => new(_application.Urls.First());

    /// <summary>How many of the last blocks are not final.</summary>
    public int Unfinal { get; set; }

    public static async Task<CannedNode> StartAsync(CannedChain chain, CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        var application = builder.Build();
        var node = new CannedNode(chain, application);
        application.Run(node.AnswerAsync);
        await application.StartAsync(cancellationToken);
        return node;
    }

    public ValueTask DisposeAsync() => _application.DisposeAsync();

    private async Task AnswerAsync(HttpContext context)
    {
        using var request = await JsonDocument.ParseAsync(context.Request.Body, cancellationToken: context.RequestAborted);
        var answer = new ArrayBufferWriter<byte>(64 * 1024);
        var root = request.RootElement;
        if (root.ValueKind == JsonValueKind.Array)
        {
            var separator = (byte)'[';
            foreach (var call in root.EnumerateArray())
            {
                answer.Write([separator]);
                Answer(call, answer);
                separator = (byte)',';
            }

            answer.Write("]"u8);
        }
        else
        {
            Answer(root, answer);
        }

        context.Response.ContentType = "application/json";
        context.Response.ContentLength = answer.WrittenCount;
        await context.Response.Body.WriteAsync(answer.WrittenMemory, context.RequestAborted);
    }

    private void Answer(JsonElement call, ArrayBufferWriter<byte> answer)
    {
        Encoding.ASCII.GetBytes($"{{\"jsonrpc\":\"2.0\",\"id\":{call.GetProperty("id").GetRawText()},\"result\":".AsSpan(), answer);
        var parameters = call.TryGetProperty("params", out var given) ? given : default;
        switch (call.GetProperty("method").GetString())
        {
            case "eth_chainId":
                answer.Write("\"0x7a69\""u8);
                break;
            case "eth_getBlockByNumber":
                var number = NumberOf(parameters[0].GetString()!);
                answer.Write(number <= _chain.Head ? _chain.HeaderAt(number).Span : "null"u8);
                break;
            case "eth_getBlockByHash":
                answer.Write(HeaderBy(parameters[0].GetString()!));
                break;
            case "eth_getLogs":
                WriteLogs(parameters[0], answer);
                break;
            default:
                throw new NotSupportedException(call.GetProperty("method").GetString());
        }

        answer.Write("}"u8);
    }

    private ReadOnlySpan<byte> HeaderBy(string hash)
    {
        var text = Encoding.ASCII.GetBytes($"{{\"hash\":\"{hash}\"");
        for (var number = _chain.Head; number >= Math.Max(0, _chain.Head - 200); number--)
        {
            if (_chain.HeaderAt(number).Span.StartsWith(text))
                return _chain.HeaderAt(number).Span;
        }

        return "null"u8;
    }

    private void WriteLogs(JsonElement filter, ArrayBufferWriter<byte> answer)
    {
        int first, last;
        if (filter.TryGetProperty("blockHash", out var hash))
        {
            using var header = JsonDocument.Parse(HeaderBy(hash.GetString()!).ToArray());
            first = last = NumberOf(header.RootElement.GetProperty("number").GetString()!);
        }
        else
        {
            (first, last) = (NumberOf(filter.GetProperty("fromBlock").GetString()!), NumberOf(filter.GetProperty("toBlock").GetString()!));
        }

        var separator = "["u8;
        for (var number = first; number <= Math.Min(last, _chain.Head); number++)
        {
            var logs = _chain.LogsAt(number).Span;
            if (logs.IsEmpty)
                continue;
            answer.Write(separator);
            answer.Write(logs);
            separator = ","u8;
        }

        answer.Write(separator[0] == '[' ? "[]"u8 : "]"u8);
    }

    private int NumberOf(string tag) => tag switch
    {
        "latest" or "safe" => _chain.Head,
        "finalized" => Math.Max(0, _chain.Head - Unfinal),
        "earliest" => 0,
        _ => int.Parse(tag.AsSpan(2), NumberStyles.HexNumber, CultureInfo.InvariantCulture),
    };
}
