using OpenGradient.Ethereum.Abi;
using OpenGradient.Ethereum.Primitives;

namespace OpenGradient.Ethereum.Tests.Abi;

public sealed class DeclarationTests
{
    private static readonly Address Someone = Address.Parse("0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed");

    [Theory]
    [InlineData("transfer(address,uint256)", "transfer(address,uint256)", "()", StateMutability.NonPayable)]
    [InlineData("function balanceOf(address owner) external view returns (uint256)", "balanceOf(address)", "(uint256)", StateMutability.View)]
    [InlineData("f(uint a, (int8 x, bytes[] y)[2] memory b) pure returns (bool ok, string memory)", "f(uint256,(int8,bytes[])[2])", "(bool,string)", StateMutability.Pure)]
    [InlineData("pay(address payable to, address payable[] memory others) public payable virtual;", "pay(address,address[])", "()", StateMutability.Payable)]
    [InlineData("function()", "function()", "()", StateMutability.NonPayable)]
    public void Reads_functions_as_solidity_declares_them(string text, string signature, string outputs, StateMutability mutability)
    {
        var function = AbiFunction.Parse(text);

        Assert.Equal(signature, function.Signature);
        Assert.Equal(outputs, function.Outputs.Name);
        Assert.Equal(mutability, function.Mutability);
        Assert.Equal(Selector.Of(signature), function.Selector);
    }

    [Theory]
    [InlineData("")]
    [InlineData("f")]
    [InlineData("f(")]
    [InlineData("f(uint256")]
    [InlineData("(uint256)")]
    [InlineData("f(uint256) nonsense")]
    [InlineData("f(uint256) returns")]
    [InlineData("f(uint256) view)")]
    [InlineData("f(address indexed a)x")]
    public void Refuses_what_is_no_function(string text) => Assert.Throws<AbiException>(() => AbiFunction.Parse(text));

    [Fact]
    public void Reads_events_with_indexed_and_anonymous()
    {
        var transfer = AbiEvent.Parse("event Transfer(address indexed from, address indexed to, uint256 value)");
        var raw = AbiEvent.Parse("Raw(uint256 indexed) anonymous;");

        Assert.Equal("Transfer(address,address,uint256)", transfer.Signature);
        Assert.Equal([true, true, false], transfer.Inputs.Components.Select(c => c.IsIndexed));
        Assert.Equal(3, transfer.TopicCount);
        Assert.True(raw.IsAnonymous);
        Assert.Equal(1, raw.TopicCount);
    }

    [Fact]
    public void Transfers_of_fungible_and_of_unique_tokens_are_told_apart_by_their_topics()
    {
        var fungible = AbiEvent.Parse("Transfer(address indexed,address indexed,uint256)");
        var unique = AbiEvent.Parse("Transfer(address indexed,address indexed,uint256 indexed)");
        var log = unique.Encode(Someone, Someone, Address.Zero, 5);

        Assert.Equal(fungible.Topic0, unique.Topic0);
        Assert.True(unique.Matches(log));
        Assert.False(fungible.Matches(log));
        Assert.False(fungible.TryDecode(log, out _));
        Assert.Throws<AbiException>(() => fungible.Decode(log));
    }

    [Fact]
    public void Says_which_value_of_a_log_is_malformed()
    {
        var transfer = AbiEvent.Parse("Transfer(address indexed from, uint8 indexed kind, (bool ok, uint16[] list) body)");
        var log = transfer.Encode(Someone, Someone, 5, AbiValue.TupleOf(true, AbiValue.ArrayOf(1, 2)));
        var badTopic = log with { Topics = [log.Topics[0], log.Topics[1], Hash32.FromUInt256(256)] };
        var data = log.Data.ToArray();
        data[^3] = 1;
        var badData = log with { Data = data };
        var longer = log with { Data = (byte[])[.. log.Data.Span, 0] };

        Assert.Equal("kind", Assert.Throws<AbiException>(() => transfer.Decode(badTopic)).Path);
        Assert.Equal("body.list[1]", Assert.Throws<AbiException>(() => transfer.Decode(badData)).Path);
        Assert.Equal(AbiFault.TrailingData, Assert.Throws<AbiException>(() => transfer.Decode(longer)).Fault);
        Assert.False(transfer.TryDecode(badTopic, out _));
        Assert.False(transfer.TryDecode(badData, out _));
    }

    [Fact]
    public void A_filter_leaves_out_what_may_be_anything()
    {
        var transfer = AbiEvent.Parse("Transfer(address indexed from, address indexed to, uint256 value)");

        Assert.Equal([transfer.Topic0, null, Hash32.FromUInt256(1)], transfer.EncodeFilter(null, new Address([.. new byte[19], 1])));
        Assert.Equal([transfer.Topic0], transfer.EncodeFilter());
        Assert.Throws<AbiException>(() => transfer.EncodeFilter(null, null, null));
    }

    [Fact]
    public void Reads_errors_and_matches_them_with_reasons()
    {
        var error = AbiError.Parse("error Unauthorized(address account);");

        Assert.Equal("Unauthorized(address)", error.Signature);
        Assert.True(error.TryDecode(RevertReason.Decode(error.Encode(Someone)), out var arguments));
        Assert.Equal(AbiValue.TupleOf(Someone), arguments);
    }
}
