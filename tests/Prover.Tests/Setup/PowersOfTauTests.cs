using System.Security.Cryptography;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Prover.Setup;

namespace OpenGradient.Prover.Tests.Setup;

public sealed class PowersOfTauTests
{
    private static readonly Fr Tau = DevelopmentSetup.TauOf("ptau");

    [Fact]
    public async Task Imports_what_is_wanted_of_a_file_with_its_hash_and_name()
    {
        var file = PtauFile.Write(4, Tau);
        var imported = Assert.IsType<ImportOutcome.Imported>(await ImportAsync(file, 20));
        var same = DevelopmentSetup.Create($"{SetupOrigin.DevelopmentMark} twin", Tau, 20, TestWork.Here);
        Assert.Equal(same.Powers.ToArray(), imported.Setup.Powers.ToArray());
        Assert.Equal(same.Verifier.Tau, imported.Setup.Verifier.Tau);
        // τ², τ⁴ and τ⁸: a file of power 4 has 16 powers of G₂.
        Assert.Equal(3, imported.Setup.Verifier.Powers.Length);
        Assert.All(imported.Setup.Verifier.Powers.Zip(same.Verifier.Powers), pair => Assert.Equal(pair.Second, pair.First));
        Assert.Equal(new Hash32(SHA256.HashData(file)), imported.FileHash);
        Assert.Equal("the ceremony", Assert.IsType<SetupOrigin.Ceremony>(imported.Setup.Verifier.Origin).Label);
    }

    [Fact]
    public async Task A_file_that_ends_anywhere_is_refused()
    {
        var file = PtauFile.Write(2, Tau);
        for (var length = 0; length < file.Length; length++)
            Assert.IsType<ImportOutcome.Refused>(await ImportAsync(file[..length], 4));
    }

    [Theory]
    [InlineData("a power of G₁ that is another", 2, 64 * 3)]
    [InlineData("the first power of G₁", 2, 0)]
    [InlineData("[τ]₂", 3, 128)]
    public async Task Powers_that_are_not_those_of_one_number_are_refused(string what, int section, int offset)
    {
        byte[] otherBody = [];
        var other = PtauFile.Write(3, Tau + Fr.One, sections => otherBody = sections[section - 1].Body);
        var file = PtauFile.Write(3, Tau, sections =>
        {
            var body = sections[section - 1].Body;
            var size = section == 2 ? 64 : 128;
            // The generator is the same in both: there the next point is taken.
            otherBody.AsSpan(offset == 0 ? size : offset, size).CopyTo(body.AsSpan(offset));
        });
        Assert.True(await ImportAsync(file, 8) is ImportOutcome.Refused, what);
        Assert.IsType<ImportOutcome.Imported>(await ImportAsync(other, 8));
    }

    [Fact]
    public async Task Other_curves_points_off_the_curve_and_zero_are_refused()
    {
        Assert.Contains("curve", await RefusalAsync(sections => sections[0].Body[4] ^= 1), StringComparison.Ordinal);
        Assert.Contains("not on the curve", await RefusalAsync(sections => sections[1].Body[64 * 5] ^= 1), StringComparison.Ordinal);
        Assert.Contains("modulus", await RefusalAsync(sections => sections[1].Body.AsSpan(64, 32).Fill(0xff)), StringComparison.Ordinal);
        Assert.Contains("G₁", await RefusalAsync(sections => sections[1].Body.AsSpan(64, 64).Clear()), StringComparison.Ordinal);
        Assert.Contains("₂", await RefusalAsync(sections => sections[2].Body[128] ^= 1), StringComparison.Ordinal);
        Assert.Contains("₂", await RefusalAsync(sections => sections[2].Body.AsSpan(128, 128).Clear()), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Sections_that_stand_twice_lack_or_have_other_lengths_are_refused()
    {
        await RefusalAsync(sections => sections.Add(sections[1]));
        await RefusalAsync(sections => sections.RemoveAt(2));
        await RefusalAsync(sections => sections[1] = (2, sections[1].Body[..^64]));
        await RefusalAsync(sections => sections[0].Body[36] = 29);
        Assert.IsType<ImportOutcome.Refused>(await ImportAsync(PtauFile.Write(3, Tau), 16));
    }

    [Fact]
    public async Task A_ceremony_is_not_named_as_development_setups_are() =>
        Assert.IsType<ImportOutcome.Refused>(await PowersOfTau.ImportAsync(
            new MemoryStream(PtauFile.Write(2, Tau)), SetupOrigin.DevelopmentMark, 4, TestWork.Here));

    private static async Task<string> RefusalAsync(Action<List<(int Type, byte[] Body)>> change) =>
        Assert.IsType<ImportOutcome.Refused>(await ImportAsync(PtauFile.Write(3, Tau, change), 8)).Detail;

    private static Task<ImportOutcome> ImportAsync(byte[] file, int length) =>
        PowersOfTau.ImportAsync(new MemoryStream(file), "the ceremony", length, TestWork.Here);
}
