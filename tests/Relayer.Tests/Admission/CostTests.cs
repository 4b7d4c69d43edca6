using OpenGradient.Contracts.Hub;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Relayer.Admission;
using OpenGradient.Relayer.Chain;
using OpenGradient.Relayer.Execution;
using OpenGradient.Relayer.Jobs;
using OpenGradient.Relayer.Settlement;
using OpenGradient.Relayer.Tests.Jobs;
using OpenGradient.Relayer.Tests.Support;
using OpenGradient.Support.Databases;

namespace OpenGradient.Relayer.Tests.Admission;

/// <summary>What a fee must cover: gas, what a rollup pays for data, and computing by how long runs took.</summary>
public sealed class CostTests(SqliteFixture fixture) : IClassFixture<SqliteFixture>
{
    private const string Version = "0x1111111111111111111111111111111111111111111111111111111111111111";
    private static readonly Hash32 Dear = Hash32.Parse(Version);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public void Every_byte_of_the_claim_and_of_the_settlement_is_paid_for_where_data_costs()
    {
        var job = SampleJobs.Open();

        var (alone, withData) = (AnswerCost.Of(job, new DataChain(0)), AnswerCost.Of(job, new DataChain(7)));

        // The claim repeats the request, and has a signature and an envelope.
        var bytes = (withData.Value - alone.Value) / 7u;
        Assert.InRange(bytes, (UInt256)(ulong)(SettlementGas.BytesOf(job) + 600), (UInt256)(ulong)(SettlementGas.BytesOf(job) + 1_000));
        Assert.Equal(UInt256.Zero, (withData.Value - alone.Value) % 7u);
    }

    [Fact]
    public void What_is_proven_brings_its_input_and_a_proof_with_it()
    {
        var open = SampleJobs.Open();
        var proven = open with { Ask = open.Ask with { Request = open.Ask.Request with { Assurance = (byte)Assurance.Proven } } };
        var longer = proven with { Brought = new byte[proven.Brought.Length + 1_000] };

        Assert.True(DataOf(proven) > DataOf(open));
        Assert.Equal((UInt256)1_000u, DataOf(longer) - DataOf(proven));

        static UInt256 DataOf(Job job) => AnswerCost.Of(job, new DataChain(1)).Value - AnswerCost.Of(job, new DataChain(0)).Value;
    }

    [Fact]
    public void Computing_is_rounded_up_and_some_versions_have_prices_of_their_own()
    {
        Assert.True(ComputePrices.TryParse(["10", $"{Version}=3000000"], out var prices, out _));

        Assert.Equal((UInt256)15u, prices.CostOf(Hash32.Zero, TimeSpan.FromSeconds(1.5)));
        Assert.Equal((UInt256)1u, prices.CostOf(Hash32.Zero, TimeSpan.FromMicroseconds(1)));
        Assert.Equal((UInt256)3u, prices.CostOf(Dear, TimeSpan.FromMicroseconds(1)));
        Assert.Equal(UInt256.Zero, prices.CostOf(Dear, TimeSpan.Zero));
    }

    [Theory]
    [InlineData("ten")]
    [InlineData("-1")]
    [InlineData("1.5")]
    [InlineData("0x12=1")]
    [InlineData(Version + "=")]
    [InlineData(Version + "=1=2")]
    [InlineData("1", "2")]
    [InlineData(Version + "=1", Version + "=2")]
    public void What_is_no_price_is_refused(params string[] entries)
    {
        Assert.False(ComputePrices.TryParse(entries, out _, out var fault));
        Assert.Contains($"'{entries[^1]}'", fault, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_times_are_those_of_the_books_until_there_are_newer_ones()
    {
        await using var scene = await OperationsScene.OpenAsync(fixture);
        var today = (long)(TimeProvider.System.GetUtcNow() - DateTimeOffset.UnixEpoch).TotalDays;
        await BookAsync(scene, today, answers: 3, seconds: 6);
        await BookAsync(scene, today - 1, answers: 1, seconds: 2);
        // Long ago it was slower.
        await BookAsync(scene, today - 90, answers: 1, seconds: 900);
        var times = new RunTimes(scene.Database, TimeProvider.System);

        Assert.Equal(TimeSpan.FromSeconds(2), await times.ExpectedAsync(OperationsScene.Version, Stop));
        Assert.Equal(TimeSpan.Zero, await times.ExpectedAsync(Dear, Stop));
        times.Tell(OperationsScene.Version, TimeSpan.FromSeconds(7));
        times.Tell(Dear, TimeSpan.FromSeconds(4));

        Assert.Equal(TimeSpan.FromSeconds(3), await times.ExpectedAsync(OperationsScene.Version, Stop));
        Assert.Equal(TimeSpan.FromSeconds(4), await times.ExpectedAsync(Dear, Stop));
    }

    private static Task BookAsync(OperationsScene scene, long day, long answers, long seconds) => scene.ExecuteAsync(
        """
        INSERT INTO profit_days (day, version_id, answers, failures, fees, gas_wei, gas_tokens, compute_us)
        VALUES (@day, @Version, @answers, 0, @Nothing, @Nothing, @Nothing, @Us)
        """,
        new { day, OperationsScene.Version, answers, Nothing = UInt256.Zero, Us = seconds * 1_000_000 });

    /// <summary>A chain on which each byte costs so much.</summary>
    private sealed class DataChain(ulong weiPerByte) : IChainWatch
    {
        private readonly StillChain _chain = new();

        public Moment Now => _chain.Now;

        public NodeStanding Standing => _chain.Standing;

        public Wei WeiPerGas => _chain.WeiPerGas;

        public Wei WeiPerByte => new(weiPerByte);

        public bool IsCatchingUp => false;
    }
}
