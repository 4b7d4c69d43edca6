using System.Diagnostics;
using System.Runtime.Intrinsics.X86;
using System.Text.RegularExpressions;
using OpenGradient.Prover.Lanes;

namespace OpenGradient.Prover.Tests.Lanes;

/// <summary>
/// The arithmetic of every kind of machine, on this one: the tests that hold vectors against plain numbers, and those of whole proofs byte by byte, run again
/// in processes that are told to go without AVX-512, and without any. AVX-512 is what this process has, where the machine has it.
/// </summary>
public sealed partial class ForcedPathTests
{
    /// <summary>Set in those processes: what the first test there must find.</summary>
    private const string Expected = "OG_TEST_VECTORS";

    private static readonly string[] Classes = ["ForcedPathTests", "PairBatchTests", "NumberTransformTests", "RowFoldTests", "MultiScalarSumTests", "ReferenceTests"];

    [Fact]
    public void Runs_on_the_vectors_that_it_was_told_to()
    {
        var expected = Environment.GetEnvironmentVariable(Expected);
        if (expected is null)
            Assert.Skip("This process was told nothing: the tests below start those that are.");
        Assert.Equal(expected, Avx512F.IsSupported ? "AVX-512" : Avx2.IsSupported ? "AVX2" : "none");
        Assert.Equal(!string.Equals(expected, "none", StringComparison.Ordinal), Lanes8.IsSupported);
    }

    [Theory]
    [InlineData("AVX2", "DOTNET_EnableAVX512")]
    [InlineData("none", "DOTNET_EnableAVX2")]
    public async Task Every_path_of_the_arithmetic_gives_the_same(string vectors, string without)
    {
        if (Environment.GetEnvironmentVariable(Expected) is not null)
            Assert.Skip("This process is one that was told.");
        if (!Avx2.IsSupported)
            Assert.Skip("This machine has no vectors to go without: all tests here run on plain words.");
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "OpenGradient.Prover.Tests.dll"), .. Classes.SelectMany(name => (string[])["--filter-class", $"*.{name}"])])
        {
            RedirectStandardOutput = true,
            UseShellExecute = false,
            Environment = { [Expected] = vectors, [without] = "0" },
        };
        using var process = Process.Start(start)!;
        var output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.True(process.ExitCode == 0, output);
        // All but the two cases here, and where there are no vectors what is said of vectors alone.
        var passed = int.Parse(Succeeded().Match(output).Groups[1].ValueSpan, System.Globalization.CultureInfo.InvariantCulture);
        Assert.True(passed >= (string.Equals(vectors, "none", StringComparison.Ordinal) ? 30 : 40), output);
    }

    [GeneratedRegex(@"succeeded: (\d+)", RegexOptions.None, 1000)]
    private static partial Regex Succeeded();
}
