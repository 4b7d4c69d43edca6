using OpenGradient.Ethereum.Primitives;
using OpenGradient.Prover.Curves;
using OpenGradient.Prover.Layout;
using OpenGradient.Prover.Setup;
using OpenGradient.Prover.Statements;

namespace OpenGradient.Prover.Verifying;

/// <summary>All of verifying but the pairing: everything that needs no setup but its size, in the order of docs/proofs.md.</summary>
internal static class ProofReader
{
    public static ProofVerdict.Refused? TryRead(
        VerifierSetup setup, ProofContext context, IReadOnlyList<ProofStatement> statements, ReadOnlyMemory<byte> proof, out ReadProof? read)
    {
        read = null;
        if (statements.Count == 0)
            return new ProofVerdict.Refused(ProofFault.Malformed, "A proof is of one statement at least.");
        if (ProofEnvelope.TryRead(proof, statements.Count, out var envelope) is { } fault)
            return new ProofVerdict.Refused(ProofFault.Malformed, fault);
        if (WeightLayout.Of(envelope!.Descriptor) is not { } layout)
            return new ProofVerdict.Refused(ProofFault.Malformed, "The model has too many columns.");

        var commitment = envelope.ProofCommitment;
        if (statements.Any(statement => statement.ProofCommitment != commitment))
            return new ProofVerdict.Refused(ProofFault.WrongCommitment, "The descriptor and W are not those of the statements' version.");
        if (!TryReadItems(envelope, statements, out var items, out var wrong))
            return new ProofVerdict.Refused(ProofFault.WrongItem, $"Item {wrong} has another input or output than its statement.");
        if (!G1Affine.TryRead(envelope.Weights.Span, out var weights) || weights.IsInfinity)
            return new ProofVerdict.Refused(ProofFault.NotCanonical, "W is no point of the curve, or infinity.");
        if (Messages.TryRead(envelope.Opening.Span, envelope.Form) is not { } messages)
            return new ProofVerdict.Refused(ProofFault.NotCanonical, "The opening has a point that is not on the curve, or a number that is not below its modulus.");
        var powerOfTau = envelope.Form == ProofForm.Long ? setup.PreparedPower(layout.Columns) : null;
        if (envelope.Form == ProofForm.Long && powerOfTau is null)
            return new ProofVerdict.Refused(ProofFault.SetupTooSmall, $"The setup has no power for {layout.Columns} columns.");

        var hash = Transcript.Begin(
            envelope.Form, context, commitment, [.. statements.Select(statement => statement.ReceiptDigest)], envelope.Items.Span);
        var fold = new PublicFold(layout, items, hash);
        var first = Transcript.Next(hash, envelope.Opening.Span[..messages.HeadLength]);
        var last = Transcript.Next(first, envelope.Opening.Span[messages.HeadLength..]);
        var zeta = Transcript.Challenge(first);
        if (zeta.IsZero)
            return new ProofVerdict.Refused(ProofFault.NotCanonical, "The challenge is zero.");

        var kappa = Transcript.Challenge(last);
        var mu = envelope.Form == ProofForm.Long ? Transcript.Challenge(last, 1) : Fr.Zero;
        var xAtZeta = fold.XAt(zeta);
        var trace = new ProofTrace(hash, fold.R, fold.Gamma, fold.Delta, fold.V, zeta, xAtZeta, kappa, mu);
        read = new ReadProof(TermsOf(messages, weights, layout, fold, trace) with { PowerOfTau = powerOfTau }, last, trace);
        return null;
    }

    private static PairingTerms TermsOf(Messages messages, in G1Affine weights, WeightLayout layout, PublicFold fold, ProofTrace trace)
    {
        var (zeta, kappa) = (trace.Zeta, trace.Kappa);
        G1 folded = messages.Folded ?? weights;
        var constant = (zeta * fold.V) + (zeta.Squared() * messages.Value);
        var divisor = Fr.One - (fold.R * zeta.Power(new UInt256((ulong)layout.Columns)));
        var first = (folded * (kappa * zeta * trace.XAtZeta)) - ((G1)messages.Quotient * (kappa * divisor)) - ((G1)G1Affine.Generator * ((kappa * constant) + messages.Value))
            + ((G1)messages.FirstWitness * kappa) + messages.Reversed + ((G1)messages.SecondWitness * zeta);
        var tau = ((G1)messages.FirstWitness * (kappa * zeta)) + messages.SecondWitness;
        if (messages.Folded is null)
            return new PairingTerms(first, tau, default, null);
        var division = (G1)weights - folded + ((G1)messages.RowQuotient * fold.R);
        return new PairingTerms(first + (division * trace.Mu), tau, (G1)messages.RowQuotient * trace.Mu, null);
    }

    private static bool TryReadItems(ProofEnvelope envelope, IReadOnlyList<ProofStatement> statements, out RevealedItem[] items, out int wrong)
    {
        var length = (int)RevealedItem.LengthOf(envelope.Descriptor);
        items = new RevealedItem[statements.Count];
        for (wrong = 0; wrong < items.Length; wrong++)
        {
            var item = RevealedItem.Read(envelope.Descriptor, envelope.Items.Span.Slice(wrong * length, length));
            if (item.InputCommit() != statements[wrong].InputCommit || item.OutputCommit() != statements[wrong].OutputCommit)
                return false;
            items[wrong] = item;
        }

        return true;
    }

    // Folded is G and RowQuotient Q, of the long form alone; Quotient is Q' or B.
    private sealed record Messages(
        G1Affine? Folded, G1Affine RowQuotient, G1Affine Quotient, G1Affine Reversed, Fr Value, G1Affine FirstWitness, G1Affine SecondWitness)
    {
        public int HeadLength => (Folded is null ? 2 : 4) * G1Affine.ByteLength;

        public static Messages? TryRead(ReadOnlySpan<byte> opening, ProofForm form)
        {
            var headPoints = form == ProofForm.Long ? 4 : 2;
            Span<G1Affine> points = new G1Affine[headPoints + 2];
            for (var i = 0; i < points.Length; i++)
            {
                // The value stands between the points before ζ and those after.
                var offset = (i * G1Affine.ByteLength) + (i < headPoints ? 0 : Fr.ByteLength);
                if (!G1Affine.TryRead(opening[offset..], out points[i]))
                    return null;
            }

            if (!Fr.TryRead(opening[(headPoints * G1Affine.ByteLength)..], out var value))
                return null;
            return form == ProofForm.Long
                ? new Messages(points[0], points[1], points[2], points[3], value, points[4], points[5])
                : new Messages(null, default, points[0], points[1], value, points[2], points[3]);
        }
    }
}
