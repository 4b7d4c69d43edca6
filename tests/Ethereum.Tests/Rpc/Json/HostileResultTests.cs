using System.Text;
using System.Text.Json.Nodes;
using OpenGradient.Ethereum.Blocks;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Ethereum.Rpc;

namespace OpenGradient.Ethereum.Tests.Rpc.Json;

public sealed class HostileResultTests
{
    public static TheoryData<string> Names => [.. Samples.All.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Reads_every_sample(string name)
    {
        var (call, result) = Samples.All[name];
        var pending = Samples.Begin(call);

        Assert.Null(Samples.Answer(pending, Whole(result)));
        Assert.True(pending.IsAnswered);
        Assert.Null(pending.Error);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Calls_an_answer_malformed_wherever_it_is_cut_off(string name)
    {
        var (call, result) = Samples.All[name];
        var answer = Encoding.UTF8.GetBytes(Whole(result));

        for (var length = 0; length < answer.Length; length++)
        {
            var pending = Samples.Begin(call);
            Assert.IsType<RpcError.Malformed>(Samples.Answer(pending, answer.AsSpan(0, length)));
            Assert.False(pending.IsAnswered);
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Survives_every_change_of_a_byte(string name)
    {
        var (call, result) = Samples.All[name];
        var answer = Encoding.UTF8.GetBytes(Whole(result));
        ReadOnlySpan<byte> changes = [0x00, (byte)'"', (byte)'\\', (byte)'}', (byte)'9', 0xff];

        for (var i = 0; i < answer.Length; i++)
        {
            // Within a long run of zeros one place is as good as another.
            var before = answer[i];
            if (before == (byte)'0' && answer[i - 1] == before && answer[i + 1] == before)
                continue;

            foreach (var change in changes)
            {
                answer[i] = change;
                var pending = Samples.Begin(call);
                var fault = Samples.Answer(pending, answer);
                Assert.True(fault is null ? pending.IsAnswered : fault is RpcError.Malformed, $"byte {i} as {change}");
            }

            answer[i] = before;
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Ignores_fields_that_it_does_not_know(string name)
    {
        var (call, result) = Samples.All[name];
        var root = JsonNode.Parse(result)!;
        AddUnknown(root);
        var pending = Samples.Begin(call);

        Assert.Null(Samples.Answer(pending, Whole(root.ToJsonString())));
        Assert.Null(pending.Error);
    }

    [Theory]
    [InlineData("logs")]
    [InlineData("receipt")]
    [InlineData("transaction")]
    [InlineData("block")]
    public void Refuses_a_field_that_comes_twice(string name)
    {
        var (call, result) = Samples.All[name];
        var field = JsonNode.Parse(result)! is JsonArray array ? array[0]!.AsObject().First() : JsonNode.Parse(result)!.AsObject().First();
        var start = result.IndexOf('{', StringComparison.Ordinal) + 1;
        var twice = result.Insert(start, $"\"{field.Key}\":{field.Value!.ToJsonString()},");
        var pending = Samples.Begin(call);

        Assert.Null(Samples.Answer(pending, Whole(twice)));
        Assert.Contains($"has the field {field.Key} twice", Assert.IsType<RpcError.Malformed>(pending.Error).Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("log", "address,topics,data,blockNumber,transactionHash,transactionIndex,blockHash,logIndex")]
    [InlineData("receipt", "blockHash,blockNumber,cumulativeGasUsed,from,gasUsed,logs,logsBloom,status,transactionHash,transactionIndex")]
    [InlineData("transaction", "from,gas,hash,input,nonce,value")]
    [InlineData("block", "hash,parentHash,number,stateRoot,miner,timestamp,logsBloom,transactions,gasLimit,gasUsed,extraData,receiptsRoot,transactionsRoot")]
    [InlineData("proof", "address,balance,nonce,codeHash,storageHash,accountProof,storageProof")]
    [InlineData("fee history", "oldestBlock,baseFeePerGas,gasUsedRatio")]
    public void Refuses_an_answer_without_a_field_that_must_be_there(string name, string required)
    {
        foreach (var field in required.Split(','))
        {
            var (call, result) = name == "log" ? (Eth.GetLogs(Hash32.Zero, LogFilter.All), $"[{Samples.Log}]") : Samples.All[name];
            foreach (var replacement in new[] { null, JsonValue.Create(7), JsonValue.Create("0xzz"), (JsonNode)new JsonObject() })
            {
                var root = JsonNode.Parse(result)!;
                var holder = root is JsonArray array ? array[0]!.AsObject() : root.AsObject();
                Assert.True(holder.Remove(field), field);
                if (replacement is not null)
                    holder[field] = replacement.DeepClone();
                var pending = Samples.Begin(call);

                Assert.Null(Samples.Answer(pending, Whole(root.ToJsonString())));
                Assert.True(pending.Error is RpcError.Malformed, $"{field} as {replacement?.ToJsonString()}");
            }
        }
    }

    [Fact]
    public void Refuses_more_topics_than_a_log_can_have()
    {
        var json = Samples.Log.Replace("\"topics\":[", $"\"topics\":[{string.Concat(Enumerable.Repeat($"\"{Samples.H1}\",", 3))}", StringComparison.Ordinal);
        var pending = Samples.Begin(Eth.GetLogs(Hash32.Zero, LogFilter.All));

        Assert.Null(Samples.Answer(pending, Whole($"[{json}]")));
        Assert.Equal("log.topics has more than 4 items.", Assert.IsType<RpcError.Malformed>(pending.Error).Detail);
    }

    [Fact]
    public void Refuses_the_log_of_a_block_that_is_not_there_yet()
    {
        var json = Samples.Log.Replace("\"blockNumber\":\"0x10\"", "\"blockNumber\":null", StringComparison.Ordinal);
        var pending = Samples.Begin(Eth.GetLogs(Hash32.Zero, LogFilter.All));

        Assert.Null(Samples.Answer(pending, Whole($"[{json}]")));
        Assert.Equal("log.blockNumber is null.", Assert.IsType<RpcError.Malformed>(pending.Error).Detail);
    }

    [Theory]
    [InlineData("[", "]")]
    [InlineData("{\"a\":", "}")]
    public void Refuses_nesting_without_end(string open, string close)
    {
        var deep = $"{string.Concat(Enumerable.Repeat(open, 10_000))}1{string.Concat(Enumerable.Repeat(close, 10_000))}";
        var pending = Samples.Begin(Eth.GetBlock(BlockTag.Latest));

        Assert.IsType<RpcError.Malformed>(Samples.Answer(pending, Whole($"{{\"unknown\":{deep}}}")));
    }

    private static string Whole(string result) => $"{{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{result}}}";

    private static void AddUnknown(JsonNode node)
    {
        if (node is JsonArray array)
        {
            foreach (var item in array.Where(item => item is JsonObject or JsonArray))
                AddUnknown(item!);
        }
        else if (node is JsonObject fields)
        {
            foreach (var (_, value) in fields.Where(field => field.Value is JsonObject or JsonArray).ToList())
                AddUnknown(value!);
            fields.Insert(0, "l1BatchNumber", JsonNode.Parse("""{"nested":[1,{"a":null}]}"""));
        }
    }
}
