using System.Runtime.Intrinsics;
using System.Text;
using OpenGradient.Ethereum.Wallets;

namespace OpenGradient.Ethereum.Tests.Wallets;

/// <summary>The vectors of RFC 7914. Its last one for scrypt itself takes 1 GiB, too much for a test; the sizes of keystores take 256 MiB.</summary>
public sealed class ScryptTests
{
    private const string MixInput =
        "f7ce0b653d2d72a4108cf5abe912ffdd777616dbbb27a70e8204f3ae2d0f6fad89f68f4811d1e87bcc3bd7400a9ffd29094f0184639574f39ae5a1315217bcd7"
        + "894991447213bb226c25b54da86370fbcd984380374666bb8ffcb5bf40c254b067d27c51ce4ad5fed829c90b505a571b7f4d1cad6a523cda770e67bceaaf7e89";

    [Fact]
    public void Salsa20_8_gives_the_vector_of_the_standard()
    {
        var blocks = Load(
            "7e879a214f3ec9867ca940e641718f26baee555b8c61c1b50df846116dcd3b1dee24f319df9b3d8514121e4b5ac5aa3276021d2909c74829edebc68db8b8c25e");

        ScryptMix.Salsa8(ref blocks[0], ref blocks[1], ref blocks[2], ref blocks[3]);

        Assert.Equal(
            "a41f859c6608cc993b81cacb020cef05044b2181a2fd337dfd7b1c6396682f29b4393168e3c9e6bcfe6bc5b7a06d96bae424cc102c91745c24ad673dc7618f81",
            Store(blocks));
    }

    [Fact]
    public void BlockMix_gives_the_vector_of_the_standard()
    {
        var output = new Vector128<uint>[8];

        ScryptMix.BlockMix(Load(MixInput), mask: default, output);

        Assert.Equal(
            "a41f859c6608cc993b81cacb020cef05044b2181a2fd337dfd7b1c6396682f29b4393168e3c9e6bcfe6bc5b7a06d96bae424cc102c91745c24ad673dc7618f81"
            + "20edc975323881a80540f64c162dcd3c21077cfe5f8d5fe2b1a4168f953678b77d3b3d803b60e4ab920996e59b4d53b65d2a225877d5edf5842cb9f14eefe425",
            Store(output));
    }

    [Fact]
    public void RoMix_gives_the_vector_of_the_standard()
    {
        var block = Load(MixInput);

        ScryptMix.RoMix(block, new Vector128<uint>[16 * 8], new Vector128<uint>[8], progressed: null, CancellationToken.None);

        Assert.Equal(
            "79ccc193629debca047f0b70604bf6b62ce3dd4a9626e355fafc6198e6ea2b46d58413673b99b029d665c357601fb426a0b2f4bba200ee9f0a43d19b571a9c71"
            + "ef1142e65d5a266fddca832ce59faa7cac0b9cf1be2bffca300d01ee387619c4ae12fd4438f203a0e4e1c47ec314861f4e9087cb33396a6873e8f9d2539a4b8e",
            Store(block));
    }

    [Theory]
    [InlineData("", "", 16, 1, 1,
        "77d6576238657b203b19ca42c18a0497f16b4844e3074ae8dfdffa3fede21442fcd0069ded0948f8326a753a0fc81f17e8d3e0fb2e0d3628cf35e20c38d18906")]
    [InlineData("password", "NaCl", 1024, 8, 16,
        "fdbabe1c9d3472007856e7190d01e9fe7c6ad7cbc8237830e77376634b3731622eaf30d92e22a3886ff109279d9830dac727afb94a83ee6d8360cbdfa2cc0640")]
    [InlineData("pleaseletmein", "SodiumChloride", 16384, 8, 1,
        "7023bdcb3afd7348461c06cd81fd38ebfda8fbba904f8e3ea9b543f6545da1f2d5432955613f0fcf62d49705242a9af9e61e85dc0d651e40dfcf017b45575887")]
    public void Derives_the_keys_of_the_standard(string password, string salt, int n, int r, int p, string expected)
    {
        var key = new byte[64];

        ScryptKdf.DeriveKey(Encoding.UTF8.GetBytes(password), Encoding.UTF8.GetBytes(salt), n, r, p, key, null, CancellationToken.None);

        Assert.Equal(expected, Convert.ToHexStringLower(key));
    }

    [Theory]
    [InlineData(0, 1, 1)]
    [InlineData(1, 1, 1)]
    [InlineData(3, 1, 1)]
    [InlineData(-2, 1, 1)]
    [InlineData(2, 0, 1)]
    [InlineData(2, 1, 0)]
    public void Refuses_a_cost_that_makes_no_sense(int n, int r, int p) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => ScryptKdf.DeriveKey([], [], n, r, p, new byte[32], null, CancellationToken.None));

    [Fact]
    public void Tells_its_progress_to_the_end()
    {
        var progress = new Reports();

        ScryptKdf.DeriveKey([], [], 1 << 13, 1, 3, new byte[32], progress, CancellationToken.None);

        Assert.Equal(1, progress.Values[^1]);
        Assert.Equal(progress.Values.Order(), progress.Values);
        Assert.Equal(3 * 16 + 1, progress.Values.Distinct().Count());
    }

    [Fact]
    public void Stops_when_it_is_cancelled_in_either_half()
    {
        foreach (var share in new[] { 0.0, 0.25, 0.75 })
        {
            using var source = new CancellationTokenSource();
            var progress = new Reports { At = value => CancelFrom(share, value) };

            Assert.Throws<OperationCanceledException>(
                () => ScryptKdf.DeriveKey([], [], 1 << 13, 1, 1, new byte[32], progress, source.Token));
            Assert.InRange(progress.Values[^1], share, share + 0.1);

            void CancelFrom(double from, double value)
            {
                if (value >= from)
                    source.Cancel();
            }
        }
    }

    private static Vector128<uint>[] Load(string hex)
    {
        var bytes = Convert.FromHexString(hex);
        var blocks = new Vector128<uint>[bytes.Length / 16];
        ScryptMix.Load(bytes, blocks);
        return blocks;
    }

    private static string Store(Vector128<uint>[] blocks)
    {
        var bytes = new byte[blocks.Length * 16];
        ScryptMix.Store(blocks, bytes);
        return Convert.ToHexStringLower(bytes);
    }

    private sealed class Reports : IProgress<double>
    {
        public List<double> Values { get; } = [];

        public Action<double>? At { get; init; }

        public void Report(double value)
        {
            Values.Add(value);
            At?.Invoke(value);
        }
    }
}
