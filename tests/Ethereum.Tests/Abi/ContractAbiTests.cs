using System.Text;
using OpenGradient.Ethereum.Abi;
using OpenGradient.Ethereum.Blocks;
using OpenGradient.Ethereum.Primitives;

namespace OpenGradient.Ethereum.Tests.Abi;

public sealed class ContractAbiTests
{
    private const string Token = """
        [
          {"type":"constructor","stateMutability":"payable","inputs":[{"name":"supply","type":"uint256"}]},
          {"type":"function","name":"transfer","stateMutability":"nonpayable","inputs":[{"name":"to","type":"address"},{"name":"amount","type":"uint256"}],"outputs":[{"name":"","type":"bool"}]},
          {"name":"balanceOf","constant":true,"inputs":[{"name":"owner","type":"address"}],"outputs":[{"name":"","type":"uint256"}]},
          {"type":"event","name":"Transfer","inputs":[{"name":"from","type":"address","indexed":true},{"name":"to","type":"address","indexed":true},{"name":"value","type":"uint256","indexed":false}]},
          {"type":"event","name":"Raw","anonymous":true,"inputs":[{"name":"key","type":"uint256","indexed":true}]},
          {"type":"error","name":"Insufficient","inputs":[{"name":"available","type":"uint256"},{"name":"required","type":"uint256"}]},
          {"type":"fallback","stateMutability":"payable"},
          {"type":"receive","stateMutability":"payable"}
        ]
        """;

    private static readonly Address Someone = Address.Parse("0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed");

    [Fact]
    public void Reads_every_kind_of_entry()
    {
        var abi = Parse(Token);

        Assert.Equal("transfer(address,uint256) balanceOf(address)", string.Join(' ', abi.Functions));
        Assert.Equal("0xa9059cbb", abi.Functions[0].Selector.ToString());
        Assert.Equal(StateMutability.View, abi.Functions[1].Mutability);
        Assert.True(abi.Functions[1].IsReadOnly);
        Assert.Equal("0xddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef", abi.Events[0].Topic0.ToString());
        Assert.Null(abi.Events[1].Topic0);
        Assert.Equal("Insufficient(uint256,uint256)", Assert.Single(abi.Errors).Signature);
        Assert.True(abi.Constructor.IsPayable);
        Assert.Equal("(uint256)", abi.Constructor.Inputs.Name);
        Assert.Equal(StateMutability.Payable, abi.Fallback);
        Assert.True(abi.HasReceive);
    }

    [Fact]
    public void Reads_the_same_from_an_artifact()
    {
        var abi = Parse($"{{\"contractName\":\"Token\",\"abi\":{Token},\"bytecode\":{{\"object\":\"0x\"}}}}");

        Assert.Equal(2, abi.Functions.Count);
    }

    [Theory]
    [InlineData("", "not JSON")]
    [InlineData("[", "not JSON")]
    [InlineData("7", "an array")]
    [InlineData("{}", "an array")]
    [InlineData("[7]", "another kind")]
    [InlineData("""[{"type":7}]""", "another kind")]
    [InlineData("""[{"type":"modifier"}]""", "abi[0].type: 'modifier'")]
    [InlineData("""[{"type":"function"}]""", "abi[0].name")]
    [InlineData("""[{"type":"function","name":"f(uint256)"}]""", "abi[0].name")]
    [InlineData("""[{"type":"function","name":"f","inputs":7}]""", "another kind")]
    [InlineData("""[{"type":"function","name":"f","inputs":[{"name":"a"}]}]""", "abi[0].inputs[0].type")]
    [InlineData("""[{"type":"function","name":"f","inputs":[{"name":"a","type":"uint7"}]}]""", "abi[0].inputs[0]")]
    [InlineData("""[{"type":"function","name":"f","inputs":[{"name":"a","type":"tuple[0]","components":[]}]}]""", "abi[0].inputs[0]")]
    [InlineData("""[{"type":"function","name":"f","inputs":[{"name":"a","type":"tuple[]","components":[]}]}]""", "take up space")]
    [InlineData("""[{"type":"function","name":"f","inputs":[{"name":"a","type":"tuplet","components":[]}]}]""", "abi[0].inputs[0]")]
    [InlineData("""[{"type":"function","name":"f","stateMutability":"free"}]""", "stateMutability")]
    [InlineData("""[{"type":"event","name":"E","inputs":[{"name":"a","type":"bool","indexed":true},{"name":"b","type":"bool","indexed":true},{"name":"c","type":"bool","indexed":true},{"name":"d","type":"bool","indexed":true}]}]""", "more than a log has topics for")]
    [InlineData("[{\"type\":\"function\",\"name\":\"\\ud800\"}]", "another kind")]
    public void Refuses_what_is_no_interface_and_says_where(string json, string what)
    {
        var error = Assert.Throws<AbiException>(() => Parse(json));

        Assert.Contains(what, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Refuses_json_nested_without_end()
    {
        var deep = new StringBuilder("""[{"type":"function","name":"f","inputs":[""");
        for (var i = 0; i < 1000; i++)
            deep.Append("""{"type":"tuple","components":[""");

        Assert.Throws<AbiException>(() => Parse(deep.ToString()));
    }

    [Fact]
    public void Json_cut_at_any_byte_is_refused_with_the_one_exception()
    {
        var whole = Encoding.UTF8.GetBytes(Token);
        for (var length = 0; length < whole.Length; length++)
            Assert.Throws<AbiException>(() => ContractAbi.Parse(whole.AsMemory(0, length)));
    }

    [Fact]
    public void Json_with_any_byte_changed_is_read_or_refused_with_the_one_exception()
    {
        var random = new Random(6_120_331);
        var whole = Encoding.UTF8.GetBytes(Token);
        var refused = 0;
        for (var i = 0; i < 3000; i++)
        {
            var changed = (byte[])whole.Clone();
            changed[random.Next(changed.Length)] = (byte)random.Next(256);
            try
            {
                _ = ContractAbi.Parse(changed);
            }
            catch (AbiException)
            {
                refused++;
            }
        }

        Assert.InRange(refused, 1, 2999);
    }

    [Fact]
    public void Finds_the_function_of_calldata_and_reads_its_arguments()
    {
        var abi = Parse(Token);
        var calldata = abi.Functions[0].Encode(Someone, 5);

        Assert.Same(abi.Functions[0], abi.FunctionOf(calldata));
        Assert.True(abi.Functions[0].TryDecode(calldata, out var arguments));
        Assert.Equal(AbiValue.TupleOf(Someone, (UInt256)5), arguments);
        Assert.False(abi.Functions[1].TryDecode(calldata, out _));
        Assert.Null(abi.FunctionOf([1, 2, 3, 4]));
        Assert.Null(abi.FunctionOf([1, 2, 3]));
    }

    [Fact]
    public void Finds_the_error_behind_a_revert_and_reads_its_arguments()
    {
        var abi = Parse(Token);
        var reason = RevertReason.Decode(abi.Errors[0].Encode(1, 2));

        Assert.True(abi.TryDecode(reason, out var error, out var arguments));
        Assert.Same(abi.Errors[0], error);
        Assert.Equal(AbiValue.TupleOf((UInt256)1, (UInt256)2), arguments);
        Assert.False(abi.TryDecode(RevertReason.Decode([1, 2, 3, 4]), out _, out _));
        Assert.False(abi.TryDecode(RevertReason.Decode(abi.Errors[0].Encode(1, 2).AsSpan(0, 40)), out _, out _));
        Assert.False(abi.TryDecode(new RevertReason.None(), out _, out _));
    }

    [Fact]
    public void Finds_the_event_of_a_log_an_anonymous_one_last()
    {
        var abi = Parse(Token);
        var transfer = abi.Events[0].Encode(Someone, Someone, Address.Zero, 9);
        var raw = abi.Events[1].Encode(Someone, 7);

        Assert.True(abi.TryDecode(transfer, out var emitted, out var values));
        Assert.Same(abi.Events[0], emitted);
        Assert.Equal(AbiValue.TupleOf(Someone, Address.Zero, (UInt256)9), values);
        Assert.True(abi.TryDecode(raw, out emitted, out values));
        Assert.Same(abi.Events[1], emitted);
        Assert.Equal(AbiValue.TupleOf((UInt256)7), values);
        Assert.False(abi.TryDecode(new Log(Someone, [], ReadOnlyMemory<byte>.Empty), out _, out _));
    }

    private static ContractAbi Parse(string json) => ContractAbi.Parse(Encoding.UTF8.GetBytes(json));
}
