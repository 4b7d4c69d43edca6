using System.Buffers.Binary;
using System.Text;
using OpenGradient.Ethereum.Crypto;
using OpenGradient.Inference.Integer;
using OpenGradient.Prover;
using OpenGradient.Prover.Curves;
using OpenGradient.Prover.Layout;
using OpenGradient.Prover.Proving;
using OpenGradient.Prover.Statements;

namespace OpenGradient.Benchmarks.Forgeries;

/// <summary>A proof that holds, and where its parts stand: what forgeries are made of.</summary>
internal sealed record TrueProof(ProofForm Form, IntegerDescriptor Descriptor, IReadOnlyList<ProofStatement> Statements, byte[] Bytes)
{
    public int WeightsAt => 1 + Descriptor.Encoded.Length;

    public int ItemsAt => WeightsAt + G1Affine.ByteLength;

    public int ItemLength => (int)RevealedItem.LengthOf(Descriptor);

    public int OpeningAt => Bytes.Length - (Form == ProofForm.Long ? ProofEnvelope.LongOpeningLength : ProofEnvelope.ShortOpeningLength);

    public int HeadPoints => Form == ProofForm.Long ? 4 : 2;

    /// <summary>Where a stands.</summary>
    public int ValueAt => OpeningAt + (HeadPoints * G1Affine.ByteLength);

    /// <summary>Where each point of the opening begins.</summary>
    public int[] Points =>
    [
        .. Enumerable.Range(0, HeadPoints).Select(i => OpeningAt + (i * G1Affine.ByteLength)), ValueAt + Fr.ByteLength, ValueAt + Fr.ByteLength + G1Affine.ByteLength,
    ];

    /// <summary>Makes a proof of inputs that follow from a name, as their receipts' digests do.</summary>
    public static TrueProof Make(CommittedModel model, VersionCache? cache, ProofContext context, string name, int count, Work work)
    {
        var inferences = new InferenceToProve[count];
        for (var i = 0; i < count; i++)
        {
            var input = new byte[model.Model.Descriptor.Inputs];
            RandomOf($"{name} {i}").NextBytes(input);
            inferences[i] = new InferenceToProve(input, Keccak256.Hash(Encoding.UTF8.GetBytes($"{name} {i}")));
        }

        var prover = new InferenceProver(model, context);
        var proof = cache is null ? prover.ProveShort(inferences, work) : prover.ProveLong(cache, inferences, work);
        return new TrueProof(cache is null ? ProofForm.Short : ProofForm.Long, model.Model.Descriptor, proof.Statements, proof.Bytes.ToArray());
    }

    /// <summary>Random numbers that follow from a name.</summary>
    public static Random RandomOf(string name) => new(BinaryPrimitives.ReadInt32BigEndian(Keccak256.Hash(Encoding.UTF8.GetBytes(name)).Bytes));

    /// <summary>Changed bytes under statements that say what the bytes reveal and whose they are, so that nothing is left to refuse but what is proved.</summary>
    public static Forgery Fit(IReadOnlyList<ProofStatement> statements, byte[] proof)
    {
        if (ProofEnvelope.TryRead(proof, statements.Count, out var envelope) is not null)
            return new Forgery(statements, proof);
        var length = (int)RevealedItem.LengthOf(envelope!.Descriptor);
        return new Forgery(
            [.. statements.Select((statement, i) =>
            {
                var item = RevealedItem.Read(envelope.Descriptor, envelope.Items.Span.Slice(i * length, length));
                return new ProofStatement(envelope.ProofCommitment, item.InputCommit(), item.OutputCommit(), statement.ReceiptDigest);
            })],
            proof);
    }
}
