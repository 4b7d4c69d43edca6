using System.Text;
using System.Text.Json;
using OpenGradient.Ethereum.Blocks;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Ethereum.Rpc;

namespace OpenGradient.Ethereum.Tests.Rpc.Json;

/// <summary>Logs that are written alike are read by their shape: what comes of it is what reading each with care gives, be it logs or a refusal.</summary>
public sealed class LogShapeTests
{
    private const int Answers = 3_000;

    private static readonly JsonReaderOptions Options = new() { MaxDepth = 100 };

    [Fact]
    public void A_log_that_is_written_alike_is_read_whole()
    {
        var shape = LogShape.Of(Encoding.UTF8.GetBytes(Samples.Log), isRemoved: false, Options);
        var other = Samples.Log.Replace("0xabcdef", "0x", StringComparison.Ordinal).Replace($",\"{Samples.H2}\"]", "]", StringComparison.Ordinal)
            .Replace("0x65", "0xffff", StringComparison.Ordinal);
        ReadOnlySpan<byte> text = Encoding.UTF8.GetBytes(other + ",{");

        Assert.True(shape.TryRead(ref text, new LogMemory(), out var log));

        Assert.Equal(",{", Encoding.UTF8.GetString(text));
        Assert.Equal(Careful($"[{other}]"), [log]);
        Assert.Equal((0, 1, 0xffffUL), (log.Content.Data.Length, log.Content.Topics.Count, log.BlockTimestamp));
    }

    [Fact]
    public void Logs_are_read_by_the_shape_of_one_before_them()
    {
        var longer = Samples.Log.Replace("0xabcdef", "0x" + new string('a', 40_000), StringComparison.Ordinal);

        Assert.True(IsQuick($"[{Samples.Log},{Samples.Log},{Samples.Log}]"));
        Assert.True(IsQuick($"[{Samples.Log},{longer}]"));
        Assert.False(IsQuick($"[{Samples.Log} ,{Samples.Log} ,{Samples.Log}]"));
        // From a long one nothing is learnt, and of those behind it as ever.
        Assert.False(IsQuick($"[{longer},{Samples.Log}]"));
        Assert.True(IsQuick($"[{string.Join(',', Enumerable.Repeat(longer, 8))},{Samples.Log},{Samples.Log}]"));
    }

    [Fact]
    public void An_answer_goes_on_behind_logs_that_were_read_quickly()
    {
        var logs = Samples.Begin(Eth.GetLogs(default(Hash32), LogFilter.All));
        var height = Samples.Begin(Eth.BlockNumber());
        var text = Encoding.UTF8.GetBytes(
            $$"""[{"jsonrpc":"2.0","id":1,"result":[{{Samples.Log}},{{Samples.Log}},{{Samples.Log}}]},{"jsonrpc":"2.0","id":2,"result":"0x10"}]""");

        Assert.Null(AnswerReader.Read(text, [logs, height], 1, new RpcEndpoint(new Uri("http://node.test/")), Options.MaxDepth));

        Assert.Equal(3, Assert.IsType<PendingCall<IReadOnlyList<LocatedLog>>>(logs).Value.Count);
        Assert.Equal(16UL, Assert.IsType<PendingCall<BlockNumber>>(height).Value.Value);
    }

    [Theory]
    [InlineData("0xabcdef", "0xabcde")]
    [InlineData("0xabcdef", "0xabcdeg")]
    [InlineData("0xabcdef", "abcdef")]
    [InlineData("\"0x2\"", "\"0x02\"")]
    [InlineData("\"0x2\"", "2")]
    [InlineData("\"0x2\"", "\"0x100000000\"")]
    [InlineData("22\"],", "22\",],")]
    [InlineData("false", "true")]
    [InlineData("\"data\":", "\"data\": ")]
    [InlineData("[", "[[")]
    public void What_does_not_fit_is_not_read(string was, string now)
    {
        var shape = LogShape.Of(Encoding.UTF8.GetBytes(Samples.Log), isRemoved: false, Options);
        ReadOnlySpan<byte> text = Encoding.UTF8.GetBytes(Samples.Log.Replace(was, now, StringComparison.Ordinal));
        var length = text.Length;

        Assert.False(shape.TryRead(ref text, new LogMemory(), out _));
        Assert.Equal(length, text.Length);
    }

    [Fact]
    public void Nothing_else_comes_of_it_than_of_reading_with_care()
    {
        var refused = 0;
        for (var seed = 0; seed < Answers; seed++)
        {
            var answer = new WrittenLogs(seed).Answer();
            var careful = Careful(answer);
            var quick = Quick(answer);
            Assert.True(careful is null ? quick is null : quick is not null && careful.SequenceEqual(quick), $"seed {seed}: {answer}");
            refused += careful is null ? 1 : 0;
        }

        Assert.InRange(refused, Answers / 10, Answers * 9 / 10);
    }

    // What was read quickly did not go through the reader that is left.
    private static bool IsQuick(string answer)
    {
        var text = Encoding.UTF8.GetBytes(answer);
        var reader = new Utf8JsonReader(text, Options);
        reader.Read();
        Assert.Equal(Careful(answer), JsonLog.ReadAll(ref reader, "logs", text));
        return reader.BytesConsumed < text.Length;
    }

    private static List<LocatedLog>? Careful(string answer) => Read(answer, isAtHand: false);

    private static List<LocatedLog>? Quick(string answer) => Read(answer, isAtHand: true);

    private static List<LocatedLog>? Read(string answer, bool isAtHand)
    {
        var text = Encoding.UTF8.GetBytes(answer);
        var reader = new Utf8JsonReader(text, Options);
        try
        {
            reader.Read();
            var logs = JsonLog.ReadAll(ref reader, "logs", isAtHand ? text : default);
            Assert.Equal((JsonTokenType.EndArray, 0), (reader.TokenType, reader.CurrentDepth));
            Assert.False(reader.Read());
            return logs;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>Logs as some node might write them: in an order and with additions of its own, mostly alike, and now and then wrong.</summary>
    private sealed class WrittenLogs(int seed)
    {
        private readonly Random _random = new(seed);

        public string Answer()
        {
            var order = Enumerable.Range(0, 12).ToArray();
            _random.Shuffle(order);
            var gap = One("", "", "", " ");
            var additions = _random.Next(4);
            var faults = _random.Next(3) == 0;
            var text = string.Join(gap + ",", Enumerable.Range(0, _random.Next(8)).Select(_ => "{" + string.Join("," + gap, Fields(order, additions, faults)) + "}"));
            // A byte anywhere.
            var answer = new StringBuilder($"[{text}]");
            if (faults && _random.Next(3) == 0)
                answer[_random.Next(answer.Length)] = One("x", "\"", "]", ",", "{", "0", "\\")[0];
            return answer.ToString();
        }

        private IEnumerable<string> Fields(int[] order, int additions, bool faults)
        {
            foreach (var field in order)
            {
                if (faults && _random.Next(100) == 0)
                    continue;
                var written = field switch
                {
                    0 => $"\"address\":\"{Bytes(20, faults)}\"",
                    1 => $"\"topics\":[{string.Join(",", Enumerable.Range(0, _random.Next(faults ? 6 : 5)).Select(_ => $"\"{Bytes(32, faults)}\""))}]",
                    2 => $"\"data\":\"{Bytes(_random.Next(100), faults)}\"",
                    3 => $"\"blockHash\":\"{Bytes(32, faults)}\"",
                    4 => $"\"blockNumber\":{Number(faults)}",
                    5 => $"\"transactionHash\":\"{Bytes(32, faults)}\"",
                    6 => $"\"transactionIndex\":{Number(faults)}",
                    7 => $"\"logIndex\":{Number(faults)}",
                    8 => additions == 3 ? One("\"removed\":true", "\"removed\":false") : "\"removed\":false",
                    9 => additions switch
                    {
                        1 => $"\"blockTimestamp\":{Number(faults)}",
                        2 => $"\"blockTimestamp\":{One("null", "12", "\"12\"", "[\"0x5\"]")}",
                        _ => "\"chain\":\"a\\nb\"",
                    },
                    10 => additions == 2 ? $"\"more\":{One("1", "{}")}" : "\"more\":{\"a\":[1,{\"data\":\"0x00\"}]}",
                    _ => additions == 3 ? $"\"\\u0064ata\":\"{One("q", "r")}\"" : "\"type\":null",
                };
                yield return written;
            }
        }

        private string Bytes(int count, bool faults)
        {
            var bytes = new byte[count];
            _random.NextBytes(bytes);
            var text = _random.Next(2) == 0 ? Convert.ToHexString(bytes) : Convert.ToHexStringLower(bytes);
            return faults && _random.Next(60) == 0 ? One("", "0x0", $"0x{text}0", $"0x{text}g0", $"0x{text}\\u0030", text) : $"0x{text}";
        }

        private string Number(bool faults) =>
            faults && _random.Next(60) == 0 ? One("5", "null", "\"0x\"", "\"0x05\"", "\"0x1ffffffff\"", "\"0x1ffffffffffffffff\"") : $"\"0x{_random.Next():x}\"";

        private string One(params ReadOnlySpan<string> choices) => choices[_random.Next(choices.Length)];
    }
}
