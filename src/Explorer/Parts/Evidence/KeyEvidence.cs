using System.Security.Cryptography;
using OpenGradient.Attestation.Decoding;
using OpenGradient.Attestation.Verdicts;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Explorer.Asking;
using OpenGradient.Explorer.Serving;

namespace OpenGradient.Explorer.Parts.Evidence;

/// <summary>The evidence behind a key, as far as it is here.</summary>
/// <param name="Key">The registration of the key.</param>
/// <param name="Blob">What the index says of it.</param>
public sealed record KeyEvidence(Row Key, FetchedBlob Blob)
{
    /// <summary>Its fields; null where there are none to show.</summary>
    public DecodedEvidence? Decoded { get; init; }

    public IReadOnlyList<EvidenceCertificate> Certificates { get; init; } = [];

    /// <summary>How many attesters signed for it.</summary>
    public int Attesters => Key.Each("attesters").Count();

    /// <summary>An environment as people call it.</summary>
    public static string NameOf(TeeType type) => type switch
    {
        TeeType.Sgx => "Intel SGX",
        TeeType.Tdx => "Intel TDX",
        TeeType.Nitro => "AWS Nitro",
        TeeType.Snp => "AMD SEV-SNP",
        _ => "NVIDIA GPUs",
    };

    internal static async Task<KeyEvidence> LoadAsync(Visit visit, Row key)
    {
        var blob = await FetchedBlob.LoadAsync(visit, key.Text("evidence_hash"));
        var evidence = new KeyEvidence(key, blob);
        if (TypeOf(key.Text("tee_type")) is not { } type || blob.Content is not { } path || await visit.Index.ReadAsync(path, visit.Stop) is not { } bytes)
            return evidence;
        // The index has checked it, too; but what is shown here is of this hash, whatever the index does.
        return Hash32.TryParse(key.Text("evidence_hash"), out var hash) && new Hash32(SHA256.HashData(bytes)) == hash
            ? evidence with { Decoded = EvidenceDecoder.Decode(type, bytes), Certificates = EvidenceCertificates.Read(type.ToKind(), bytes), Blob = blob with { IsRead = true } }
            : evidence;
    }

    // A kind of environment that is not known here has evidence that cannot be read here.
    private static TeeType? TypeOf(string word)
    {
        foreach (var type in Enum.GetValues<TeeType>())
        {
            if (type.ToWord().ToString() == word)
                return type;
        }

        return null;
    }
}
