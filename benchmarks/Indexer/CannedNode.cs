using System.Buffers;
using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using OpenGradient.Ethereum.Primitives;

namespace OpenGradient.Benchmarks.Indexer;

/// <summary>A node that answers from what was written out beforehand, over HTTP on this machine.</summary>
internal sealed class CannedNode : IAsyncDisposable
{
    private readonly CannedChain _chain;
    private readonly WebApplication _application;
    private readonly ConcurrentBag<ArrayBufferWriter<byte>> _buffers = [];
    private long _firstLogsAt;

    private CannedNode(CannedChain chain, WebApplication application) => (_chain, _application) = (chain, application);

    public Uri Address => new(_application.Urls.First());

    /// <summary>How many of the last blocks are not final.</summary>
    public int Unfinal { get; set; }

    /// <summary>When logs were first asked for; zero before.</summary>
    public long FirstLogsAt => Volatile.Read(ref _firstLogsAt);

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

    // An answer goes out whole and with its length, as those of nodes do.
    private async Task AnswerAsync(HttpContext context)
    {
        using var request = await JsonDocument.ParseAsync(context.Request.Body, cancellationToken: context.RequestAborted);
        var answer = _buffers.TryTake(out var used) ? used : new ArrayBufferWriter<byte>();
        Answer(request.RootElement, answer);
        context.Response.ContentType = "application/json";
        context.Response.ContentLength = answer.WrittenCount;
        await context.Response.Body.WriteAsync(answer.WrittenMemory, context.RequestAborted);
        answer.ResetWrittenCount();
        _buffers.Add(answer);
    }

    private void Answer(JsonElement message, ArrayBufferWriter<byte> answer)
    {
        if (message.ValueKind != JsonValueKind.Array)
        {
            AnswerCall(message, answer);
            return;
        }

        var separator = (byte)'[';
        foreach (var call in message.EnumerateArray())
        {
            answer.Write([separator]);
            AnswerCall(call, answer);
            separator = (byte)',';
        }

        answer.Write("]"u8);
    }

    private void AnswerCall(JsonElement call, ArrayBufferWriter<byte> answer)
    {
        Encoding.ASCII.GetBytes($"{{\"jsonrpc\":\"2.0\",\"id\":{call.GetProperty("id").GetRawText()},\"result\":".AsSpan(), answer);
        var parameters = call.TryGetProperty("params", out var given) ? given : default;
        switch (call.GetProperty("method").GetString())
        {
            case "eth_chainId":
                answer.Write("\"0x7a69\""u8);
                break;
            case "eth_getBlockByNumber":
                WriteBlock(NumberOf(parameters[0].GetString()!), parameters[1].GetBoolean(), answer);
                break;
            case "eth_getBlockByHash":
                WriteBlock(_chain.NumberOf(parameters[0].GetString()!), parameters[1].GetBoolean(), answer);
                break;
            case "eth_getLogs":
                Interlocked.CompareExchange(ref _firstLogsAt, Stopwatch.GetTimestamp(), 0);
                WriteLogs(parameters[0], answer);
                break;
            default:
                throw new NotSupportedException(call.GetProperty("method").GetString());
        }

        answer.Write("}"u8);
    }

    private void WriteBlock(int? number, bool isWhole, ArrayBufferWriter<byte> answer)
    {
        if (number is { } known && known <= _chain.Head)
            _chain.WriteBlock(known, isWhole, answer);
        else
            answer.Write("null"u8);
    }

    private void WriteLogs(JsonElement filter, ArrayBufferWriter<byte> answer)
    {
        int first, last;
        if (filter.TryGetProperty("blockHash", out var hash))
            first = last = _chain.NumberOf(hash.GetString()!) ?? throw new NotSupportedException("An unknown block.");
        else
            (first, last) = (NumberOf(filter.GetProperty("fromBlock").GetString()!), NumberOf(filter.GetProperty("toBlock").GetString()!));
        var wanted = TopicsOf(filter);
        answer.Write("["u8);
        var isFirst = true;
        for (var number = first; number <= Math.Min(last, _chain.Head); number++)
            isFirst &= !_chain.TryWriteLogs(number, wanted, isFirst, answer);

        answer.Write("]"u8);
    }

    private static HashSet<Hash32>? TopicsOf(JsonElement filter)
    {
        if (!filter.TryGetProperty("topics", out var topics) || topics.GetArrayLength() == 0)
            return null;
        return topics[0].ValueKind switch
        {
            JsonValueKind.String => [Hash32.Parse(topics[0].GetString()!)],
            JsonValueKind.Array when topics[0].GetArrayLength() > 0 => [.. topics[0].EnumerateArray().Select(topic => Hash32.Parse(topic.GetString()!))],
            _ => null,
        };
    }

    private int NumberOf(string tag) => tag switch
    {
        "latest" or "safe" => _chain.Head,
        "finalized" => Math.Max(0, _chain.Head - Unfinal),
        "earliest" => 0,
        _ => int.Parse(tag.AsSpan(2), NumberStyles.HexNumber, CultureInfo.InvariantCulture),
    };
}
