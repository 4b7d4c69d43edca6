using System.Security.Cryptography;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Relayer.Attesting.Judging;

namespace OpenGradient.Relayer.Attesting.Vetoing;

/// <summary>
/// The last claims that were brought here: what a key that is registered now was claimed with. Anyone may bring claims, so that there are few places, and who
/// fills them all pushes older ones out: then a key is looked into by hand.
/// </summary>
public sealed class ClaimMemory
{
    public const int Places = 64;

    private readonly Lock _gate = new();
    private readonly LinkedList<(Hash32 Evidence, KeyClaim Claim)> _claims = new();

    public void Keep(KeyClaim claim)
    {
        var evidence = new Hash32(SHA256.HashData(claim.Evidence.Span));
        lock (_gate)
        {
            _claims.AddLast((evidence, claim));
            if (_claims.Count > Places)
                _claims.RemoveFirst();
        }
    }

    /// <summary>The claims with this evidence, the newest last.</summary>
    public IReadOnlyList<KeyClaim> Find(Hash32 evidence)
    {
        lock (_gate)
            return [.. _claims.Where(kept => kept.Evidence == evidence).Select(kept => kept.Claim)];
    }
}
