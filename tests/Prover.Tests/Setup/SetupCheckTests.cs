using OpenGradient.Prover.Curves;
using OpenGradient.Prover.Setup;

namespace OpenGradient.Prover.Tests.Setup;

/// <summary>The check in slices: it finds a false power in each of them, and where they meet.</summary>
public sealed class SetupCheckTests
{
    private const int Length = 40;

    private static readonly Fr Tau = DevelopmentSetup.TauOf("golden");

    [Theory]
    [InlineData(1)]
    [InlineData(13)]
    [InlineData(39)]
    [InlineData(1000)]
    public void Powers_are_powers_however_they_are_cut(int sliceLength)
    {
        var powers = TestModels.Setup.Powers[..Length].ToArray();
        Assert.Null(SetupCheck.FindFault(powers, Table, TestWork.Here, sliceLength));
        foreach (var place in new[] { 1, 2, 12, 13, 14, 25, 26, 27, 38, 39 })
        {
            var right = powers[place];
            powers[place] = -right;
            Assert.Contains("are not", SetupCheck.FindFault(powers, Table, TestWork.Here, sliceLength), StringComparison.Ordinal);
            powers[place] = right;
        }
    }

    private static G2Affine[] Table => [G2Affine.Generator.Times(Tau.ToUInt256()), G2Affine.Generator.Times(Tau.Squared().ToUInt256())];
}
