using System.Collections.Immutable;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Inference.Integer;
using OpenGradient.Prover.Curves;
using OpenGradient.Prover.Layout;
using OpenGradient.Prover.Statements;

namespace OpenGradient.Benchmarks.Forgeries;

/// <summary>Makes forgeries of every kind out of proofs that hold.</summary>
/// <param name="proofs">Proofs for the verifier that is to be deceived, at least two of each model and form.</param>
/// <param name="elsewhere">Proofs of the same versions for another chain, another verifier, or other receipts.</param>
/// <param name="trapdoor">For what only a proof of one's own making can try.</param>
internal sealed class Forger(IReadOnlyList<TrueProof> proofs, IReadOnlyList<TrueProof> elsewhere, Trapdoor trapdoor)
{
    public IReadOnlyList<ForgeryKind> Kinds =>
    [
        new("one byte of a proof is another", IsControl: false, OneByte),
        new("up to three bytes are others, and commits fit", IsControl: false, SomeBytes),
        new("a point is another of the curve", IsControl: false, AnotherPoint),
        new("a point is none, or a number is not reduced", IsControl: false, NoPoint),
        new("parts of a proof stand in each other's place", IsControl: false, Exchanged),
        new("a part is that of another proof of the version", IsControl: false, Transplanted),
        new("a proof is replayed: other receipt, chain, verifier, order or number", IsControl: false, Replayed),
        new("an output is another, and commits fit", IsControl: false, random => Revealed(random, isOutput: true)),
        new("a hidden accumulator is another, and commits fit", IsControl: false, random => Revealed(random, isOutput: false)),
        new("an input is another, and commits fit", IsControl: false, AnotherInput),
        new("the descriptor is another, and commits fit", IsControl: false, AnotherDescriptor),
        new("a proof is shorter or longer", IsControl: false, AnotherLength),
        new("a proof of one form is dressed as one of the other", IsControl: false, AnotherForm),
        new("an opening is drawn from nothing, and commits fit", IsControl: false, AnyOpening),
        new("a proof solved by the setup's secret for challenges that forget a part", IsControl: false, SolvedForStaleChallenges),
        new("control: proofs as they were made", IsControl: true, random => Unchanged(Any(random))),
        new("control: any claim, solved by the setup's secret", IsControl: true, random => Solved(random, Unbound.Nothing)),
    ];

    private Forgery OneByte(Random random)
    {
        var proof = Any(random);
        var bytes = proof.Bytes.ToArray();
        bytes[random.Next(bytes.Length)] ^= (byte)random.Next(1, 256);
        return new Forgery(proof.Statements, bytes);
    }

    private Forgery SomeBytes(Random random) => Changed(random, (proof, bytes) =>
    {
        for (var n = random.Next(1, 4); n > 0; n--)
            bytes[random.Next(1, bytes.Length)] ^= (byte)random.Next(1, 256);
        return bytes;
    });

    private Forgery AnotherPoint(Random random) => Changed(random, (proof, bytes) =>
    {
        var place = bytes.AsSpan(PointIn(proof, random), G1Affine.ByteLength);
        if (!G1Affine.TryRead(place, out var point))
            throw new InvalidOperationException("A proof that holds has a point that is none.");
        var other = random.Next(5) switch
        {
            0 => -point,
            1 => ((G1)point).Doubled().ToAffine(),
            2 => G1Affine.Infinity,
            3 => G1Affine.Generator,
            _ => ((G1)G1Affine.Generator * Trapdoor.Draw(random)).ToAffine(),
        };
        other.Write(place);
        return bytes;
    });

    private Forgery NoPoint(Random random) => Changed(random, (proof, bytes) =>
    {
        var at = PointIn(proof, random);
        var x = bytes.AsSpan(at, Fq.ByteLength);
        var y = bytes.AsSpan(at + Fq.ByteLength, Fq.ByteLength);
        switch (random.Next(7))
        {
            case 0:
                AddTo(x, Fq.Modulus);
                break;
            case 1:
                AddTo(y, Fq.Modulus);
                break;
            case 2:
                AddTo(bytes.AsSpan(proof.ValueAt, Fr.ByteLength), Fr.Modulus);
                break;
            case 3:
                AddTo(y, UInt256.One);
                break;
            case 4:
                x.Clear();
                Fq.Modulus.WriteBigEndian(y);
                break;
            case 5:
                bytes.AsSpan(at, G1Affine.ByteLength).Fill(byte.MaxValue);
                break;
            default:
                random.NextBytes(x);
                break;
        }

        return bytes;
    });

    private Forgery Exchanged(Random random) => Changed(random, (proof, bytes) =>
    {
        var points = proof.Points;
        switch (random.Next(4))
        {
            case 0:
                Exchange(bytes, points[random.Next(points.Length)], points[random.Next(points.Length)], G1Affine.ByteLength);
                break;
            case 1:
                var at = PointIn(proof, random);
                Exchange(bytes, at, at + Fq.ByteLength, Fq.ByteLength);
                break;
            case 2:
                Exchange(bytes, proof.ValueAt, points[random.Next(points.Length)], Fr.ByteLength);
                break;
            default:
                var count = proof.Statements.Count;
                Exchange(
                    bytes, proof.ItemsAt + (random.Next(count) * proof.ItemLength), proof.ItemsAt + (random.Next(count) * proof.ItemLength), proof.ItemLength);
                break;
        }

        return bytes;
    });

    private Forgery Transplanted(Random random) => Changed(random, (proof, bytes) =>
    {
        var others = proofs.Where(other => other != proof && other.Form == proof.Form && other.Descriptor == proof.Descriptor && other.Bytes.Length == proof.Bytes.Length).ToList();
        var donor = others[random.Next(others.Count)];
        (int Start, int End)[] parts =
        [
            (proof.ItemsAt, proof.OpeningAt), (proof.OpeningAt, bytes.Length), (proof.OpeningAt, proof.ValueAt), (proof.ValueAt, bytes.Length),
            (proof.ValueAt, proof.ValueAt + Fr.ByteLength), .. proof.Points.Select(at => (at, at + G1Affine.ByteLength)),
        ];
        var (start, end) = parts[random.Next(parts.Length)];
        donor.Bytes.AsSpan(start..end).CopyTo(bytes.AsSpan(start));
        return bytes;
    });

    private Forgery Replayed(Random random)
    {
        var proof = Any(random);
        var statements = proof.Statements.ToList();
        var i = random.Next(statements.Count);
        switch (random.Next(6))
        {
            case 0:
                statements[i] = statements[i] with { ReceiptDigest = Hash32.FromUInt256(Trapdoor.Draw(random).ToUInt256()) };
                return new Forgery(statements, proof.Bytes);
            case 1:
                return Unchanged(elsewhere[random.Next(elsewhere.Count)]);
            case 2:
                statements.RemoveAt(i);
                return new Forgery(statements, proof.Bytes);
            case 3:
                // An inference twice, in statements and bytes.
                statements.Insert(i, statements[i]);
                var end = proof.ItemsAt + ((i + 1) * proof.ItemLength);
                return new Forgery(statements, [.. proof.Bytes[..end], .. proof.Bytes[(end - proof.ItemLength)..]]);
            case 4:
                // The last inference first, in statements and bytes; of one there is no other order.
                statements = [statements[^1], .. statements[..^1]];
                var last = proof.OpeningAt - proof.ItemLength;
                byte[] turned = [.. proof.Bytes[..proof.ItemsAt], .. proof.Bytes[last..proof.OpeningAt], .. proof.Bytes[proof.ItemsAt..last], .. proof.Bytes[proof.OpeningAt..]];
                return statements.Count > 1 ? new Forgery(statements, turned) : new Forgery([], proof.Bytes);
            default:
                // The receipts of other inferences of the same version, on statements that fit the bytes. Proofs of both forms are made for each receipt.
                var other = proofs.First(candidate => candidate.Descriptor == proof.Descriptor && candidate.Statements.Count == statements.Count
                    && candidate.Statements[0].ReceiptDigest != statements[0].ReceiptDigest);
                return TrueProof.Fit(other.Statements, proof.Bytes);
        }
    }

    private Forgery Revealed(Random random, bool isOutput) => Changed(random, (proof, bytes) =>
    {
        var descriptor = proof.Descriptor;
        var hidden = descriptor.Layers.Sum(layer => layer.Outputs) - descriptor.Outputs;
        // A model of one layer has outputs alone.
        var index = isOutput || hidden == 0 ? hidden + random.Next(descriptor.Outputs) : random.Next(hidden);
        var item = proof.ItemsAt + (random.Next(proof.Statements.Count) * proof.ItemLength);
        var place = bytes.AsSpan(item + descriptor.Inputs + (index * descriptor.AccumulatorBytes), descriptor.AccumulatorBytes);
        switch (random.Next(4))
        {
            case 0:
                place[^1] = unchecked((byte)(place[^1] + 1));
                break;
            case 1:
                place[0] ^= 0x80;
                break;
            case 2:
                place.Clear();
                break;
            default:
                random.NextBytes(place);
                break;
        }

        return bytes;
    });

    private Forgery AnotherInput(Random random) => Changed(random, (proof, bytes) =>
    {
        var item = proof.ItemsAt + (random.Next(proof.Statements.Count) * proof.ItemLength);
        bytes[item + random.Next(proof.Descriptor.Inputs)] ^= (byte)random.Next(1, 256);
        return bytes;
    });

    private Forgery AnotherDescriptor(Random random) => Changed(random, (proof, bytes) =>
    {
        bytes[random.Next(1, proof.WeightsAt)] ^= (byte)random.Next(1, 256);
        return bytes;
    });

    private Forgery AnotherLength(Random random)
    {
        var proof = Any(random);
        byte[] bytes = random.Next(4) switch
        {
            0 => proof.Bytes[..random.Next(proof.Bytes.Length)],
            1 => [.. proof.Bytes, .. new byte[random.Next(1, 100)]],
            2 => [.. proof.Bytes, .. proof.Bytes],
            _ => [.. proof.Bytes[..proof.OpeningAt], .. proof.Bytes[(proof.OpeningAt + G1Affine.ByteLength)..]],
        };
        return new Forgery(proof.Statements, bytes);
    }

    private Forgery AnotherForm(Random random)
    {
        var proof = Any(random);
        var opening = proof.Bytes.AsSpan(proof.OpeningAt);
        // A short opening gets two points before it; of a long one the first two go.
        byte[] dressed = proof.Form == ProofForm.Short
            ? [.. Trapdoor.PointOf(Trapdoor.Draw(random)), .. Trapdoor.PointOf(Trapdoor.Draw(random)), .. opening]
            : opening[(2 * G1Affine.ByteLength)..].ToArray();
        byte[] bytes = [(byte)(ProofForm.Short + (ProofForm.Long - proof.Form)), .. proof.Bytes.AsSpan(1, proof.OpeningAt - 1), .. random.Next(4) == 0 ? opening : dressed];
        return new Forgery(proof.Statements, bytes);
    }

    private Forgery AnyOpening(Random random) => Changed(random, (proof, bytes) =>
    {
        foreach (var at in proof.Points)
            Trapdoor.PointOf(Trapdoor.Draw(random)).CopyTo(bytes, at);
        Trapdoor.Draw(random).Write(bytes.AsSpan(proof.ValueAt));
        return bytes;
    });

    private Forgery SolvedForStaleChallenges(Random random) => Solved(random, Unbound.Nothing + random.Next(1, Enum.GetValues<Unbound>().Length));

    private Forgery Solved(Random random, Unbound unbound)
    {
        var descriptor = DrawDescriptor(random);
        var digests = new Hash32[random.Next(1, 4)];
        for (var i = 0; i < digests.Length; i++)
            digests[i] = Hash32.FromUInt256(Trapdoor.Draw(random).ToUInt256());
        var items = new byte[digests.Length * RevealedItem.LengthOf(descriptor)];
        random.NextBytes(items);
        // Runs of the ends of all ranges, where sums are greatest and clamps cut.
        byte[] ends = [0, 1, 0x7F, 0x80, 0xFF];
        for (var n = random.Next(4); n > 0; n--)
        {
            var start = random.Next(items.Length);
            items.AsSpan(start, random.Next(1 + items.Length - start)).Fill(ends[random.Next(ends.Length)]);
        }

        // Only the long form divides.
        var form = unbound == Unbound.Division || random.Next(2) == 0 ? ProofForm.Long : ProofForm.Short;
        return trapdoor.Prove(form, new TrapdoorClaim(descriptor, Trapdoor.Draw(random), items, digests), unbound, random);
    }

    private static IntegerDescriptor DrawDescriptor(Random random)
    {
        var layers = ImmutableArray.CreateBuilder<LayerTerms>();
        for (var n = random.Next(1, 4); n > 0; n--)
        {
            uint[] multipliers = [0, 1, int.MaxValue, (uint)random.Next()];
            byte[] shifts = [1, LayerTerms.MaxShift, (byte)random.Next(1, LayerTerms.MaxShift), 31];
            var (one, other) = ((short)random.Next(short.MinValue, short.MaxValue + 1), (short)random.Next(short.MinValue, short.MaxValue + 1));
            (short, short)[] clamps = [(0, 127), (short.MinValue, short.MaxValue), (one, one), (Math.Min(one, other), Math.Max(one, other))];
            var (low, high) = clamps[random.Next(clamps.Length)];
            layers.Add(new LayerTerms(
                random.Next(1, 12), multipliers[random.Next(multipliers.Length)], shifts[random.Next(shifts.Length)], (sbyte)random.Next(-128, 128), low, high));
        }

        var terms = layers.ToImmutable();
        var fault = IntegerDescriptor.TryCreate(
            random.Next(1, terms.Max(layer => layer.Outputs) + 1), random.Next(1, 70), random.Next(IntegerDescriptor.MinAccumulatorBytes, IntegerDescriptor.MaxAccumulatorBytes + 1),
            terms, out var descriptor);
        return fault is null ? descriptor! : throw new InvalidOperationException(fault);
    }

    private TrueProof Any(Random random) => proofs[random.Next(proofs.Count)];

    private static Forgery Unchanged(TrueProof proof) => new(proof.Statements, proof.Bytes);

    // Until something is changed: what is exchanged may be equal, and infinity is its own negative.
    private Forgery Changed(Random random, Func<TrueProof, byte[], byte[]> change)
    {
        while (true)
        {
            var proof = Any(random);
            var bytes = change(proof, proof.Bytes.ToArray());
            if (!bytes.AsSpan().SequenceEqual(proof.Bytes))
                return TrueProof.Fit(proof.Statements, bytes);
        }
    }

    // A point of the opening, or the commitment to the weights.
    private static int PointIn(TrueProof proof, Random random)
    {
        var points = proof.Points;
        var i = random.Next(points.Length + 1);
        return i == points.Length ? proof.WeightsAt : points[i];
    }

    private static void AddTo(Span<byte> word, UInt256 number) => (UInt256.FromBigEndian(word) + number).WriteBigEndian(word);

    private static void Exchange(byte[] bytes, int left, int right, int length)
    {
        var kept = bytes.AsSpan(left, length).ToArray();
        bytes.AsSpan(right, length).CopyTo(bytes.AsSpan(left));
        kept.CopyTo(bytes, right);
    }
}
