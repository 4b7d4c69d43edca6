using OpenGradient.Attestation.Binding;
using OpenGradient.Attestation.Emulated;
using OpenGradient.Attestation.Verdicts;
using OpenGradient.Cli.Chain;
using OpenGradient.Cli.Terminal;
using OpenGradient.Contracts.Keys;
using OpenGradient.Ethereum.Crypto;
using OpenGradient.Ethereum.Signing;
using OpenGradient.PrivateRequests.Hpke;
using OpenGradient.PrivateService.Answering;
using OpenGradient.Relayer.Attesting.Platforms;
using Spectre.Console;

namespace OpenGradient.Cli.Private;

/// <summary>Has a gateway's fresh keys attested: by the environment that it runs in, or by a stand-in for development.</summary>
internal sealed class GatewayAttesting(CommandContext context, ChainSession chain, PublicKey signingKey, ISigner signer, IEvidenceSource source)
{
    /// <summary>What stands in for hardware where a type is named; else this machine's own device.</summary>
    /// <param name="emulated">What to stand in for; null for nothing.</param>
    /// <param name="roots">The roots of the development attester; null where nothing is emulated.</param>
    /// <param name="collateralFolder">What the operator keeps for this machine's platform; null for nothing.</param>
    public static IEvidenceSource SourceOf(TeeType? emulated, EmulatedRoots? roots, string? collateralFolder)
    {
        if (emulated is { } type && roots is not null)
        {
            return Enum.IsDefined(type) && type != TeeType.Nvidia
                ? new EmulatedSource(roots, type, TimeProvider.System)
                : throw new ExpectedFailureException(ExitCode.Usage, "There is no such environment to stand in for.", "They are sgx, tdx, nitro and snp.");
        }

        if (collateralFolder is not null && !Directory.Exists(collateralFolder))
            throw new ExpectedFailureException(ExitCode.Usage, $"There is no folder {collateralFolder}.", "Name one of collateral, such as an archive's current/.");
        try
        {
            return MachineDevice.SourceOf(collateralFolder);
        }
        catch (EvidenceException none)
        {
            throw new ExpectedFailureException(ExitCode.Usage, none.Problem, none.Remedy);
        }
    }

    public async Task<GatewayKeys> AttestAsync(ulong epoch, CancellationToken cancellationToken)
    {
        var hpke = HpkeKeyPair.Generate();
        try
        {
            var binding = new KeyBinding
            {
                SigningKey = signingKey.ToUncompressed().AsMemory(1),
                HpkeKey = hpke.PublicKey,
                ChainId = chain.Id.Value,
                Registry = chain.Deployment.Keys,
                KeyEpoch = epoch,
            };
            var made = await source.FetchAsync(binding.ToReportData(), nonce: default, hpke.PublicKey, cancellationToken);
            foreach (var skipped in made.Skipped)
                context.Output.Errors.MarkupLineInterpolated($"[yellow]Collateral {PlainText.Of(skipped.Name)} was left out: {PlainText.Of(skipped.Reason)}[/]");
            return new GatewayKeys(new KeyEvidence { Kind = made.Kind, Evidence = made.Evidence, Collateral = made.Collateral, Binding = binding }, hpke, new Secp256k1ReceiptSigner(signer));
        }
        catch (EvidenceException failure)
        {
            hpke.Dispose();
            throw new ExpectedFailureException(ExitCode.Failed, failure.Problem, failure.Remedy);
        }
        catch
        {
            hpke.Dispose();
            throw;
        }
    }
}
