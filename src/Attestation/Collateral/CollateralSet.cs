using OpenGradient.Attestation.Certificates;
using OpenGradient.Attestation.Dcap;
using OpenGradient.Attestation.Nvidia;

namespace OpenGradient.Attestation.Collateral;

/// <summary>
/// What a verdict rests on beside the evidence: certificates, revocation lists, and what vendors sign about their platforms. It is read once and
/// trusted in nothing: every use checks signatures, dates and roots again.
/// </summary>
public sealed class CollateralSet
{
    /// <summary>More files than these are not looked at.</summary>
    public const int MaxFiles = 64;

    /// <summary>More certificates than these are not looked at: every one may be tried as the one that signed, and a stranger chooses how costly that is.</summary>
    public const int MaxCertificates = 128;

    /// <summary>Nor more lists: each that has an issuer's name may be tried as the one that it signed.</summary>
    public const int MaxRevocationLists = 128;

    private readonly List<string> _faults = [];

    private CollateralSet()
    {
    }

    public static CollateralSet Empty { get; } = new();

    /// <summary>What could not be read, for people.</summary>
    public IReadOnlyList<string> Faults => _faults;

    internal List<Certificate> Certificates { get; } = [];

    internal List<RevocationList> RevocationLists { get; } = [];

    internal List<TcbInfo> TcbInfos { get; } = [];

    internal List<QeIdentity> QeIdentities { get; } = [];

    internal List<OcspResponse> OcspResponses { get; } = [];

    internal List<ReferenceManifest> Manifests { get; } = [];

    /// <summary>Its certificates, and those that its manifests bring, each once.</summary>
    internal IReadOnlyList<Certificate> Everybody() =>
        [.. Certificates.Concat(Manifests.SelectMany(manifest => manifest.Certificates)).DistinctBy(certificate => Convert.ToHexString(certificate.Der.Span), StringComparer.Ordinal)];

    /// <summary>Reads files of any kind that is known. One that cannot be read is a fault, and refuses all evidence.</summary>
    public static CollateralSet Read(IReadOnlyList<CollateralFile> files)
    {
        var set = new CollateralSet();
        set.Add(files);
        return set;
    }

    /// <summary>
    /// Reads what is at hand here, and then what somebody brings. Each has the limits by itself: nothing that is brought leaves less room for what was here, and of two that
    /// are as good the one that was here counts.
    /// </summary>
    public static CollateralSet Read(IReadOnlyList<CollateralFile> own, IReadOnlyList<CollateralFile> brought)
    {
        var set = new CollateralSet();
        set.Add(own);
        set.Add(brought);
        return set;
    }

    private void Add(IReadOnlyList<CollateralFile> files)
    {
        if (files.Count > MaxFiles)
        {
            _faults.Add($"There are {files.Count} files, and at most {MaxFiles} are read.");
            return;
        }

        var (before, listsBefore) = (Certificates.Count, RevocationLists.Count);
        foreach (var file in files)
        {
            var isRead = file.Content.Length is > 0 and <= CollateralFile.MaxBytes && CollateralReader.TryRead(file.Content, this);
            if (!isRead)
                _faults.Add($"{file.Name} is none of what is read here, or is damaged.");
            if (Certificates.Count - before > MaxCertificates)
            {
                Certificates.RemoveRange(before, Certificates.Count - before);
                _faults.Add($"There are more than {MaxCertificates} certificates.");
                return;
            }

            if (RevocationLists.Count - listsBefore > MaxRevocationLists)
            {
                RevocationLists.RemoveRange(listsBefore, RevocationLists.Count - listsBefore);
                _faults.Add($"There are more than {MaxRevocationLists} revocation lists.");
                return;
            }
        }
    }
}
