using OpenGradient.Ethereum.Primitives;
using OpenGradient.Inference.Integer;
using OpenGradient.Prover.Curves;
using OpenGradient.Prover.Layout;
using OpenGradient.Prover.Statements;

namespace OpenGradient.Benchmarks.Forgeries;

/// <summary>What a forger hopes that the challenges do not depend on, and changes after they are drawn.</summary>
internal enum Unbound
{
    /// <summary>Nothing: the proof holds, as anything does for who knows the secret.</summary>
    Nothing,
    Form,
    Chain,
    Verifier,
    Weights,
    Receipt,
    LastReceipt,
    Item,
    HeadPoint,
    Value,
    FirstWitness,
    Division,
}

/// <summary>What is to be proved: any weights, of which only w(τ) matters, and any items, right or wrong.</summary>
internal sealed record TrapdoorClaim(IntegerDescriptor Descriptor, Fr Weights, byte[] Items, Hash32[] Digests);

/// <summary>
/// Proves anything by a setup's secret: all points but the last are drawn, and the last is solved for. With one part of the transcript left out it makes the
/// proofs that would hold if a verifier forgot that part, which is how weak transcripts are broken.
/// </summary>
internal sealed class Trapdoor(Fr tau, ProofContext context)
{
    public Forgery Prove(ProofForm form, TrapdoorClaim claim, Unbound unbound, Random random)
    {
        var layout = WeightLayout.Of(claim.Descriptor) ?? throw new ArgumentException("The descriptor has too many columns.", nameof(claim));
        var length = (int)RevealedItem.LengthOf(claim.Descriptor);
        RevealedItem[] items = [.. claim.Digests.Select((_, i) => RevealedItem.Read(claim.Descriptor, claim.Items.AsSpan(i * length, length)))];
        var weights = PointOf(claim.Weights);
        var commitment = ProofEnvelope.CommitmentOf(claim.Descriptor, weights);
        var hash = Begin(form, claim, commitment, unbound, random);
        var opening = new Draft(tau, new PublicFold(layout, items, hash), layout.Columns, hash).Open(form, claim.Weights, unbound, random);
        var statements = items.Zip(claim.Digests, (item, digest) => new ProofStatement(commitment, item.InputCommit(), item.OutputCommit(), digest));
        return new Forgery([.. statements], new ProofEnvelope(form, claim.Descriptor, weights, claim.Items, opening).Write());
    }

    public static Fr Draw(Random random)
    {
        var bytes = new byte[UInt256.ByteLength];
        random.NextBytes(bytes);
        return Fr.FromUInt256(UInt256.FromBigEndian(bytes));
    }

    public static byte[] PointOf(in Fr logarithm) => ((G1)G1Affine.Generator * logarithm).ToAffine().ToBytes();

    private Hash32 Begin(ProofForm form, TrapdoorClaim claim, Hash32 commitment, Unbound unbound, Random random)
    {
        var other = Hash32.FromUInt256(Draw(random).ToUInt256());
        var items = claim.Items;
        var digests = claim.Digests;
        switch (unbound)
        {
            case Unbound.Item:
                items = [.. items];
                items[random.Next(items.Length)] ^= (byte)random.Next(1, 256);
                break;
            case Unbound.Receipt:
                digests = [.. digests];
                digests[random.Next(digests.Length)] = other;
                break;
            case Unbound.LastReceipt:
                digests = digests[..^1];
                break;
        }

        return Transcript.Begin(
            unbound == Unbound.Form ? ProofForm.Short + (ProofForm.Long - form) : form,
            unbound == Unbound.Chain ? context with { ChainId = new ChainId(context.ChainId.Value + 1) }
            : unbound == Unbound.Verifier ? context with { Verifier = new Address(other.Bytes[..Address.ByteLength]) }
            : context,
            unbound == Unbound.Weights ? other : commitment, digests, items);
    }

    // Every point is held as its logarithm.
    private sealed class Draft(Fr tau, PublicFold fold, int columns, Hash32 hash)
    {
        private Fr _base;
        private Fr _quotient;
        private Fr _reversed;
        private Fr _division;
        private Fr _zeta;

        public byte[] Open(ProofForm form, Fr weights, Unbound unbound, Random random)
        {
            (_base, _quotient, _reversed) = (weights, Draw(random), Draw(random));
            byte[] head = [.. PointOf(_quotient), .. PointOf(_reversed)];
            if (form == ProofForm.Long)
            {
                // w − g + r·q − τ^C·q is zero in a proof that holds.
                var rowQuotient = Draw(random);
                var factor = fold.R - tau.Power(new UInt256((ulong)columns));
                _base = unbound == Unbound.Division ? Draw(random) : weights + (factor * rowQuotient);
                _division = weights - _base + (factor * rowQuotient);
                head = [.. PointOf(_base), .. PointOf(rowQuotient), .. head];
            }

            var absorbed = head.ToArray();
            if (unbound == Unbound.HeadPoint)
                PointOf(Draw(random)).CopyTo(absorbed, random.Next(head.Length / G1Affine.ByteLength) * G1Affine.ByteLength);
            var state = Transcript.Next(hash, absorbed);
            _zeta = Transcript.Challenge(state);
            var value = Draw(random);
            var first = Remainder(value) * ((tau * _zeta) - Fr.One).Inverted();
            var second = (_reversed - value) * (tau - _zeta).Inverted();
            var tail = Tail(value, first, second);
            if (unbound is Unbound.Value or Unbound.FirstWitness or Unbound.Division)
            {
                var last = Transcript.Next(state, tail);
                var (kappa, mu) = (Transcript.Challenge(last), Transcript.Challenge(last, 1));
                value = unbound == Unbound.Value ? Draw(random) : value;
                first = unbound == Unbound.FirstWitness ? Draw(random) : first;
                var rest = (kappa * (Remainder(value) + first - (tau * _zeta * first))) + _reversed - value + (mu * _division);
                tail = Tail(value, first, rest * (tau - _zeta).Inverted());
            }

            return [.. head, .. tail];
        }

        // F at τ: ζX(ζ)·w − (1 − rζ^C)·Q' − (ζv + ζ²a).
        private Fr Remainder(in Fr value) =>
            (_zeta * fold.XAt(_zeta) * _base) - ((Fr.One - (fold.R * _zeta.Power(new UInt256((ulong)columns)))) * _quotient)
            - ((_zeta * fold.V) + (_zeta.Squared() * value));

        private static byte[] Tail(in Fr value, in Fr first, in Fr second)
        {
            var word = new byte[Fr.ByteLength];
            value.Write(word);
            return [.. word, .. PointOf(first), .. PointOf(second)];
        }
    }
}
