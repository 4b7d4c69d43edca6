using System.Globalization;
using System.Text.Json.Nodes;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Support.Rpc;

namespace OpenGradient.EndToEnd.Tests.Ordeals;

/// <summary>What stands between a relayer and its chain does what it should not.</summary>
public sealed class HostileEndpointTests(Ordeal ordeal) : IClassFixture<Ordeal>
{
    private const string Head = "eth_getBlockByNumber";
    private const string Logs = "eth_getLogs";
    private const int Requests = 20;
    private const int MostRequests = 200;

    // Who hangs takes the client's patience, which is a quarter of a minute each time.
    private const int MostHangs = 2;

    [Fact]
    public async Task Settles_once_behind_an_endpoint_that_fails_in_every_way_it_can()
    {
        await using var proxy = new HostileProxy(ordeal.Chain.Endpoint);
        await using var relayer = ordeal.Relayer(proxy.Url);
        await relayer.StartAsync();
        proxy.Rule = new Villain(seed: 7).Judge;

        // Until what is meant to be stood was there to be stood.
        List<Hash32> requests = [];
        while (requests.Count < Requests || (Missing(proxy).Any() && requests.Count < MostRequests))
        {
            requests.Add(await ordeal.AskAsync());
            await Task.Delay(100, TestContext.Current.CancellationToken);
        }

        // A claim may run out while an endpoint is silent; then it is made again.
        await ordeal.BooksAreRightAsync(requests, new BooksLimits { Claims = 2 });
        Assert.Empty(Missing(proxy));
    }

    [Fact]
    public async Task Believes_two_of_three_where_one_leaves_out_logs_and_lives_a_day_ahead()
    {
        await using var proxy = new HostileProxy(ordeal.Chain.Endpoint);
        await using var honest = new HostileProxy(ordeal.Chain.Endpoint);
        // The liar is asked first by whoever asks only one.
        await using var relayer = ordeal.Relayer(
            proxy.Url, more: new Dictionary<string, string>(StringComparer.Ordinal)
            {
                ["OG_RELAYER_RPC_URLS"] = $"{proxy.Url},{honest.Url},{ordeal.Chain.Endpoint}",
                ["OG_RELAYER_RPC_QUORUM"] = "2",
            });
        await relayer.StartAsync();

        // It leaves out logs. All of them are in one block each time: what is left of half of its logs looks like all of them.
        proxy.Rule = call => call.Method == Logs ? new Misdeed.Bends(Half) : null;
        List<Hash32> requests = [];
        do
        {
            await ordeal.HoldBlocksAsync();
            requests.AddRange(await ordeal.AskInOneBlockAsync(Requests, ordeal.LetBlocksGoAsync));
            await ordeal.BooksAreRightAsync(requests);
        }
        while (!Did<Misdeed.Bends>(proxy, Logs) && requests.Count < MostRequests);

        // It lives a day ahead, where gas is dear.
        proxy.Rule = call => call.Method switch
        {
            Head when IsLatest(call) => new Misdeed.Bends(block => Later(block, 86_400)),
            "eth_gasPrice" => new Misdeed.Says("\"0xffffffffffffffff\""),
            _ => null,
        };
        requests.AddRange(await ordeal.AskAsync(Requests));

        await ordeal.BooksAreRightAsync(requests);
        Assert.True(Did<Misdeed.Bends>(proxy, Logs), "It left out no logs.");
        Assert.True(Did<Misdeed.Bends>(proxy, Head), "It lived in no other day.");
        Assert.True(Did<Misdeed.Says>(proxy, "eth_gasPrice"), "It was asked for no price.");
    }

    [Fact]
    public async Task Waits_for_an_endpoint_that_says_nothing_and_goes_on_when_it_does()
    {
        await using var proxy = new HostileProxy(ordeal.Chain.Endpoint);
        await using var relayer = ordeal.Relayer(proxy.Url);
        await relayer.StartAsync();
        proxy.Rule = _ => new Misdeed.Refuses(503);
        var request = await ordeal.AskAsync();
        await Task.Delay(TimeSpan.FromSeconds(5), TestContext.Current.CancellationToken);
        Assert.True(relayer.IsRunning, relayer.Said());
        Assert.True(Did<Misdeed.Refuses>(proxy), "It was asked for nothing.");

        proxy.BeHonest();

        await ordeal.BooksAreRightAsync([request]);
    }

    private static bool Did<TMisdeed>(HostileProxy proxy, string? method = null)
        where TMisdeed : Misdeed => proxy.Done.Any(done => done.Misdeed is TMisdeed && (method is null || done.Call.Method == method));

    // What the villain can do, and has not done yet.
    private static IEnumerable<string> Missing(HostileProxy proxy) => new[]
    {
        (Did<Misdeed.LosesTheMessage>(proxy), "loses messages"),
        (Did<Misdeed.LosesTheAnswer>(proxy), "loses answers"),
        (Did<Misdeed.Refuses>(proxy), "refuses"),
        (Did<Misdeed.Fails>(proxy), "fails"),
        (Did<Misdeed.Hangs>(proxy), "hangs"),
        (Did<Misdeed.Recalls>(proxy, Head), "lags"),
    }.Where(deed => !deed.Item1).Select(deed => deed.Item2);

    private static bool IsLatest(SeenCall call) => call.Parameters[0].ValueKind == System.Text.Json.JsonValueKind.String && call.Parameters[0].GetString() == "latest";

    private static JsonArray? Half(JsonNode? logs) =>
        logs is JsonArray all ? new JsonArray([.. all.Take((all.Count + 1) / 2).Select(log => log?.DeepClone())]) : null;

    private static JsonNode? Later(JsonNode? block, ulong seconds)
    {
        if (block is JsonObject header)
        {
            header["timestamp"] = Plus(header["timestamp"]!, seconds);
            header["number"] = Plus(header["number"]!, seconds / 12);
        }

        return block;
    }

    private static string Plus(JsonNode quantity, ulong more) =>
        string.Create(CultureInfo.InvariantCulture, $"0x{ulong.Parse(quantity.GetValue<string>().AsSpan(2), NumberStyles.HexNumber, CultureInfo.InvariantCulture) + more:x}");

    /// <summary>Does something to every seventh call or so, and each time something else.</summary>
    private sealed class Villain(int seed)
    {
        private readonly Random _random = new(seed);
        private readonly Lock _gate = new();
        private int _hung;

        public Misdeed? Judge(SeenCall call)
        {
            lock (_gate)
            {
                return _random.Next(100) switch
                {
                    < 2 => new Misdeed.LosesTheMessage(),
                    < 4 => new Misdeed.LosesTheAnswer(),
                    < 6 => new Misdeed.Refuses(429),
                    < 8 => new Misdeed.Refuses(503),
                    < 10 => new Misdeed.Fails("limit exceeded", -32005),
                    < 30 when call.Method == Logs => new Misdeed.Says("[]"),
                    < 14 when call.Method == "eth_getTransactionReceipt" => new Misdeed.Says("null"),
                    < 24 when call.Method == Head && IsLatest(call) => new Misdeed.Recalls(3),
                    < 25 when _hung < MostHangs => Hang(),
                    _ => null,
                };
            }
        }

        private Misdeed.Hangs Hang()
        {
            _hung++;
            return new Misdeed.Hangs();
        }
    }
}
