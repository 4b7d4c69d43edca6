using System.Text;
using FsCheck;
using FsCheck.Fluent;

namespace OpenGradient.Blobs.Tests;

public sealed class BlobHashTests
{
    // FIPS 180-2, appendix B, and the hash of nothing.
    [Theory]
    [InlineData("abc", "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")]
    [InlineData("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", "sha256:248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1")]
    [InlineData("", "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")]
    public async Task Is_the_published_digest(string text, string hash)
    {
        var bytes = Encoding.ASCII.GetBytes(text);

        Assert.Equal(hash, BlobHash.Of(bytes).ToString());
        Assert.Equal(hash, (await BlobHash.OfAsync(new MemoryStream(bytes), TestContext.Current.CancellationToken)).ToString());
    }

    [Fact]
    public void Reads_back_what_it_writes() => Prop.ForAll<byte[]>(bytes =>
    {
        var hash = BlobHash.Of(bytes);
        Assert.Equal(hash, BlobHash.Parse(hash.ToString()));
        Assert.Equal(hash, BlobHash.Parse("sha256:" + hash.Digits.ToUpperInvariant()));
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Refuses_a_text_that_is_cut_off_anywhere_or_longer()
    {
        var text = BlobHash.Of("abc"u8).ToString();

        for (var length = 0; length < text.Length; length++)
            Assert.False(BlobHash.TryParse(text.AsSpan(0, length), out _));
        Assert.False(BlobHash.TryParse(text + "0", out _));
        Assert.False(BlobHash.TryParse(text.Replace('a', 'g'), out _));
        Assert.False(BlobHash.TryParse(text.AsSpan(7), out _));
        Assert.False(BlobHash.TryParse("sha512:" + text[7..], out _));
        Assert.Throws<FormatException>(() => BlobHash.Parse(text[..20]));
    }
}
