using OpenGradient.Ethereum.Wallets;

namespace OpenGradient.Ethereum.Tests.Wallets;

public sealed class Base58CheckTests
{
    [Theory]
    [InlineData("00", "1Wh4bh")]
    [InlineData("0000", "112edB6q")]
    [InlineData("00010966776006953d5567439e5e39f86a0d273bee", "16UwLL9Risc3QfPqBUvKofHmBQ7wMtjvM")]
    [InlineData("800c28fca386c7a227600b2fe50b7cae11ec86d3bf1fbe471be89827e19d72aa1d", "5HueCGU8rMjxEXxiPuD5BDku4MkFqeZyd4dZ1jvhTVqvbTLvyTJ")]
    public void Writes_and_reads_what_others_write(string hex, string text)
    {
        var payload = Convert.FromHexString(hex);
        var decoded = new byte[payload.Length];

        Assert.Equal(text, Base58Check.Encode(payload));
        Assert.True(Base58Check.TryDecode(text, decoded));
        Assert.Equal(payload, decoded);
    }

    [Fact]
    public void Reads_back_random_payloads_and_refuses_each_changed_character()
    {
        const int Seed = 58_58;
        var random = new Random(Seed);
        for (var round = 0; round < 50; round++)
        {
            var payload = new byte[random.Next(1, 79)];
            random.NextBytes(payload);
            payload.AsSpan(0, random.Next(Math.Min(4, payload.Length + 1))).Clear();
            var text = Base58Check.Encode(payload);
            var decoded = new byte[payload.Length];

            Assert.True(Base58Check.TryDecode(text, decoded), $"Seed {Seed}, round {round}");
            Assert.Equal(payload, decoded);
            for (var i = 0; i < text.Length; i++)
            {
                var changed = text.ToCharArray();
                changed[i] = changed[i] == 'z' ? '2' : 'z';
                Assert.False(Base58Check.TryDecode(changed, decoded), $"Seed {Seed}, round {round}, character {i}");
            }
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("1")]
    [InlineData("1Wh4b")]
    [InlineData("1Wh4bh1")]
    [InlineData("11Wh4bh")]
    [InlineData("Wh4bh")]
    [InlineData("1Wh4b0")]
    [InlineData("1Wh4bO")]
    [InlineData("1Wh4bI")]
    [InlineData("1Wh4bl")]
    [InlineData("1Wh4b ")]
    [InlineData(" 1Wh4bh")]
    [InlineData("zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz")]
    public void Refuses_what_is_not_the_text_of_one_zero_byte(string text) => Assert.False(Base58Check.TryDecode(text, new byte[1]));
}
