using OpenGradient.Ethereum.Crypto;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Prover.Curves;
using OpenGradient.Prover.Layout;
using OpenGradient.Prover.Pairings;
using OpenGradient.Prover.Proving;
using OpenGradient.Prover.Setup;
using OpenGradient.Prover.Statements;
using OpenGradient.Prover.Verifying;

namespace OpenGradient.Prover.Tests.Verifying;

/// <summary>Whatever is changed of a proof, of what it says or of where it is shown: it does not hold.</summary>
public sealed class MutationTests
{
    private static readonly ProofContext Context = new(new ChainId(1), Address.Parse("0x00000000000000000000000000000000000000aa"));
    private static readonly Lazy<CommittedModel> Model = new(() => CommittedModel.Create(TestModels.Random(5, 4, 5, 6, 3), TestModels.Setup, new Work(2, default)));
    private static readonly Lazy<VersionCache> Cache = new(() => VersionCache.Fill(Model.Value, progress: null, new Work(2, default)));
    private static readonly ProofVerifier Verifier = new(TestModels.Setup.Verifier, Context);

    [Theory]
    [InlineData(ProofForm.Short)]
    [InlineData(ProofForm.Long)]
    public void Every_byte_of_a_proof_counts(ProofForm form)
    {
        var proof = Prove(form, 2);
        AssertHolds(proof);
        for (var place = 0; place < proof.Bytes.Length; place++)
        {
            var changed = proof.Bytes.ToArray();
            changed[place] ^= (byte)(1 << (place % 8));
            AssertRefused(proof.Statements, changed);
        }
    }

    [Theory]
    [InlineData(ProofForm.Short)]
    [InlineData(ProofForm.Long)]
    public void Every_byte_of_a_statement_counts(ProofForm form)
    {
        var proof = Prove(form, 2);
        for (var i = 0; i < proof.Statements.Length; i++)
        {
            var statement = proof.Statements[i];
            for (var place = 0; place < 32; place++)
            {
                Hash32 Changed(Hash32 hash)
                {
                    var bytes = hash.ToArray();
                    bytes[place] ^= 0x10;
                    return new Hash32(bytes);
                }

                AssertRefused(proof.Statements.SetItem(i, statement with { ProofCommitment = Changed(statement.ProofCommitment) }), proof.Bytes);
                AssertRefused(proof.Statements.SetItem(i, statement with { InputCommit = Changed(statement.InputCommit) }), proof.Bytes);
                AssertRefused(proof.Statements.SetItem(i, statement with { OutputCommit = Changed(statement.OutputCommit) }), proof.Bytes);
                AssertRefused(proof.Statements.SetItem(i, statement with { ReceiptDigest = Changed(statement.ReceiptDigest) }), proof.Bytes);
            }
        }
    }

    /// <summary>With commits made to fit, so that the opening is all that is left to refuse: 10,000 random changes of items, opening and digests.</summary>
    [Fact]
    public void Ten_thousand_random_changes_are_all_refused()
    {
        var random = new Random(20);
        var refusedByPairing = 0;
        foreach (var form in new[] { ProofForm.Short, ProofForm.Long })
        {
            var proof = Prove(form, 2);
            for (var i = 0; i < 5_000; i++)
            {
                var changed = proof.Bytes.ToArray();
                var statements = proof.Statements;
                for (var n = random.Next(1, 4); n > 0; n--)
                    changed[random.Next(changed.Length)] ^= (byte)random.Next(1, 256);
                if (changed.AsSpan().SequenceEqual(proof.Bytes.Span))
                    continue;
                statements = [.. Fit(changed, statements)];
                var verdict = Assert.IsType<ProofVerdict.Refused>(Verifier.Verify(statements, changed));
                refusedByPairing += verdict.Fault == ProofFault.DoesNotHold ? 1 : 0;
            }
        }

        // Most changes of points are off the curve; those of items and of the value reach the pairing.
        Assert.True(refusedByPairing > 500, $"{refusedByPairing}");
    }

    [Fact]
    public void Points_that_are_on_the_curve_but_others_are_refused_by_the_pairing()
    {
        foreach (var form in new[] { ProofForm.Short, ProofForm.Long })
        {
            var proof = Prove(form, 1);
            var opening = proof.Bytes.Length - (form == ProofForm.Long ? 416 : 288);
            var heads = form == ProofForm.Long ? 4 : 2;
            for (var i = 0; i < heads + 2; i++)
            {
                var changed = proof.Bytes.ToArray();
                TestModels.Setup.Powers.Span[40 + i].Write(changed.AsSpan(opening + (64 * i) + (i < heads ? 0 : 32)));
                Assert.Equal(ProofFault.DoesNotHold, AssertRefused(proof.Statements, changed).Fault);
                changed.AsSpan(opening + (64 * i) + (i < heads ? 0 : 32), 64).Clear();
                Assert.Equal(ProofFault.DoesNotHold, AssertRefused(proof.Statements, changed).Fault);
            }

            var reduced = proof.Bytes.ToArray();
            var value = reduced.AsSpan(opening + (64 * heads), 32);
            // a + p is the same modulo p, but not canonical.
            (UInt256.FromBigEndian(value) + Fr.Modulus).WriteBigEndian(value);
            Assert.Equal(ProofFault.NotCanonical, AssertRefused(proof.Statements, reduced).Fault);
        }
    }

    [Fact]
    public void Another_length_order_place_or_form_is_refused()
    {
        var proof = Prove(ProofForm.Short, 3);
        for (var length = 0; length < proof.Bytes.Length; length++)
            AssertRefused(proof.Statements, proof.Bytes[..length]);
        Assert.Equal(ProofFault.Malformed, AssertRefused(proof.Statements, (byte[])[.. proof.Bytes.Span, 0]).Fault);
        AssertRefused([], proof.Bytes);
        AssertRefused(proof.Statements[..2], proof.Bytes);

        // Items swapped together with their statements: the transcript has their order.
        var length0 = (int)RevealedItem.LengthOf(Model.Value.Model.Descriptor);
        var start = 1 + Model.Value.Model.Descriptor.Encoded.Length + 64;
        var swapped = proof.Bytes.ToArray();
        proof.Bytes.Span.Slice(start, length0).CopyTo(swapped.AsSpan(start + length0));
        proof.Bytes.Span.Slice(start + length0, length0).CopyTo(swapped.AsSpan(start));
        Assert.Equal(
            ProofFault.DoesNotHold,
            AssertRefused([proof.Statements[1], proof.Statements[0], proof.Statements[2]], swapped).Fault);
        AssertRefused([proof.Statements[1], proof.Statements[0], proof.Statements[2]], proof.Bytes);

        foreach (var elsewhere in new[] { Context with { ChainId = new ChainId(2) }, Context with { Verifier = Address.Zero } })
            Assert.IsType<ProofVerdict.Refused>(new ProofVerifier(TestModels.Setup.Verifier, elsewhere).Verify(proof.Statements, proof.Bytes));
        AssertHolds(proof);
    }

    [Fact]
    public void A_proof_for_one_receipt_is_none_for_another()
    {
        var proof = Prove(ProofForm.Short, 1);
        var replayed = proof.Statements[0] with { ReceiptDigest = Keccak256.Hash("another payee"u8) };
        Assert.Equal(ProofFault.DoesNotHold, AssertRefused([replayed], proof.Bytes).Fault);
    }

    [Fact]
    public void Proofs_that_are_folded_hold_together_and_one_bad_one_spoils_none()
    {
        var good = Prove(ProofForm.Short, 2);
        var longer = Prove(ProofForm.Long, 1);
        var bad = Prove(ProofForm.Short, 1);
        var replayed = bad.Statements.SetItem(0, bad.Statements[0] with { ReceiptDigest = Hash32.Zero });
        Assert.All(Verifier.VerifyAll([(good.Statements, good.Bytes), (longer.Statements, longer.Bytes)]), verdict => Assert.IsType<ProofVerdict.Holds>(verdict));
        var verdicts = Verifier.VerifyAll([(good.Statements, good.Bytes), (replayed, bad.Bytes), (longer.Statements, longer.Bytes), (good.Statements, bad.Bytes)]);
        Assert.IsType<ProofVerdict.Holds>(verdicts[0]);
        Assert.Equal(ProofFault.DoesNotHold, Assert.IsType<ProofVerdict.Refused>(verdicts[1]).Fault);
        Assert.IsType<ProofVerdict.Holds>(verdicts[2]);
        Assert.Equal(ProofFault.Malformed, Assert.IsType<ProofVerdict.Refused>(verdicts[3]).Fault);
    }

    /// <summary>Whoever knows τ spoils two proofs so that what is wrong with one is right with the other: added up they hold, and folded they do not.</summary>
    [Fact]
    public void Faults_that_would_make_up_for_each_other_do_not_pass_together()
    {
        var tau = DevelopmentSetup.TauOf("golden");
        var (left, right) = (Prove(ProofForm.Short, 1), Prove(ProofForm.Short, 2));
        var (zetaOfLeft, zetaOfRight) = (TermsOf(left.Statements, left.Bytes).Trace.Zeta, TermsOf(right.Statements, right.Bytes).Trace.Zeta);
        // π₂ counts ζ times on one side and τ times on the other; ζ was drawn before it.
        var spoiltLeft = AddToLastPoint(left.Bytes, zetaOfRight - tau);
        var spoiltRight = AddToLastPoint(right.Bytes, tau - zetaOfLeft);

        var (first, second) = (TermsOf(left.Statements, spoiltLeft).Terms, TermsOf(right.Statements, spoiltRight).Terms);
        Assert.True(Pairing.IsOne([
            ((-(first.First + second.First)).ToAffine(), VerifierSetup.PreparedOne), ((first.Tau + second.Tau).ToAffine(), TestModels.Setup.Verifier.PreparedTau)]));
        foreach (var verdict in Verifier.VerifyAll([(left.Statements, spoiltLeft), (right.Statements, spoiltRight)]))
            Assert.Equal(ProofFault.DoesNotHold, Assert.IsType<ProofVerdict.Refused>(verdict).Fault);
    }

    [Fact]
    public void A_long_proof_is_refused_where_the_setup_has_no_power_for_it()
    {
        var proof = Prove(ProofForm.Long, 1);
        var setup = TestModels.Setup.Verifier;
        Assert.Null(VerifierSetup.TryCreate(
            setup.Origin.Label, setup.Tau.AsSpan(), [setup.Powers[0].AsMemory()], [TestModels.Setup.Witnesses[0].AsMemory()], out var small));
        var verdict = new ProofVerifier(small!, Context).Verify(proof.Statements, proof.Bytes);
        Assert.Equal(ProofFault.SetupTooSmall, Assert.IsType<ProofVerdict.Refused>(verdict).Fault);
    }

    private static Proof Prove(ProofForm form, int count)
    {
        InferenceToProve[] inferences = [.. Enumerable.Range(0, count).Select(i => new InferenceToProve(TestModels.Input(i, 5), Keccak256.Hash([(byte)i])))];
        var prover = new InferenceProver(Model.Value, Context);
        return form == ProofForm.Long ? prover.ProveLong(Cache.Value, inferences, TestWork.Here) : prover.ProveShort(inferences, TestWork.Here);
    }

    // The statements with the commits of what the bytes reveal, and the commitment of what they name, as far as they can be read.
    private static IEnumerable<ProofStatement> Fit(byte[] proof, IReadOnlyList<ProofStatement> statements)
    {
        if (ProofEnvelope.TryRead(proof, statements.Count, out var envelope) is not null)
            return statements;
        var length = (int)RevealedItem.LengthOf(envelope!.Descriptor);
        return statements.Select((statement, i) =>
        {
            var item = RevealedItem.Read(envelope.Descriptor, envelope.Items.Span.Slice(i * length, length));
            return statement with { ProofCommitment = envelope.ProofCommitment, InputCommit = item.InputCommit(), OutputCommit = item.OutputCommit() };
        });
    }

    private static ReadProof TermsOf(IReadOnlyList<ProofStatement> statements, ReadOnlyMemory<byte> proof)
    {
        Assert.IsType<ProofVerdict.Holds>(Verifier.Read(statements, proof, out var read));
        return read!;
    }

    // The last point of a proof is π₂.
    private static byte[] AddToLastPoint(ReadOnlyMemory<byte> proof, Fr factor)
    {
        var changed = proof.ToArray();
        Assert.True(G1Affine.TryRead(changed.AsSpan(^G1Affine.ByteLength), out var point));
        (((G1)G1Affine.Generator * factor) + point).ToAffine().Write(changed.AsSpan(^G1Affine.ByteLength));
        return changed;
    }

    private static void AssertHolds(Proof proof) => Assert.IsType<ProofVerdict.Holds>(Verifier.Verify(proof.Statements, proof.Bytes));

    private static ProofVerdict.Refused AssertRefused(IReadOnlyList<ProofStatement> statements, ReadOnlyMemory<byte> proof) =>
        Assert.IsType<ProofVerdict.Refused>(Verifier.Verify(statements, proof));
}
