using System.Diagnostics.CodeAnalysis;
using System.Formats.Asn1;
using System.Security.Cryptography;
using OpenGradient.Attestation.Certificates;
using OpenGradient.Attestation.Collateral;
using OpenGradient.Attestation.Decoding;
using OpenGradient.Attestation.Policies;
using OpenGradient.Attestation.Roots;
using OpenGradient.Attestation.Verdicts;

namespace OpenGradient.Attestation.Nvidia;

/// <summary>
/// Checks the measurements of one machine's GPUs. They are not bound to the processor's evidence: a guest that was itself attested must have checked
/// them and put the verdict's hash into its own report data.
/// </summary>
internal static class NvidiaVerifier
{
    private const int ChainLength = 5;
    private const int DecoderMeasurement = 35;
    private const string DiceTcbInfo = "2.23.133.5.4.1";

    public static Outcome? Verify(ReadOnlyMemory<byte> evidence, CollateralSet collateral, TrustAnchors anchors, AttestationPolicy policy, Findings findings)
    {
        if (!GpuEvidence.TryRead(evidence, out var gpus))
        {
            findings.Refuse(Check.EvidenceMalformed, "report", "It is no list of SPDM reports, and no single one.");
            return null;
        }

        TrustAnchor? root = null;
        List<ReadOnlyMemory<byte>> platforms = [];
        for (var i = 0; i < gpus.Count; i++)
        {
            var found = CheckGpu(gpus[i], $"GPU {i}", collateral, anchors, policy.Nvidia, findings, platforms);
            // The label of the whole is that of its weakest part.
            root = root is null || found?.Label == RootLabel.Emulated ? found : root;
        }

        findings.Require(
            gpus.All(gpu => gpu.Report.Nonce.Span.SequenceEqual(gpus[0].Report.Nonce.Span) && (gpu.StatedNonce is not { } stated || gpu.Report.Nonce.Span.SequenceEqual(stated))),
            Check.Nonce, "report", "The GPUs answered to other nonces than the evidence states, or to several.");
        findings.Require(
            platforms.Select(key => Convert.ToHexString(key.Span)).Distinct(StringComparer.Ordinal).Count() == platforms.Count, Check.GpuRepeated, "report",
            "One GPU stands there several times: the machine has fewer than it says.");
        return ToOutcome(gpus, root, platforms);
    }

    private static TrustAnchor? CheckGpu(
        GpuEvidence gpu, string subject, CollateralSet collateral, TrustAnchors anchors, NvidiaPolicy policy, Findings findings, List<ReadOnlyMemory<byte>> platforms)
    {
        IReadOnlyList<Certificate> all = [.. gpu.Chain, .. collateral.Certificates];
        var leaf = gpu.Chain.Count > 0 ? gpu.Chain[0] : all.FirstOrDefault(candidate => IsSignedBy(gpu.Report, candidate)) ?? all.FirstOrDefault(candidate => !candidate.IsAuthority);
        if (!findings.Require(leaf is not null, Check.CollateralMissing, subject, "There is no certificate of its key."))
            return null;

        var chain = CertificatePath.Build(leaf!, all);
        findings.Require(CertificatePath.HasLength(chain, ChainLength) && !leaf!.IsAuthority, Check.CertificateRole, subject, "The certificate is not one of a GPU's firmware.");
        var root = CertificatePath.Check(chain, RootUse.NvidiaDevice, anchors, subject, findings, SignatureScheme.EcdsaSha384);
        if (root is not null)
            OcspChecks.Check(chain, collateral.OcspResponses, subject, findings, policy.AllowMissingOcsp);
        findings.Require(IsSignedBy(gpu.Report, leaf!), Check.GpuSignature, subject, "The report's signature is not its key's.");
        if (gpu.Report.FirmwareId is { } id)
        {
            findings.Require(
                TryFirmwareId(leaf!, out var certified) && certified.AsSpan().SequenceEqual(id.Span), Check.GpuFirmwareId, subject,
                "The report names other firmware than its key's certificate.");
        }

        // The second certificate is of the key that is fused into the chip.
        platforms.Add(chain.Count > 1 ? chain[1].Key.Spki : leaf!.Key.Spki);
        CheckMeasurements(gpu.Report, subject, collateral, anchors, root, policy, findings);
        return root;
    }

    private static void CheckMeasurements(
        SpdmReport report, string subject, CollateralSet collateral, TrustAnchors anchors, TrustAnchor? root, NvidiaPolicy policy, Findings findings)
    {
        var firmware = FindManifest(report.VbiosVersion, product: null, "firmware", subject, collateral, anchors, root, policy, findings);
        // Drivers of one version are for several chips, and each has a manifest of its own.
        var driver = FindManifest(report.DriverVersion, firmware?.Product, "driver", subject, collateral, anchors, root, policy, findings);
        var both = driver is not null && firmware is not null;
        findings.Require(
            !both || (driver!.Product == firmware!.Product && !driver.Active.Keys.Intersect(firmware.Active.Keys).Any()), Check.RimConflict, subject,
            "Two manifests speak of the same measurement, or of different chips.");
        foreach (var (index, values) in (driver?.Active ?? []).Concat(firmware?.Active ?? []))
        {
            if (index == DecoderMeasurement && report.IsDecoderDisabled)
                continue;
            findings.Require(
                index < report.Blocks.Count && values.Any(value => report.Blocks[index].Span.SequenceEqual(value)),
                Check.GpuMeasurement, subject, $"Measurement {index} is not what NVIDIA signed.");
        }
    }

    private static ReferenceManifest? FindManifest(
        string version, string? product, string what, string subject, CollateralSet collateral, TrustAnchors anchors, TrustAnchor? root, NvidiaPolicy policy, Findings findings)
    {
        var manifest = collateral.Manifests.Where(manifest => manifest.Version.Equals(version, StringComparison.OrdinalIgnoreCase))
            .OrderByDescending(manifest => manifest.Product == product).FirstOrDefault();
        if (manifest is null)
        {
            findings.Require(policy.AllowMissingManifests, Check.RimMissing, subject, $"There is no manifest of its {what} {version}.");
            return null;
        }

        var where = $"{subject}, {what} manifest";
        var before = findings.Reasons.Count;
        findings.Require(manifest.IsSigned(manifest.Certificates[0].Key), Check.RimSignature, where, "It is not signed by its certificate, or was changed.");
        var chain = CertificatePath.Build(manifest.Certificates[0], manifest.Certificates.Skip(1));
        var anchor = CertificatePath.Check(chain, RootUse.NvidiaRim, anchors, where, findings, SignatureScheme.EcdsaSha384);
        if (anchor is not null)
        {
            findings.Require(root is null || root.Label == anchor.Label, Check.RootUnknown, where, "Its root is of another world than the GPU's.");
            OcspChecks.Check(chain, collateral.OcspResponses, where, findings, policy.AllowMissingOcsp);
        }

        return findings.Reasons.Count == before ? manifest : null;
    }

    private static bool IsSignedBy(SpdmReport report, Certificate certificate) =>
        certificate.Key.Curve == Oids.P384 && certificate.Key.VerifiesRaw(HashAlgorithmName.SHA384, report.Signed.Span, report.Signature.Span);

    // TCG's DICE extension: version, key, and the hash of the firmware that holds the key.
    private static bool TryFirmwareId(Certificate leaf, [NotNullWhen(true)] out byte[]? id)
    {
        id = null;
        if (!leaf.TryExtension(DiceTcbInfo, out var content))
            return false;
        try
        {
            var list = new AsnReader(content, AsnEncodingRules.DER).ReadSequence();
            list.ReadIntegerBytes();
            var key = list.ReadSequence();
            key.ReadSequence();
            key.ReadBitString(out _);
            var hash = key.HasData ? key.ReadSequence() : list.ReadSequence();
            if (hash.ReadObjectIdentifier() != Oids.Sha384)
                return false;
            id = hash.ReadOctetString();
            return true;
        }
        catch (AsnContentException)
        {
            return false;
        }
    }

    private static Outcome ToOutcome(IReadOnlyList<GpuEvidence> gpus, TrustAnchor? root, List<ReadOnlyMemory<byte>> platforms)
    {
        return new Outcome
        {
            TeeType = TeeType.Nvidia,
            Root = root,
            TcbStatus = TcbStatus.NotRated,
            WorkloadId = Identities.Workload(TeeType.Nvidia, [.. gpus.SelectMany(gpu => gpu.Report.Blocks)]),
            PlatformId = Identities.Platform("nvidia", [.. platforms]),
            ReportData = null,
            Nonce = gpus[0].Report.Nonce,
            Fields = NvidiaFields.Of(gpus).All,
        };
    }
}
