using System.Security.Cryptography;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Prover.Curves;
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
        var blake2b = new Blake2b();
        blake2b.Append(file);
        Assert.Equal(Convert.ToHexStringLower(blake2b.Finish()), imported.Blake2b);
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
    public async Task Powers_to_which_nobody_has_contributed_are_refused_in_either_file()
    {
        Assert.Contains("nobody has contributed", RefusedDetail(await ImportAsync(PtauFile.Write(3, Fr.One), 8)), StringComparison.Ordinal);

        var setup = DevelopmentSetup.Create("a ceremony, as it says", Fr.One, 8, TestWork.Here);
        using var kept = new MemoryStream();
        var verifier = new VerifierSetup(SetupOrigin.FromLabel("a ceremony, as it says"), G2Affine.Generator, []);
        await SetupFile.WriteAsync(new ProvingSetup(verifier, setup.Powers), kept, TestContext.Current.CancellationToken);
        kept.Position = 0;
        Assert.Contains("τ^1 is 1", Assert.IsType<SetupReading.Refused>(await SetupFile.ReadAsync(kept, TestWork.Here)).Detail, StringComparison.Ordinal);
    }

    // p − 1 is 2^28·3²·13·29·…: not all roots of one are of an order that is a power of two. Seven powers after the first show those of orders up to seven.
    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(6)]
    public async Task A_root_of_one_is_as_well_known_as_one_and_refused(int order)
    {
        var root = Fr.FromInt64(5).Power((Fr.Modulus - UInt256.One) / new UInt256((ulong)order));
        var refused = RefusedDetail(await ImportAsync(PtauFile.Write(3, root), 8));
        Assert.Contains($"τ^{order} is 1", refused, StringComparison.Ordinal);
        Assert.DoesNotContain("contributed", refused, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(2400, "response of a ceremony for 2^3")]
    [InlineData(3200, "challenge of a ceremony for 2^3")]
    [InlineData(3201, "no powers of tau")]
    [InlineData(11, "cut off before it begins")]
    public async Task What_a_ceremony_makes_on_the_way_is_told_from_what_it_ends_with(int length, string expected) =>
        Assert.Contains(expected, RefusedDetail(await ImportAsync(new byte[length], 8)), StringComparison.Ordinal);

    [Theory]
    [InlineData("zkey")]
    [InlineData("r1cs")]
    [InlineData("wtns")]
    public async Task Files_of_circuits_are_told_by_their_marks(string mark) =>
        Assert.Contains($".{mark} of snarkjs", RefusedDetail(await ImportAsync([.. System.Text.Encoding.ASCII.GetBytes(mark), .. new byte[100]], 8)), StringComparison.Ordinal);

    [Fact]
    public async Task A_refusal_names_the_curve_the_power_and_what_to_take_instead()
    {
        byte[] otherModulus = [.. Convert.FromHexString("1A0111EA397FE69A4B1BA7B6434BACD764774B84F38512BF6730D2A0F6B0F6241EABFFFEB153FFFFB9FEFFFFFFFFAAAB").Reverse()];
        Assert.Contains("BLS12-381", await RefusalAsync(sections => sections[0] = (1, [48, 0, 0, 0, .. otherModulus, 3, 0, 0, 0, 3, 0, 0, 0])), StringComparison.Ordinal);
        Assert.Contains("a field of 254 bits", await RefusalAsync(sections => sections[0].Body[4] ^= 2), StringComparison.Ordinal);
        Assert.Contains("has not the length", await RefusalAsync(sections => sections[0] = (1, sections[0].Body[..^4])), StringComparison.Ordinal);
        Assert.Contains("is cut off", await RefusalAsync(sections => sections[0] = (1, [32, 0])), StringComparison.Ordinal);
        Assert.Contains("The header says 2^4", await RefusalAsync(sections => sections[0].Body[36] = 4), StringComparison.Ordinal);
        Assert.Contains("The header says 2^29", await RefusalAsync(sections => sections[0].Body[36] = 29), StringComparison.Ordinal);
        Assert.Contains("65 sections", RefusedDetail(await ImportAsync([.. "ptau"u8, 1, 0, 0, 0, 65, 0, 0, 0], 8)), StringComparison.Ordinal);
        Assert.Contains("ends after 0 of 4 sections", RefusedDetail(await ImportAsync(PtauFile.Write(3, Tau)[..20], 8)), StringComparison.Ordinal);
        Assert.Contains("its section 2 has 960 bytes", RefusedDetail(await ImportAsync(PtauFile.Write(3, Tau)[..200], 8)), StringComparison.Ordinal);
        // 15 powers are in a file of 2^3: one more asks for the next.
        foreach (var (wanted, power) in new[] { (16, 4), (31, 4), (32, 5) })
        {
            var refused = Assert.IsType<ImportOutcome.Refused>(await ImportAsync(PtauFile.Write(3, Tau), wanted));
            Assert.Contains($"has 15 powers; {wanted} are wanted", refused.Detail, StringComparison.Ordinal);
            Assert.Contains($"for 2^{power} or more", refused.Remedy, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Each_step_is_told_of_in_turn_and_to_its_end()
    {
        var told = new Told();
        Assert.IsType<ImportOutcome.Imported>(await PowersOfTau.ImportAsync(new MemoryStream(PtauFile.Write(3, Tau)), "the ceremony", 15, told, TestWork.Here));
        Assert.Equal([ImportStep.Reading, ImportStep.Checking, ImportStep.Hashing], told.Steps.Select(progress => progress.Step).Distinct());
        Assert.All(told.Steps.GroupBy(progress => progress.Step), step => Assert.Equal(1.0, step.Last().Done));
    }

    [Fact]
    public async Task A_ceremony_is_not_named_as_development_setups_are() =>
        Assert.IsType<ImportOutcome.Refused>(await PowersOfTau.ImportAsync(
            new MemoryStream(PtauFile.Write(2, Tau)), SetupOrigin.DevelopmentMark, 4, progress: null, TestWork.Here));

    private static async Task<string> RefusalAsync(Action<List<(int Type, byte[] Body)>> change) =>
        Assert.IsType<ImportOutcome.Refused>(await ImportAsync(PtauFile.Write(3, Tau, change), 8)).Detail;

    private static string RefusedDetail(ImportOutcome outcome) => Assert.IsType<ImportOutcome.Refused>(outcome).Detail;

    private static Task<ImportOutcome> ImportAsync(byte[] file, int length) =>
        PowersOfTau.ImportAsync(new MemoryStream(file), "the ceremony", length, progress: null, TestWork.Here);

    private sealed class Told : IProgress<ImportProgress>
    {
        public List<ImportProgress> Steps { get; } = [];

        public void Report(ImportProgress value) => Steps.Add(value);
    }
}
