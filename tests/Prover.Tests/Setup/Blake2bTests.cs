using System.Text;
using OpenGradient.Prover.Setup;

namespace OpenGradient.Prover.Tests.Setup;

public sealed class Blake2bTests
{
    // Of RFC 7693, of nothing, and of Python's hashlib: around the ends of blocks.
    [Theory]
    [InlineData(0, "786a02f742015903c6c6fd852552d272912f4740e15847618a86e217f71f5419d25e1031afee585313896444934eb04b903a685b1448b755d56f701afe9be2ce")]
    [InlineData(127, "71546bbf9110ad184cc60f2eb120fcfd9b4dbbca7a7f1270045b8a23a6a4f4330f65c1f030dd2f5fabc6c57617242c37cf427bd90407fac5b9deffd3ae888c39")]
    [InlineData(128, "2d9e329f42afa3601d646692b81c13e87fcaff5bf15972e9813d7373cb6d181f9599f4d513d4af4fd6ebd37497aceb29aba5ee23ed764d8510b552bd088814fb")]
    [InlineData(129, "47889df9eb4d717afc5019df5c6a83df00a0b8677395e078cd5778ace0f338a618e68b7d9afb065d9e6a01ccd31d109447e7fae771c3ee3e105709194122ba2b")]
    [InlineData(256, "91019c558584980249ca43eceed27e19f1c3c24161b93eed1eee2a6a774f60bf8a81b43750870bee1698feac9c5336ae4d5c842e7ead159bf3916387e8ded9ae")]
    [InlineData(1000, "4bdd2c9cf31d797a81d245c989ffb7515143ca345c66f73087dd5c58bf642bf083ba16894eab79e3b08d5126404d833e7510271b50be36a7b7cbbb46f5c89fac")]
    public void Bytes_have_the_hash_that_others_give_them_however_they_come(int length, string expected)
    {
        byte[] bytes = [.. Enumerable.Range(0, length).Select(i => (byte)(((i * 7) + 3) & 0xFF))];
        foreach (var piece in new[] { 1, 64, 127, 128, 129, 255, 1000 })
        {
            var hash = new Blake2b();
            for (var done = 0; done < length; done += piece)
                hash.Append(bytes.AsSpan(done, Math.Min(piece, length - done)));
            Assert.Equal(expected, Convert.ToHexStringLower(hash.Finish()));
        }
    }

    [Fact]
    public void The_example_of_the_standard_comes_out()
    {
        var hash = new Blake2b();
        hash.Append(Encoding.ASCII.GetBytes("abc"));
        Assert.Equal(
            "ba80a53f981c4d0d6a2797b69f12f6e94c212f14685ac4b74b12bb6fdbffa2d17d87c5392aab792dc252d5de4533cc9518d38aa8dbf1925ab92386edd4009923",
            Convert.ToHexStringLower(hash.Finish()));
    }
}
