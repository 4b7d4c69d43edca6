using System.Buffers.Binary;
using OpenGradient.BindingGenerator.Tests.Generated;
using OpenGradient.Ethereum.Abi;
using OpenGradient.Ethereum.Contracts;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Support;
using static OpenGradient.BindingGenerator.Tests.Generated.AbiProbeContract;

namespace OpenGradient.BindingGenerator.Tests;

/// <summary>The generated code against the contract itself, on a real chain: what solc wrote reads what we write, and we read what it writes.</summary>
public sealed class AbiProbeTests(AnvilFixture anvil) : IClassFixture<AnvilFixture>, IAsyncLifetime
{
    private static readonly Address Someone = Address.Parse("0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed");
    private static readonly Hash32 Id = Hash32.FromUInt256(UInt256.MaxValue - 77);

    private readonly AnvilContracts _chain = new(anvil.HttpUrl);
    private AbiProbeContract _probe = null!;

    private static Order Sample { get; } = new(
        Id,
        Someone,
        [1, UInt256.MaxValue],
        new byte[] { 1, 2, 3 },
        [new Line(new Point(-8388608, 1), new Point(8388607, (1UL << 40) - 1), "first"), new Line(new Point(0, 0), new Point(1, 1), "Ünï→🙂")],
        [new Point(-1, 2), new Point(3, 4)],
        2);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        var deployment = Deployment("probe", new Point(-5, 6), [7, 8, 9], Wei.FromGwei("3"));
        _probe = new AbiProbeContract(_chain, await _chain.DeployAsync(deployment, Cancelled));
    }

    public ValueTask DisposeAsync() => _chain.DisposeAsync();

    [Fact]
    public async Task The_constructor_was_given_its_arguments()
    {
        Assert.Equal("probe", await _probe.CallNameAsync(cancellationToken: Cancelled));
        Assert.Equal(new OriginReturn(-5, 6), await _probe.CallOriginAsync(cancellationToken: Cancelled));
        Assert.Equal((UInt256)9, await _probe.CallSeedsAsync(2, cancellationToken: Cancelled));
    }

    [Fact]
    public async Task Unsigned_integers_come_back_at_both_ends_of_their_ranges()
    {
        Assert.Equal(new EchoSmallReturn(0, 0, 0, 0), await _probe.CallEchoSmallAsync(0, 0, 0, 0, cancellationToken: Cancelled));
        Assert.Equal(
            new EchoSmallReturn(255, 65535, 16777215, uint.MaxValue),
            await _probe.CallEchoSmallAsync(255, 65535, 16777215, uint.MaxValue, cancellationToken: Cancelled));

        const ulong Large = (1UL << 40) - 1;
        var larger = (UInt256.One << 72) - UInt256.One;
        var largest = (UInt256.One << 128) - UInt256.One;
        Assert.Equal(
            new EchoLargeReturn(Large, ulong.MaxValue, larger, largest, UInt256.MaxValue),
            await _probe.CallEchoLargeAsync(Large, ulong.MaxValue, larger, largest, UInt256.MaxValue, cancellationToken: Cancelled));
    }

    [Fact]
    public async Task Signed_integers_come_back_at_both_ends_of_their_ranges()
    {
        var int72 = Int256.FromBits(UInt256.One << 71);
        var int128 = Int256.FromBits(UInt256.One << 127);
        foreach (var isLow in (bool[])[true, false])
        {
            var small = isLow
                ? new EchoSmallSignedReturn(sbyte.MinValue, short.MinValue, -8388608, int.MinValue)
                : new EchoSmallSignedReturn(sbyte.MaxValue, short.MaxValue, 8388607, int.MaxValue);
            var large = isLow
                ? new EchoLargeSignedReturn(-(1L << 39), long.MinValue, -int72, -int128, Int256.MinValue)
                : new EchoLargeSignedReturn((1L << 39) - 1, long.MaxValue, int72 - Int256.One, int128 - Int256.One, Int256.MaxValue);

            Assert.Equal(
                small,
                await _probe.CallEchoSmallSignedAsync(small.Item1, small.Item2, small.Item3, small.Item4, cancellationToken: Cancelled));
            Assert.Equal(
                large,
                await _probe.CallEchoLargeSignedAsync(
                    large.Item1, large.Item2, large.Item3, large.Item4, large.Item5, cancellationToken: Cancelled));
        }
    }

    [Fact]
    public async Task Fixed_bytes_and_the_other_values_of_one_word_come_back()
    {
        var bytes = new EchoFixedBytesReturn(
            FixedBytes.Parse("0xff"),
            FixedBytes.Parse("0x00000001"),
            new FixedBytes(Someone.Bytes),
            new FixedBytes(Id.Bytes[..31]),
            Id);
        Assert.Equal(
            bytes,
            await _probe.CallEchoFixedBytesAsync(
                bytes.Item1, bytes.Item2, bytes.Item3, bytes.Item4, bytes.Item5, cancellationToken: Cancelled));

        var others = new EchoOthersReturn(true, Someone, new ExternalFunction(Someone, EchoUint256Call.Selector), 1, Id);
        Assert.Equal(
            others,
            await _probe.CallEchoOthersAsync(
                others.Item1, others.Item2, others.Item3, others.Item4, others.Item5, cancellationToken: Cancelled));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(31)]
    [InlineData(32)]
    [InlineData(33)]
    [InlineData(5000)]
    public async Task Bytes_and_strings_of_any_length_come_back(int length)
    {
        var bytes = Enumerable.Range(0, length).Select(i => (byte)(i % 256)).ToArray();
        var text = string.Concat(Enumerable.Repeat("é", length));

        var echoed = await _probe.CallEchoDynamicAsync(bytes, text, cancellationToken: Cancelled);

        Assert.Equal(bytes, echoed.Item1.ToArray());
        Assert.Equal(text, echoed.Item2);
    }

    [Fact]
    public async Task Lists_come_back()
    {
        var small = await _probe.CallEchoListsAsync(
            [1, 2, 255], [-1, Int256.MaxValue], [true, false], [Id, Hash32.Zero], [FixedBytes.Parse("0x010203")], cancellationToken: Cancelled);
        Assert.Equal<byte>([1, 2, 255], small.Item1);
        Assert.Equal([-1, Int256.MaxValue], small.Item2);
        Assert.Equal([true, false], small.Item3);
        Assert.Equal([Id, Hash32.Zero], small.Item4);
        Assert.Equal([FixedBytes.Parse("0x010203")], small.Item5);

        var nested = await _probe.CallEchoNestedAsync(
            [[1, 2], []],
            ["a", string.Empty, "ccc"],
            [[new byte[] { 1 }, ReadOnlyMemory<byte>.Empty], []],
            [[Someone, Address.Zero, Someone]],
            ["x", "y"],
            cancellationToken: Cancelled);
        Assert.Equal([[1, 2], []], nested.Item1);
        Assert.Equal(["a", string.Empty, "ccc"], nested.Item2);
        Assert.Equal([[[1], []], []], nested.Item3.Select(inner => inner.Select(bytes => bytes.ToArray()).ToArray()).ToArray());
        Assert.Equal([[Someone, Address.Zero, Someone]], nested.Item4);
        Assert.Equal(["x", "y"], nested.Item5);
    }

    [Fact]
    public async Task Structs_come_back_alone_and_in_lists()
    {
        Assert.Equal(new Point(-1, 2), await _probe.CallEchoPointAsync(new Point(-1, 2), cancellationToken: Cancelled));
        AssertSame(Sample, await _probe.CallEchoOrderAsync(Sample, cancellationToken: Cancelled));

        var both = await _probe.CallEchoOrdersAsync([Sample, Sample], [[new Point(1, 2)], []], cancellationToken: Cancelled);
        Assert.Equal(2, both.Item1.Count);
        Assert.All(both.Item1, order => AssertSame(Sample, order));
        Assert.Equal([[new Point(1, 2)], []], both.Item2);
    }

    [Fact]
    public async Task Overloads_and_awkward_names_reach_their_functions()
    {
        Assert.Equal((UInt256)5, await _probe.CallEchoUint256Async(5, cancellationToken: Cancelled));
        Assert.Equal("five", await _probe.CallEchoStringAsync("five", cancellationToken: Cancelled));
        Assert.Equal(new byte[] { 5 }, (await _probe.CallEchoBytesAsync(new byte[] { 5 }, cancellationToken: Cancelled)).ToArray());
        Assert.Equal([new Point(5, 5)], await _probe.CallEchoPointArrayAsync([new Point(5, 5)], cancellationToken: Cancelled));
        Assert.Equal((UInt256)15, await _probe.CallLockAsync(1, 2, 3, 4, 5, cancellationToken: Cancelled));
        Assert.Equal(new UnnamedReturn(0, 2, 3), await _probe.CallUnnamedAsync(1, 2, 3, cancellationToken: Cancelled));
    }

    [Fact]
    public async Task Transactions_carry_their_arguments_and_their_value()
    {
        await _chain.SendAsync(_probe.PrepareSetState(2), Cancelled);

        Assert.Equal(2, await _probe.CallStateAsync(cancellationToken: Cancelled));

        var before = await _chain.CallAsync(_probe.Address, new DepositCall(Id), cancellationToken: Cancelled);
        await _chain.SendAsync(_probe.PrepareDeposit(Id, Wei.FromGwei("2")), Cancelled);
        var after = await _chain.CallAsync(_probe.Address, new DepositCall(Id), cancellationToken: Cancelled);
        Assert.Equal((UInt256)3_000_000_000, before);
        Assert.Equal((UInt256)5_000_000_000, after);
    }

    [Fact]
    public async Task Events_decode_to_what_was_emitted_and_encode_to_the_same_logs()
    {
        var logs = (await _chain.SendAsync(_probe.PrepareEmitTransfers(Someone, _probe.Address, 42), Cancelled))
            .Concat(await _chain.SendAsync(_probe.PrepareEmitRaw(7, true, new byte[] { 1, 2 }), Cancelled))
            .Concat(await _chain.SendAsync(_probe.PrepareEmitOrder(Sample), Cancelled))
            .Concat(await _chain.SendAsync(_probe.PrepareEmitNoted("topic", new Point(-1, 2), [1, 2], "text"), Cancelled))
            .Concat(await _chain.SendAsync(_probe.PrepareSetState(1), Cancelled))
            .ToList();

        var events = logs.Select(log => Assert.IsType<IContractEvent>(EventOf(log), exactMatch: false)).ToList();

        Assert.Equal(new TransferAddressAddressUint256Event(Someone, _probe.Address, 42), events[0]);
        Assert.Equal(new TransferAddressUint24Bytes4Int40Event(Someone, 0xabcdef, FixedBytes.Parse("0x01020304"), -5), events[1]);
        var raw = Assert.IsType<RawEvent>(events[2]);
        Assert.Equal((7UL, true, "0x0102"), (raw.Key, raw.Flag, Hex.Encode(raw.Data.Span)));
        var ordered = Assert.IsType<OrderedEvent>(events[3]);
        Assert.Equal(Id, ordered.Id);
        AssertSame(Sample, ordered.Order);
        Assert.Equal(
            new NotedEvent(
                AbiPacked.Topic(AbiType.Parse("string"), "topic"),
                AbiPacked.Topic(AbiType.Parse("(int24,uint40)"), AbiValue.TupleOf(-1, 2)),
                AbiPacked.Topic(AbiType.Parse("uint256[]"), AbiValue.ArrayOf(1, 2)),
                "text"),
            events[4]);
        Assert.Equal(new PingedEvent(), events[5]);
        Assert.Equal(6, events.Count);
        for (var i = 0; i < logs.Count; i++)
        {
            var written = events[i].ToLog(_probe.Address);
            Assert.Equal(logs[i].Topics, written.Topics);
            Assert.Equal(logs[i].Data.ToArray(), written.Data.ToArray());
        }
    }

    [Fact]
    public async Task Filters_find_the_events_they_name()
    {
        await _chain.SendAsync(_probe.PrepareEmitTransfers(Someone, Address.Zero, 1), Cancelled);
        await _chain.SendAsync(_probe.PrepareEmitTransfers(_probe.Address, Address.Zero, 2), Cancelled);

        var found = await _chain.LogsAsync(_probe.Address, TransferAddressAddressUint256Event.Filter(from: Someone), Cancelled);
        var byKind = await _chain.LogsAsync(
            _probe.Address, TransferAddressUint24Bytes4Int40Event.Filter(kind: 0xabcdef, tag: FixedBytes.Parse("0x01020304")), Cancelled);
        var none = await _chain.LogsAsync(_probe.Address, TransferAddressUint24Bytes4Int40Event.Filter(kind: 1), Cancelled);

        Assert.Equal((UInt256)1, TransferAddressAddressUint256Event.Decode(Assert.Single(found)).Value);
        Assert.Equal(2, byKind.Count);
        Assert.Empty(none);
    }

    [Fact]
    public async Task Failures_say_why()
    {
        Assert.Equal(new Nothing(), await _probe.CallCheckAsync(99, cancellationToken: Cancelled));
        Assert.Equal(new InsufficientError(99, 100), ErrorOf(await ReasonOf(_probe.CallCheckAsync(100, cancellationToken: Cancelled))));
        Assert.Equal(new RevertReason.Message("no, gràcies"), await ReasonOf(Ask(new FailWithMessageCall("no, gràcies"))));
        Assert.Equal(new RevertReason.None(), await ReasonOf(Ask(new FailWithNothingCall())));

        var bad = Assert.IsType<BadOrdersError>(ErrorOf(await ReasonOf(Ask(new FailWithOrdersCall([Sample], "because")))));
        Assert.Equal("because", bad.Why);
        AssertSame(Sample, Assert.Single(bad.Orders));

        var unknown = await ReasonOf(_chain.CallAsync(_probe.Address, new byte[] { 1, 2, 3, 4 }, BlockTag.Latest, Cancelled));
        Assert.Equal(new RefusedError(), ErrorOf(unknown));
    }

    [Fact]
    public async Task Panics_say_what_went_wrong()
    {
        Assert.Equal(new RevertReason.Panic(0x01), await ReasonOf(Ask(new PanicAssertCall())));
        Assert.Equal(new RevertReason.Panic(0x11), await ReasonOf(Ask(new PanicOverflowCall(1))));
        Assert.Equal(new RevertReason.Panic(0x12), await ReasonOf(Ask(new PanicDivisionCall(0))));
        Assert.Equal(new RevertReason.Panic(0x21), await ReasonOf(Ask(new PanicEnumCall(3))));
        Assert.Equal(new RevertReason.Panic(0x32), await ReasonOf(Ask(new PanicIndexCall(3))));
        Assert.Equal(new RevertReason.Panic(0x41), await ReasonOf(Ask(new PanicMemoryCall(UInt256.One << 70))));
    }

    [Fact]
    public async Task Lenient_decoding_takes_what_solc_takes_and_nothing_else()
    {
        const int Seed = 55_021;
        const int Rounds = 400;
        var random = new Random(Seed);
        var function = AbiFunction.Parse(EchoNestedCall.Declaration);
        var whole = new EchoNestedCall(
            [[1, 2], [3]], ["one", "two"], [[new byte[] { 1 }], []], [[Someone, Someone, Someone]], ["x", "y"]).Encode();
        var taken = 0;
        for (var i = 0; i < Rounds; i++)
        {
            var calldata = Changed(random, whole);
            var returned = await ReturnedAsync(calldata);
            var read = AbiCodec.TryDecodeParameters(function.Inputs, calldata.AsSpan(4), out var values, AbiDecoding.AsSolidity);

            Assert.True(read == (returned is not null), $"Seed {Seed}, round {i}: solc {(read ? "refused" : "took")} {Hex.Encode(calldata)}");
            if (returned is null)
                continue;

            // What solc writes again is the canonical encoding of what we read.
            taken++;
            Assert.Equal(values, function.DecodeReturn(returned.Value.Span));
        }

        Assert.InRange(taken, Rounds / 20, Rounds * 19 / 20);
    }

    [Fact]
    public async Task A_missing_contract_is_called_that()
    {
        var nowhere = new AbiProbeContract(_chain, Someone);

        var error = await Assert.ThrowsAsync<AbiException>(async () => await nowhere.CallNameAsync(cancellationToken: Cancelled));

        Assert.Contains("no such contract", error.Message, StringComparison.Ordinal);
    }

    private async Task<ReadOnlyMemory<byte>?> ReturnedAsync(byte[] calldata)
    {
        try
        {
            return await _chain.CallAsync(_probe.Address, calldata, BlockTag.Latest, Cancelled);
        }
        catch (ContractRevertedException)
        {
            return null;
        }
    }

    // Offsets and lengths that may point somewhere sensible, single bytes anywhere, and ends cut off.
    private static byte[] Changed(Random random, byte[] calldata)
    {
        var changed = (byte[])calldata.Clone();
        for (var changes = random.Next(1, 3); changes > 0; changes--)
        {
            var word = 4 + (random.Next((changed.Length - 4) / 32) * 32);
            if (random.Next(3) > 0)
                BinaryPrimitives.WriteUInt16BigEndian(changed.AsSpan(word + 30), (ushort)(random.Next(32) * (random.Next(3) == 0 ? 1 : 32)));
            else
                changed[word + random.Next(32)] = (byte)random.Next(256);
        }

        return random.Next(5) == 0 ? changed[..random.Next(4, changed.Length)] : changed;
    }

    private ValueTask<T> Ask<T>(IContractFunction<T> function) => _chain.CallAsync(_probe.Address, function, cancellationToken: Cancelled);

    private static async Task<RevertReason> ReasonOf<T>(ValueTask<T> call) =>
        (await Assert.ThrowsAsync<ContractRevertedException>(async () => await call)).Reason;

    private static void AssertSame(Order expected, Order actual)
    {
        Assert.Equal(expected.Id, actual.Id);
        Assert.Equal(expected.Payee, actual.Payee);
        Assert.Equal(expected.Amounts, actual.Amounts);
        Assert.Equal(expected.Proof.ToArray(), actual.Proof.ToArray());
        Assert.Equal(expected.Lines, actual.Lines);
        Assert.Equal(expected.Corners, actual.Corners);
        Assert.Equal(expected.State, actual.State);
    }
}
