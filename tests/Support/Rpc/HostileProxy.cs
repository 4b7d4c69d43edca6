using System.Collections.Concurrent;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;

namespace OpenGradient.Support.Rpc;

/// <summary>
/// What a node does to a call instead of answering it. Those of one call break the whole message; the others only its own answer.
/// </summary>
public abstract record Misdeed
{
    private Misdeed()
    {
    }

    /// <summary>The node takes the message, and the answer is lost.</summary>
    public sealed record LosesTheAnswer : Misdeed;

    /// <summary>The message never comes to the node.</summary>
    public sealed record LosesTheMessage : Misdeed;

    /// <summary>Says nothing, for ever.</summary>
    public sealed record Hangs : Misdeed;

    /// <summary>An HTTP status in place of an answer: 429 limits the rate, 503 is an overloaded gateway.</summary>
    public sealed record Refuses(int Status) : Misdeed;

    /// <summary>A lie: this result, as JSON, without asking the node.</summary>
    public sealed record Says(string Result) : Misdeed;

    /// <summary>A lie: this error, without asking the node. The whole message gets the HTTP status.</summary>
    public sealed record Fails(string Message, int Code = -32000, int Status = 200) : Misdeed;

    /// <summary>A lie: what the node says, changed. Whoever changes nothing gives back what it was given.</summary>
    public sealed record Bends(Func<JsonNode?, JsonNode?> How) : Misdeed;

    /// <summary>It lags: says what it said to the same question when it said something else, so many answers ago. Before there were as many it is honest.</summary>
    public sealed record Recalls(int Back) : Misdeed;
}

/// <summary>A JSON-RPC endpoint over HTTP that passes calls on to a node, but for those that a test has it mistreat.</summary>
public sealed class HostileProxy : IAsyncDisposable
{
    private readonly HttpClient _http = new();
    private readonly Uri _target;
    private readonly TestServer _server;
    private readonly ConcurrentDictionary<string, List<string>> _said = new(StringComparer.Ordinal);
    private volatile Func<SeenCall, Misdeed?> _rule = static _ => null;

    public HostileProxy(Uri target)
    {
        _target = target;
        _server = TestServer.Raw(AnswerAsync);
    }

    public Uri Url => _server.HttpUrl;

    /// <summary>What is done to a call; null passes it on.</summary>
    public Func<SeenCall, Misdeed?> Rule
    {
        get => _rule;
        set => _rule = value;
    }

    /// <summary>All calls that came, in order.</summary>
    public ConcurrentQueue<SeenCall> Seen { get; } = new();

    /// <summary>What was really done to calls: a misdeed that came to nothing is not among them.</summary>
    public ConcurrentQueue<(SeenCall Call, Misdeed Misdeed)> Done { get; } = new();

    /// <summary>Mistreats one method.</summary>
    public void Mistreat(string method, Misdeed misdeed) => Rule = call => call.Method == method ? misdeed : null;

    public void BeHonest() => Rule = static _ => null;

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _http.Dispose();
    }

    private async Task AnswerAsync(SeenRequest request, Stream stream, CancellationToken stop)
    {
        var message = request.Message;
        var misdeeds = message.Calls.ToDictionary(call => call.Id, Judge);
        foreach (var call in message.Calls)
        {
            if (misdeeds[call.Id] is { } done and not (Misdeed.Bends or Misdeed.Recalls))
                Done.Enqueue((call, done));
        }

        if (misdeeds.Values.Any(misdeed => misdeed is Misdeed.LosesTheMessage))
            return;
        if (misdeeds.Values.Any(misdeed => misdeed is Misdeed.Hangs))
            await Task.Delay(Timeout.Infinite, stop);
        if (misdeeds.Values.FirstOrDefault(misdeed => misdeed is Misdeed.Refuses) is Misdeed.Refuses refused)
        {
            await WriteAsync(stream, refused.Status, "", stop);
            return;
        }

        var answers = await PassOnAsync([.. message.Calls.Where(call => misdeeds[call.Id] is null or Misdeed.LosesTheAnswer or Misdeed.Bends or Misdeed.Recalls)], stop);
        if (misdeeds.Values.Any(misdeed => misdeed is Misdeed.LosesTheAnswer))
            return;

        var said = message.Calls.Select(call => misdeeds[call.Id] switch
        {
            Misdeed.Says lie => Say.Result(call.Id, lie.Result),
            Misdeed.Fails failure => Say.Error(call.Id, failure.Code, failure.Message),
            Misdeed.Bends bends => Bend(call, bends, answers[call.Id]),
            Misdeed.Recalls recalls => Recall(call, recalls, answers[call.Id]),
            _ => answers[call.Id],
        }).ToList();
        var status = misdeeds.Values.OfType<Misdeed.Fails>().Select(failure => failure.Status).DefaultIfEmpty(200).Max();
        await WriteAsync(stream, status, message.IsBatch ? $"[{string.Join(',', said)}]" : said.Single(), stop);
    }

    private Misdeed? Judge(SeenCall call)
    {
        Seen.Enqueue(call);
        return _rule(call);
    }

    private string Bend(SeenCall call, Misdeed.Bends bends, string answer)
    {
        if (JsonNode.Parse(answer)!.AsObject() is not { } said || !said.TryGetPropertyValue("result", out var result))
            return answer;
        var bent = bends.How(result?.DeepClone());
        if (JsonNode.DeepEquals(bent, result))
            return answer;
        Done.Enqueue((call, bends));
        return Say.Result(call.Id, bent?.ToJsonString() ?? "null");
    }

    private string Recall(SeenCall call, Misdeed.Recalls recalls, string answer)
    {
        var said = _said.GetOrAdd($"{call.Method}{call.Parameters.GetRawText()}", _ => []);
        lock (said)
        {
            if (said.Count <= recalls.Back)
                return answer;
            Done.Enqueue((call, recalls));
            return Say.Result(call.Id, said[^(recalls.Back + 1)]);
        }
    }

    // Only what is asked again and again, and answered otherwise each time, can be late.
    private void Remember(SeenCall call, string answer)
    {
        if (JsonNode.Parse(answer)!["result"]?.ToJsonString() is not { } result || !call.Parameters.GetRawText().Contains("\"latest\"", StringComparison.Ordinal))
            return;
        var said = _said.GetOrAdd($"{call.Method}{call.Parameters.GetRawText()}", _ => []);
        lock (said)
        {
            if (said.Count == 0 || said[^1] != result)
                said.Add(result);
        }
    }

    private async Task<Dictionary<long, string>> PassOnAsync(IReadOnlyList<SeenCall> calls, CancellationToken stop)
    {
        if (calls.Count == 0)
            return [];
        var batch = $"[{string.Join(',', calls.Select(call => $$"""{"jsonrpc":"2.0","id":{{call.Id}},"method":"{{call.Method}}","params":{{call.Parameters.GetRawText()}}}"""))}]";
        using var body = new StringContent(batch, Encoding.UTF8, new MediaTypeHeaderValue("application/json"));
        using var response = await _http.PostAsync(_target, body, stop);
        var answers = JsonNode.Parse(await response.Content.ReadAsStringAsync(stop))!.AsArray();
        var said = answers.ToDictionary(answer => answer!["id"]!.GetValue<long>(), answer => answer!.ToJsonString());
        foreach (var call in calls)
            Remember(call, said[call.Id]);
        return said;
    }

    private static async Task WriteAsync(Stream stream, int status, string body, CancellationToken stop)
    {
        var bytes = Encoding.UTF8.GetBytes(body);
        await stream.WriteAsync(Encoding.ASCII.GetBytes(TestServer.Head(status, "", bytes.Length)), stop);
        await stream.WriteAsync(bytes, stop);
    }
}
