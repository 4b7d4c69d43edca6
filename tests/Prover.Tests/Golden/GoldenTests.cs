namespace OpenGradient.Prover.Tests.Golden;

public sealed class GoldenTests
{
    [Fact]
    public void The_golden_proofs_are_those_that_this_prover_makes() =>
        Assert.True(
            File.ReadAllText(GoldenProofs.Path) == GoldenProofs.Make(),
            $"{GoldenProofs.Path} is out of date: run this class with --explicit only to write it anew.");

    [Fact(Explicit = true)]
    public void Writes_the_golden_proofs()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(GoldenProofs.Path)!);
        File.WriteAllText(GoldenProofs.Path, GoldenProofs.Make());
    }
}
