using OpenGradient.Ethereum.Crypto;
using OpenGradient.Ethereum.Primitives;

namespace OpenGradient.Ethereum.Tests.Crypto;

public sealed class Keccak256HasherTests
{
    private static readonly byte[] Message = [.. Enumerable.Range(0, 300).Select(i => unchecked((byte)(i * 31)))];

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(135)]
    [InlineData(136)]
    [InlineData(137)]
    [InlineData(271)]
    [InlineData(272)]
    [InlineData(273)]
    [InlineData(300)]
    public void Hashes_as_at_once_wherever_the_message_is_split(int length)
    {
        var message = Message.AsSpan(0, length);
        var expected = Keccak256.Hash(message);
        var hasher = new Keccak256Hasher();
        for (var first = 0; first <= length; first++)
        {
            hasher.Append(message[..first]);
            hasher.Append(message[first..]);

            Assert.Equal(expected, hasher.Finish());
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(8)]
    [InlineData(67)]
    [InlineData(136)]
    public void Hashes_as_at_once_in_small_parts(int part)
    {
        var hasher = new Keccak256Hasher();
        foreach (var chunk in Message.Chunk(part))
            hasher.Append(chunk);

        Assert.Equal(Keccak256.Hash(Message), hasher.Finish());
    }

    [Fact]
    public void Hashes_no_parts_as_the_empty_message() => Assert.Equal(Keccak256.Hash([]), new Keccak256Hasher().Finish());

    [Fact]
    public void Forgets_what_was_appended_before_a_reset()
    {
        var hasher = new Keccak256Hasher();
        hasher.Append(Message);
        hasher.Reset();
        hasher.Append([1, 2, 3]);

        Assert.Equal(Keccak256.Hash([1, 2, 3]), hasher.Finish());
    }

    [Fact]
    public void Keeps_the_message_when_the_destination_is_too_short()
    {
        var hasher = new Keccak256Hasher();
        hasher.Append(Message);

        Assert.ThrowsAny<ArgumentException>(() => hasher.Finish(new byte[Hash32.ByteLength - 1]));

        Assert.Equal(Keccak256.Hash(Message), hasher.Finish());
    }
}
