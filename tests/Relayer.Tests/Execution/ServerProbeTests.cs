using OpenGradient.Ethereum.Primitives;
using OpenGradient.Inference.Artifacts;
using OpenGradient.Inference.Backends;
using OpenGradient.Inference.Tensors;
using OpenGradient.Relayer.Execution;
using OpenGradient.Relayer.Jobs;
using OpenGradient.Relayer.Operations;

namespace OpenGradient.Relayer.Tests.Execution;

public sealed class ServerProbeTests
{
    private static readonly Hash32 One = Hash32.FromUInt256(1);
    private static readonly Hash32 Two = Hash32.FromUInt256(2);
    private static readonly CanonicalOutcome Denied = new CanonicalOutcome.Unavailable(UnavailableReason.ServerMissetUp, IsRetryable: true, "The server answered with 401.");
    private static readonly CanonicalOutcome Away = new CanonicalOutcome.Unavailable(UnavailableReason.ServerUnreachable, IsRetryable: true, "It cannot be reached.");
    private static readonly CanonicalOutcome Answer = new CanonicalOutcome.Answered(new byte[] { 1 });

    [Fact]
    public async Task A_server_that_refuses_us_is_an_alarm_until_it_answers()
    {
        var clock = new SettableClock();
        var probe = new ServerProbe(clock);
        Assert.Equal(HealthLevel.Good, (await CheckAsync(probe)).Level);

        probe.Tell(One, Away);
        Assert.Equal(HealthLevel.Warning, (await CheckAsync(probe)).Level);
        probe.Tell(Two, Denied);
        var bad = await CheckAsync(probe);
        Assert.Equal((HealthLevel.Bad, 2.0), (bad.Level, bad.Figure));
        Assert.Contains(Two.ToString(), bad.Details, StringComparison.Ordinal);
        Assert.Contains("401", bad.Details, StringComparison.Ordinal);

        // Nobody has asked it for long: it may have been mended, and nobody knows.
        clock.Now += TimeSpan.FromHours(1);
        Assert.Equal(HealthLevel.Warning, (await CheckAsync(probe)).Level);
        probe.Tell(Two, Answer);
        probe.Tell(One, Answer);
        Assert.Equal(HealthLevel.Good, (await CheckAsync(probe)).Level);
    }

    [Theory]
    [InlineData(UnavailableReason.ServerMissetUp, true, WaitingFor.ServersMending)]
    [InlineData(UnavailableReason.ServerUnreachable, true, WaitingFor.AnotherRun)]
    [InlineData(UnavailableReason.Busy, true, WaitingFor.AnotherRun)]
    public void What_no_request_is_to_blame_for_waits(UnavailableReason reason, bool isRetryable, WaitingFor waitsFor)
    {
        var preparation = Preparer.Judge(new CanonicalOutcome.Unavailable(reason, isRetryable, "details"), TimeSpan.Zero, "kserve");

        Assert.Equal(waitsFor, Assert.IsType<Preparation.Delayed>(preparation).Reason);
    }

    [Fact]
    public void What_the_server_says_of_the_question_itself_is_final()
    {
        var preparation = Preparer.Judge(new CanonicalOutcome.Unavailable(UnavailableReason.ServerRefused, IsRetryable: false, "413"), TimeSpan.Zero, "kserve");

        Assert.Equal(TurnAwayReason.CannotRun, Assert.IsType<Preparation.Refused>(preparation).Reason.Reason);
    }

    [Theory]
    [InlineData(DataType.Float, 32 * 1024)]
    [InlineData(DataType.Double, 64 * 1024)]
    [InlineData(DataType.Uint8, 8 * 1024)]
    public void The_least_length_of_an_output_is_in_its_signature(DataType type, long bytes) =>
        Assert.Equal(bytes + 4, OutputSize.LeastOf(ModelSignature.Create(
            [new TensorSignature("x", DataType.Float, [new Axis(1)])],
            [new TensorSignature("y", type, [new Axis(0, "batch"), new Axis(8), new Axis(1_024)]), new TensorSignature("z", DataType.Int32, default)])));

    [Fact]
    public void A_signature_that_is_longer_than_any_number_is_only_too_long() =>
        Assert.InRange(
            OutputSize.LeastOf(ModelSignature.Create(
                [new TensorSignature("x", DataType.Float, [new Axis(1)])],
                [new TensorSignature("y", DataType.Double, [new Axis(uint.MaxValue), new Axis(uint.MaxValue), new Axis(uint.MaxValue)])])),
            Preparer.MaxOutput + 1L, long.MaxValue);

    private static async Task<HealthCheck> CheckAsync(ServerProbe probe) => Assert.Single(await probe.LookAsync(TestContext.Current.CancellationToken));

    private sealed class SettableClock : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = DateTimeOffset.FromUnixTimeSeconds(1_800_000_000);

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
