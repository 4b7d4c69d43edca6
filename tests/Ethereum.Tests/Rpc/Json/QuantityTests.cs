using System.Text;
using System.Text.RegularExpressions;
using FsCheck;
using FsCheck.Fluent;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Ethereum.Rpc;

namespace OpenGradient.Ethereum.Tests.Rpc.Json;

public sealed partial class QuantityTests
{
    [Fact]
    public void Reads_every_number_of_64_bits_as_it_is_written() =>
        Prop.ForAll(ArbMap.Default.ArbFor<ulong>(), number =>
            Quantity.TryParse(Encoding.ASCII.GetBytes(Hex.EncodeQuantity(number)), out ulong read) && read == number).QuickCheckThrowOnFailure();

    [Fact]
    public void Reads_every_number_of_256_bits_as_it_is_written()
    {
        var numbers = Gen.ArrayOf(ArbMap.Default.GeneratorFor<ulong>(), 4).Select(limbs => new UInt256(limbs[0], limbs[1], limbs[2], limbs[3]));
        Prop.ForAll(numbers.ToArbitrary(), number =>
            Quantity.TryParse(Encoding.ASCII.GetBytes(Hex.EncodeQuantity(number)), out UInt256 read) && read == number).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Accepts_exactly_what_the_grammar_accepts()
    {
        var texts = Gen.ArrayOf(Gen.Elements("0xX123456789abcdefABCDEFg -+.\0é".ToCharArray())).Select(characters => new string(characters));
        var likely = texts.Select(text => "0x" + text);
        Prop.ForAll(Gen.OneOf(texts, likely).ToArbitrary(), text =>
        {
            var utf8 = Encoding.UTF8.GetBytes(text);
            return Quantity.TryParse(utf8, out ulong _) == Short().IsMatch(text)
                && Quantity.TryParse(utf8, out UInt256 _) == Long().IsMatch(text)
                && Quantity.TryParsePadded(utf8, out _) == Padded().IsMatch(text);
        }).QuickCheckThrowOnFailure();
    }

    [Theory]
    [InlineData("")]
    [InlineData("0")]
    [InlineData("0x")]
    [InlineData("0X1")]
    [InlineData("1")]
    [InlineData("0x00")]
    [InlineData("0x01")]
    [InlineData("0x-1")]
    [InlineData("0x 1")]
    [InlineData("0x1 ")]
    [InlineData("0xg")]
    [InlineData("0x10000000000000000")]
    public void Refuses_what_is_not_a_quantity_of_64_bits(string text) => Assert.False(Quantity.TryParse(Encoding.UTF8.GetBytes(text), out ulong _));

    [Fact]
    public void Knows_the_greatest_numbers()
    {
        Assert.True(Quantity.TryParse("0xffffffffffffffff"u8, out ulong word) && word == ulong.MaxValue);
        Assert.True(Quantity.TryParse(Encoding.ASCII.GetBytes("0x" + new string('F', 64)), out UInt256 wide) && wide == UInt256.MaxValue);
        Assert.False(Quantity.TryParse(Encoding.ASCII.GetBytes("0x1" + new string('0', 64)), out UInt256 _));
    }

    [GeneratedRegex("^0x(0|[1-9a-fA-F][0-9a-fA-F]{0,15})\\z", RegexOptions.None, 1000)]
    private static partial Regex Short();

    [GeneratedRegex("^0x(0|[1-9a-fA-F][0-9a-fA-F]{0,63})\\z", RegexOptions.None, 1000)]
    private static partial Regex Long();

    [GeneratedRegex("^0x[0-9a-fA-F]{1,64}\\z", RegexOptions.None, 1000)]
    private static partial Regex Padded();
}
