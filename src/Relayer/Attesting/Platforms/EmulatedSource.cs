using OpenGradient.Attestation.Emulated;
using OpenGradient.Attestation.Verdicts;

namespace OpenGradient.Relayer.Attesting.Platforms;

/// <summary>A development attester in the place of hardware: everything that rests on it says "emulated".</summary>
/// <param name="roots">Its roots. They are whose they are: the source does not dispose of them.</param>
/// <param name="type">What it stands in for.</param>
/// <param name="clock">The time.</param>
/// <param name="workload">A byte that fills the measurements, so that workloads can differ.</param>
public sealed class EmulatedSource(EmulatedRoots roots, TeeType type, TimeProvider clock, byte workload = 0xA0) : IEvidenceSource
{
    private readonly EmulatedAttester _attester = new(roots, clock);

    public string Name => $"emulated {type}";

    public Task<MachineEvidence> FetchAsync(ReadOnlyMemory<byte> reportData, ReadOnlyMemory<byte> nonce, ReadOnlyMemory<byte> publicKey, CancellationToken cancellationToken)
    {
        var isNitro = type == TeeType.Nitro;
        var made = _attester.Attest(type, reportData.Span, isNitro && !nonce.IsEmpty ? nonce.ToArray() : null, isNitro && !publicKey.IsEmpty ? publicKey.ToArray() : null, workload);
        return Task.FromResult(new MachineEvidence(made.Kind, made.Evidence, made.Collateral));
    }
}
