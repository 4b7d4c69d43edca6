using System.Text;
using System.Text.Json;
using OpenGradient.Attestation.Collateral;
using OpenGradient.Attestation.Emulated;
using OpenGradient.Attestation.Nitro;
using OpenGradient.Attestation.Tests.Emulated;
using OpenGradient.Attestation.Tests.Vectors;
using OpenGradient.Attestation.Verdicts;

namespace OpenGradient.Attestation.Tests.Parsing;

/// <summary>Evidence and collateral that were cut or changed: never an exception, never accepted.</summary>
public sealed class HostileBytesTests
{
    private const int Flips = 150;

    public static TheoryData<TeeType> Types => [.. Enum.GetValues<TeeType>()];

    [Theory]
    [MemberData(nameof(Types))]
    public void Evidence_cut_at_any_byte_is_malformed(TeeType type)
    {
        var whole = Build(type);
        for (var length = 0; length < whole.Evidence.Length; length++)
        {
            var verdict = EmulatedWorld.Verifier.Verify(whole.Kind, whole.Evidence[..length], CollateralSet.Empty, EmulatedWorld.Policy, at: EmulatedWorld.At);

            Assert.True(TeeVectors.ChecksOf(verdict).Contains(Check.EvidenceMalformed), $"{length} of {whole.Evidence.Length} bytes were read.");
        }
    }

    [Theory]
    [MemberData(nameof(Types))]
    public void Collateral_cut_at_any_byte_cannot_be_read(TeeType type)
    {
        foreach (var file in Build(type).Collateral)
        {
            for (var length = 0; length < file.Content.Length; length++)
                Assert.NotEmpty(CollateralSet.Read([file with { Content = file.Content[..length] }]).Faults);
        }
    }

    [Theory]
    [MemberData(nameof(Types))]
    public void Evidence_with_a_changed_bit_is_refused(TeeType type)
    {
        var whole = Build(type);
        var collateral = CollateralSet.Read(whole.Collateral);
        var random = new Random(17);
        Assert.Empty(EmulatedWorld.Verify(whole).Reasons);
        for (var i = 0; i < Flips; i++)
        {
            var changed = whole.Evidence.ToArray();
            var index = random.Next(changed.Length);
            changed[index] ^= (byte)(1 << random.Next(8));

            var verdict = EmulatedWorld.Verifier.Verify(whole.Kind, changed, collateral, EmulatedWorld.Policy, at: EmulatedWorld.At);

            // White space between certificates, and the name of the architecture in NVIDIA's list, say nothing.
            if (verdict.Accepted)
                Assert.True(IsTheSame(type, whole.Evidence, changed, index), $"The change of byte {index} was not noticed.");
        }
    }

    [Fact]
    public void Collateral_with_a_changed_bit_is_refused()
    {
        var random = new Random(18);
        foreach (var whole in (EmulatedEvidence[])[Build(TeeType.Sgx), Build(TeeType.Tdx), Build(TeeType.Snp), Build(TeeType.Nvidia)])
        {
            for (var i = 0; i < Flips; i++)
            {
                CollateralFile[] files = [.. whole.Collateral];
                var at = random.Next(files.Length);
                var changed = files[at].Content.ToArray();
                var index = random.Next(changed.Length);
                changed[index] ^= (byte)(1 << random.Next(8));
                files[at] = files[at] with { Content = changed };

                // The root's own signature and dates are checked as well: nothing in these files is free, but for the case of a signature's hexadecimal letters.
                var isCase = char.ToUpperInvariant((char)changed[index]) == char.ToUpperInvariant((char)whole.Collateral[at].Content.Span[index]);
                Assert.True(
                    isCase || !EmulatedWorld.Verify(whole with { Collateral = files }).Accepted, $"The change of byte {index} of {files[at].Name} was not noticed.");
            }
        }
    }

    [Theory]
    [MemberData(nameof(Types))]
    public void Noise_is_malformed(TeeType type)
    {
        var random = new Random(19);
        var kind = Build(type).Kind;
        for (var i = 0; i < Flips; i++)
        {
            var noise = new byte[random.Next(3000)];
            random.NextBytes(noise);

            Assert.Equal(
                [Check.EvidenceMalformed], TeeVectors.ChecksOf(EmulatedWorld.Verifier.Verify(kind, noise, CollateralSet.Empty, EmulatedWorld.Policy, at: EmulatedWorld.At)));
        }
    }

    // The first examples of RFC 8949, appendix A, that documents use.
    [Theory]
    [InlineData("00", 0UL)]
    [InlineData("17", 23UL)]
    [InlineData("1818", 24UL)]
    [InlineData("1903e8", 1000UL)]
    [InlineData("1a000f4240", 1000000UL)]
    [InlineData("1bffffffffffffffff", 18446744073709551615UL)]
    public void Numbers_of_cbor_are_read_and_written(string hex, ulong number)
    {
        var bytes = Convert.FromHexString(hex);
        var reader = new CborReader(bytes);
        var writer = new CborWriter();
        writer.Number(number);

        Assert.Equal(number, reader.Number());
        Assert.False(reader.Failed);
        Assert.Equal(bytes, writer.ToArray());
        for (var length = 0; length < bytes.Length; length++)
        {
            var cut = new CborReader(bytes.AsMemory(0, length));
            cut.Number();
            Assert.True(cut.Failed);
        }
    }

    [Fact]
    public void Too_many_files_are_not_read() =>
        Assert.NotEmpty(CollateralSet.Read([.. Enumerable.Range(0, CollateralSet.MaxFiles + 1).Select(i => new CollateralFile($"{i}", new byte[] { 0x30 }))]).Faults);

    private static bool IsTheSame(TeeType type, ReadOnlyMemory<byte> whole, byte[] changed, int index) =>
        type == TeeType.Nvidia ? MeaningOf(whole) == MeaningOf(changed) : char.IsWhiteSpace((char)whole.Span[index]);

    // All that the verifier takes from NVIDIA's list.
    private static string MeaningOf(ReadOnlyMemory<byte> list)
    {
        using var json = JsonDocument.Parse(list);
        return string.Join('|', json.RootElement.EnumerateArray().Select(gpu =>
            $"{string.Concat(Encoding.Latin1.GetString(gpu.GetProperty("certificate").GetBytesFromBase64()).Where(letter => !char.IsWhiteSpace(letter)))} "
            + $"{gpu.GetProperty("evidence").GetString()} {gpu.GetProperty("nonce").GetString()!.ToUpperInvariant()}"));
    }

    private static EmulatedEvidence Build(TeeType type) => type switch
    {
        TeeType.Sgx => (new DcapScene(EmulatedWorld.Roots, EmulatedWorld.At) { Version = 3, Report = DcapScene.SgxReportOf([]) }).Build(),
        TeeType.Tdx => new DcapScene(EmulatedWorld.Roots, EmulatedWorld.At).Build(),
        TeeType.Nitro => new NitroScene(EmulatedWorld.Roots, EmulatedWorld.At).Build(),
        TeeType.Snp => new SnpScene(EmulatedWorld.Roots, EmulatedWorld.At).Build(),
        _ => new NvidiaScene(EmulatedWorld.Roots, EmulatedWorld.At).Build(),
    };
}
