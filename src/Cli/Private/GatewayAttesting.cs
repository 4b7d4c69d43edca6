using OpenGradient.Attestation.Binding;
using OpenGradient.Attestation.Collateral;
using OpenGradient.Attestation.Emulated;
using OpenGradient.Attestation.Verdicts;
using OpenGradient.Cli.Attest;
using OpenGradient.Cli.Chain;
using OpenGradient.Contracts.Keys;
using OpenGradient.Ethereum.Crypto;
using OpenGradient.Ethereum.Signing;
using OpenGradient.PrivateRequests.Hpke;
using OpenGradient.PrivateService.Answering;
using OpenGradient.Relayer.Attesting.Platforms;

namespace OpenGradient.Cli.Private;

/// <summary>Has a gateway's fresh keys attested: by the environment that it runs in, or by a stand-in for development.</summary>
internal static class GatewayAttesting
{
    public static async Task<GatewayKeys> AttestAsync(
        CommandContext context, ChainSession chain, PublicKey signingKey, ISigner signer, ulong epoch, TeeType? emulated, CancellationToken cancellationToken)
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
            var (kind, evidence, collateral) = emulated is { } type
                ? await EmulateAsync(context, type, binding, cancellationToken)
                : await FetchAsync(binding, cancellationToken);
            return new GatewayKeys(new KeyEvidence { Kind = kind, Evidence = evidence, Collateral = collateral, Binding = binding }, hpke, new Secp256k1ReceiptSigner(signer));
        }
        catch
        {
            hpke.Dispose();
            throw;
        }
    }

    private static async Task<(EvidenceKind, ReadOnlyMemory<byte>, IReadOnlyList<CollateralFile>)> EmulateAsync(
        CommandContext context, TeeType type, KeyBinding binding, CancellationToken cancellationToken)
    {
        if (!Enum.IsDefined(type) || type == TeeType.Nvidia)
            throw new ExpectedFailureException(ExitCode.Usage, "There is no such environment to stand in for.", "They are sgx, tdx, nitro and snp.");
        using var roots = await AttestFolder.ReadOrMakeRootsAsync(context.Parsed.GetValue(TrustReading.RootsFile) ?? AttestFolder.RootsOf(context.Checkout), cancellationToken);
        var made = new EmulatedAttester(roots, TimeProvider.System).Attest(type, binding.ToReportData(), publicKey: binding.HpkeKey.ToArray());
        return (made.Kind, made.Evidence, made.Collateral);
    }

    private static async Task<(EvidenceKind, ReadOnlyMemory<byte>, IReadOnlyList<CollateralFile>)> FetchAsync(KeyBinding binding, CancellationToken cancellationToken)
    {
        var fetched = await TsmDevice.FetchAsync(TsmDevice.DefaultFolder, binding.ToReportData(), cancellationToken);
        return (fetched.Kind, fetched.Evidence, fetched.Collateral);
    }
}
