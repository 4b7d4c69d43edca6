using OpenGradient.Ethereum.Abi;
using OpenGradient.Ethereum.Primitives;
using static OpenGradient.BindingGenerator.Tests.Generated.NameProbeContract;

namespace OpenGradient.BindingGenerator.Tests;

/// <summary>
/// A contract whose names are the worst that Solidity allows: that its bindings compile is most of the test; the rest is that they still mean
/// what they should.
/// </summary>
public sealed class NameProbeTests
{
    [Fact]
    public void Calls_of_awkward_names_read_what_they_wrote()
    {
        var call = new MaxFeeUint256Uint256Uint256Call(1, 2, 3);

        Assert.True(MaxFeeUint256Uint256Uint256Call.TryDecode(call.Encode(), out var read));
        Assert.Equal(call, read);
        Assert.Equal(Selector.Of("max_fee(uint256,uint256,uint256)"), MaxFeeUint256Uint256Uint256Call.Selector);
        Assert.Equal(Selector.Of("maxFee(uint256)"), MaxFeeUint256Call.Selector);
        Assert.Equal(Selector.Of("$()"), ValueCall.Selector);
        Assert.False(MaxFeeUint256Call.TryDecode(call.Encode(), out _));
    }

    [Fact]
    public void Structs_of_one_name_from_two_places_stay_apart()
    {
        var call = new AddressCall(
            Address.Zero, 1, 2, new APoint(3, "x"), [[new APoint(4, "y")], []], new BPoint(-5));

        Assert.True(AddressCall.TryDecode(call.Encode(), out var read));
        Assert.Equal(call.Where, read.Where);
        Assert.Equal([new APoint(4, "y")], read.Points[0]);
        Assert.Equal(new BPoint(-5), read.Other);
    }

    [Fact]
    public void A_struct_without_a_name_is_one_record_wherever_it_stands()
    {
        var pair = new PairTuple(1, [new StructTuple(true)]);

        var returned = UnnamedStructsCall.DecodeReturn(new UnnamedStructsCall(pair).Encode().AsSpan(4));

        Assert.Equal(pair.Member1, returned.Member1);
        Assert.Equal(pair.Member2, returned.Member2);
    }

    [Fact]
    public void Errors_called_like_our_own_types_are_read()
    {
        var error = new EventError(FixedBytes.Parse("0x01020304"), "why");

        Assert.True(EventError.TryDecode(RevertReason.Decode(error.Encode()), out var read));
        Assert.Equal(error, read);
        Assert.Equal(error, ErrorOf(RevertReason.Decode(error.Encode())));
        Assert.IsType<RevertReasonError>(ErrorOf(RevertReason.Decode(new RevertReasonError().Encode())));
        Assert.Null(ErrorOf(new RevertReason.Message("another reason")));
    }

    [Fact]
    public void Events_called_like_our_own_members_are_read()
    {
        var logged = new LoggedEvent(7, Hash32.Zero, new ExternalFunction(Address.Zero, new Selector(9)), new byte[] { 1 }, -3);
        var anonymous = new ValueEvent(-1, -2, Hash32.FromUInt256(3), true);

        var read = Assert.IsType<LoggedEvent>(EventOf(logged.ToLog(Address.Zero)));
        Assert.Equal(logged.Topics, read.Topics);
        Assert.Equal(-3, read.Decoded);
        Assert.Equal(anonymous, EventOf(anonymous.ToLog(Address.Zero)));
    }

    [Fact]
    public void Deployment_appends_the_arguments_to_the_code()
    {
        var deployment = Deployment(1, "x", new byte[] { 2 });

        Assert.Equal(
            [0, .. AbiCodec.EncodeParameters((AbiType.Tuple)AbiType.Parse("(uint8,string,bytes)"), 1, "x", new byte[] { 2 })],
            deployment.InitCode.ToArray());
    }
}
