using OpenGradient.BindingGenerator;
using OpenGradient.BindingGenerator.Clients;
using OpenGradient.Foundry;
using OpenGradient.Indexer.Api;

namespace OpenGradient.Cli.Bindings;

/// <summary>The bindings that this repository commits, and how they are made: compiled anew, then generated.</summary>
internal static class ContractBindings
{
    private static readonly BindingSet Committed = new("OpenGradient.Contracts", "src/Contracts/Generated",
    [
        "AgreementProbe.sol/AgreementProbe",
        "IAttestedKeys.sol/IAttestedKeys",
        "IChallengeCourt.sol/IChallengeCourt",
        "IERC20.sol/IERC20",
        "IHub.sol/IHub",
        "IModelRegistry.sol/IModelRegistry",
        "INodeRegistry.sol/INodeRegistry",
        "IVerifierRegistry.sol/IVerifierRegistry",
        "PlainConsumer.sol/PlainConsumer",
        "ProofVerifier.sol/ProofVerifier",
        "ScoreBoard.sol/ScoreBoard",
        "TensorProbe.sol/TensorProbe",
        "TestToken.sol/TestToken",
    ]);

    /// <summary>Writes what changed and gives the paths.</summary>
    public static async Task<IReadOnlyList<string>> WriteAsync(Checkout checkout, CancellationToken cancellationToken)
    {
        await CompileAsync(checkout, cancellationToken);
        return [.. await BindingFiles.WriteAsync(checkout.Root, Committed, cancellationToken), .. await ClientFiles.WriteAsync(checkout.Root, ApiDescription.OfOurContracts(), cancellationToken)];
    }

    /// <summary>A sentence for each file that is not what would be written now.</summary>
    public static async Task<IReadOnlyList<string>> FindDriftAsync(Checkout checkout, CancellationToken cancellationToken)
    {
        await CompileAsync(checkout, cancellationToken);
        return [.. await BindingFiles.FindDriftAsync(checkout.Root, Committed, cancellationToken), .. await ClientFiles.FindDriftAsync(checkout.Root, ApiDescription.OfOurContracts(), cancellationToken)];
    }

    private static async Task CompileAsync(Checkout checkout, CancellationToken cancellationToken)
    {
        var build = await ProgramRunner.RunAsync(
            new ProgramRun(FoundryPrograms.Forge(checkout.Root), ["build"], checkout.Root), cancellationToken);
        if (!build.Succeeded)
        {
            throw new ExpectedFailureException(
                ExitCode.Failed, $"The contracts do not compile.\n{build.Output}{build.Errors}", "Mend the Solidity first.");
        }
    }
}
