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

    /// <summary>A lie: this error, without asking the node.</summary>
    public sealed record Fails(string Message, int Code = -32000) : Misdeed;
}

/// <summary>A JSON-RPC endpoint over HTTP that passes calls on to a node, but for those that a test has it mistreat.</summary>
public sealed class HostileProxy : IAsyncDisposable
{
    private readonly HttpClient _http = new();
    private readonly Uri _target;
    private readonly TestServer _server;
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
        if (misdeeds.Values.Any(misdeed => misdeed is Misdeed.LosesTheMessage))
            return;
        if (misdeeds.Values.Any(misdeed => misdeed is Misdeed.Hangs))
            await Task.Delay(Timeout.Infinite, stop);
        if (misdeeds.Values.FirstOrDefault(misdeed => misdeed is Misdeed.Refuses) is Misdeed.Refuses refused)
        {
            await WriteAsync(stream, refused.Status, "", stop);
            return;
        }

        var answers = await PassOnAsync([.. message.Calls.Where(call => misdeeds[call.Id] is null or Misdeed.LosesTheAnswer)], stop);
        if (misdeeds.Values.Any(misdeed => misdeed is Misdeed.LosesTheAnswer))
            return;

        var said = message.Calls.Select(call => misdeeds[call.Id] switch
        {
            Misdeed.Says lie => Say.Result(call.Id, lie.Result),
            Misdeed.Fails failure => Say.Error(call.Id, failure.Code, failure.Message),
            _ => answers[call.Id],
        });
        await WriteAsync(stream, 200, message.IsBatch ? $"[{string.Join(',', said)}]" : said.Single(), stop);
    }

    private Misdeed? Judge(SeenCall call)
    {
        Seen.Enqueue(call);
        return _rule(call);
    }

    private async Task<Dictionary<long, string>> PassOnAsync(IReadOnlyList<SeenCall> calls, CancellationToken stop)
    {
        if (calls.Count == 0)
            return [];
        var batch = $"[{string.Join(',', calls.Select(call => $$"""{"jsonrpc":"2.0","id":{{call.Id}},"method":"{{call.Method}}","params":{{call.Parameters.GetRawText()}}}"""))}]";
        using var body = new StringContent(batch, Encoding.UTF8, new MediaTypeHeaderValue("application/json"));
        using var response = await _http.PostAsync(_target, body, stop);
        var answers = JsonNode.Parse(await response.Content.ReadAsStringAsync(stop))!.AsArray();
        return answers.ToDictionary(answer => answer!["id"]!.GetValue<long>(), answer => answer!.ToJsonString());
    }

    private static async Task WriteAsync(Stream stream, int status, string body, CancellationToken stop)
    {
        var bytes = Encoding.UTF8.GetBytes(body);
        await stream.WriteAsync(Encoding.ASCII.GetBytes(TestServer.Head(status, "", bytes.Length)), stop);
        await stream.WriteAsync(bytes, stop);
    }
}
