using OpenGradient.Ethereum.Primitives;
using OpenGradient.Prover.Setup;

namespace OpenGradient.Prover.Tests.Setup;

public sealed class SetupFileTests
{
    [Fact]
    public async Task What_is_written_is_read_and_a_development_setup_stays_one()
    {
        var setup = DevelopmentSetup.FromSeed("kept", 40, TestWork.Here);
        var read = Assert.IsType<SetupReading.Accepted>(await ReadAsync(await WriteAsync(setup))).Setup;
        Assert.Equal(setup.Powers.ToArray(), read.Powers.ToArray());
        Assert.Equal(setup.Verifier.Tau, read.Verifier.Tau);
        Assert.Equal(setup.Verifier.Powers.Length, read.Verifier.Powers.Length);
        Assert.Equal(setup.Verifier.Origin.Label, Assert.IsType<SetupOrigin.Development>(read.Verifier.Origin).Label);
        Assert.StartsWith("UNSAFE", read.Verifier.Origin.Label, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_ends_anywhere_or_has_another_byte_is_refused()
    {
        var file = await WriteAsync(DevelopmentSetup.FromSeed("kept", 3, TestWork.Here));
        for (var length = 0; length < file.Length; length += 7)
            Assert.IsType<SetupReading.Refused>(await ReadAsync(file[..length]));
        Assert.IsType<SetupReading.Refused>(await ReadAsync([.. file, 0]));
        for (var place = 0; place < file.Length; place += 13)
        {
            byte[] changed = [.. file];
            changed[place] ^= 1;
            Assert.IsType<SetupReading.Refused>(await ReadAsync(changed));
        }
    }

    [Fact]
    public async Task Powers_of_two_numbers_are_refused_although_the_hash_is_right()
    {
        var one = DevelopmentSetup.FromSeed("one", 16, TestWork.Here);
        var other = DevelopmentSetup.FromSeed("other", 16, TestWork.Here);
        var mixed = await WriteAsync(new ProvingSetup(one.Verifier, other.Powers));
        Assert.Contains("not those", Assert.IsType<SetupReading.Refused>(await ReadAsync(mixed)).Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void Seeds_give_different_setups_and_random_ones_are_labelled_unsafe_too()
    {
        Assert.NotEqual(DevelopmentSetup.TauOf("a"), DevelopmentSetup.TauOf("b"));
        var random = DevelopmentSetup.Random(4, TestWork.Here);
        Assert.IsType<SetupOrigin.Development>(random.Verifier.Origin);
        Assert.NotEqual(random.Verifier.Tau, DevelopmentSetup.Random(4, TestWork.Here).Verifier.Tau);
    }

    [Fact]
    public void The_setup_of_a_seed_is_the_same_everywhere()
    {
        // As the contracts' own development setup was made, apart from this code.
        var setup = DevelopmentSetup.FromSeed("development", 8, TestWork.Here);
        Assert.StartsWith("0x2ca3818cb117db739b12cffaad5302dbaa7485eabfb0599e8e63487514a4835829", Hex.Encode(setup.Verifier.Tau.AsSpan()), StringComparison.Ordinal);
        Assert.StartsWith("0x1e81fb1eee9a67bde46a4ab3d6ac62fcc7a9ed252a29143fcba1ad03d2e36851", Hex.Encode(setup.Verifier.Powers[0].AsSpan()), StringComparison.Ordinal);
        // [τ], [τ²] and [τ⁴] are among eight powers.
        Assert.Equal([1, 2, 4], setup.Witnesses.Select(witness => Array.FindIndex(setup.Powers.ToArray(), power => power.ToBytes().AsSpan().SequenceEqual(witness.AsSpan()))));
    }

    private static async Task<byte[]> WriteAsync(ProvingSetup setup)
    {
        var file = new MemoryStream();
        await SetupFile.WriteAsync(setup, file, TestContext.Current.CancellationToken);
        return file.ToArray();
    }

    private static Task<SetupReading> ReadAsync(byte[] file) => SetupFile.ReadAsync(new MemoryStream(file), TestWork.Here);
}
