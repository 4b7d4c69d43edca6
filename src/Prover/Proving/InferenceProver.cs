using System.Collections.Immutable;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Prover.Layout;
using OpenGradient.Prover.MultiScalar;
using OpenGradient.Prover.Statements;

namespace OpenGradient.Prover.Proving;

/// <summary>
/// Proves inferences of one version, one or many at a time: a batch takes one opening. Proofs follow docs/proofs.md, and the same inferences give the same
/// bytes.
/// </summary>
public sealed class InferenceProver(CommittedModel model, ProofContext context)
{
    private readonly RowProducts _products = new(model.Layout.Columns);

    /// <summary>A proof of the short form: nothing needs to be at hand but the setup.</summary>
    /// <param name="inferences">What is proven.</param>
    /// <param name="work">Cancellable.</param>
    /// <param name="progress">Told by whatever thread is at it.</param>
    public Proof ProveShort(IReadOnlyList<InferenceToProve> inferences, Work work, IProgress<ProofProgress>? progress = null)
    {
        StepProgress.Of(progress, ProofStep.Running);
        var stated = State(ProofForm.Short, inferences, work);
        var fold = stated.Fold;
        var x = fold.X(work);
        var (quotient, remainder) = _products.Divide(
            model.Coefficients, _products.TransformReversed(x), fold.R, work, StepProgress.Of(progress, ProofStep.Dividing));
        var opening = new Opening(fold, stated.Hash, model.Setup.Powers, multiples: null, model.Layout.Columns, quotient.Length, work);
        byte[] messages = [.. opening.Commit(quotient, StepProgress.Of(progress, ProofStep.Committing)), .. opening.CommitRemainder(remainder)];
        var opened = StepProgress.Of(progress, ProofStep.Opening);
        return stated.Prove(opening.Finish(messages, x, (alpha, beta) =>
        {
            work.ForRanges(quotient.Length, 4096, (from, to) =>
            {
                var w = model.Coefficients.Span;
                for (var i = from; i < to; i++)
                    quotient[i] = (alpha * Fr.FromInt64(w[i])) - (beta * quotient[i]);
            });
            return quotient;
        }, opened));
    }

    /// <summary>A proof of the long form, over the version's cached points.</summary>
    /// <param name="cache">The version's.</param>
    /// <param name="inferences">What is proven.</param>
    /// <param name="work">Cancellable.</param>
    /// <param name="progress">Told by whatever thread is at it.</param>
    public Proof ProveLong(VersionCache cache, IReadOnlyList<InferenceToProve> inferences, Work work, IProgress<ProofProgress>? progress = null)
    {
        StepProgress.Of(progress, ProofStep.Running);
        var stated = State(ProofForm.Long, inferences, work);
        var fold = stated.Fold;
        var columns = model.Layout.Columns;
        var powersOfR = new Fr[model.Layout.Rows];
        var power = Fr.One;
        foreach (ref var entry in powersOfR.AsSpan())
        {
            entry = power;
            power *= fold.R;
        }

        var g = RowFold.Fold(model.Coefficients, columns, fold.R, work);
        var x = fold.X(work);
        StepProgress.Of(progress, ProofStep.Dividing);
        var product = new Fr[2 * columns];
        g.CopyTo(product, 0);
        _products.Multiply(product, _products.TransformReversed(x));
        var quotient = product[columns..];
        var remainder = product[..columns];
        for (var i = 0; i < columns; i++)
            remainder[i] += quotient[i] * fold.R;

        var opening = new Opening(fold, stated.Hash, model.Setup.Powers, cache.Multiples, columns, columns, work);
        StepProgress.Of(progress, ProofStep.Committing);
        byte[] messages =
        [
            .. MultiScalarSum.Of(cache.Rows, powersOfR, work).ToAffine().ToBytes(),
            .. MultiScalarSum.Of(cache.Shifted, powersOfR.AsSpan(0, cache.Shifted.Length), work).ToAffine().ToBytes(),
            .. opening.Commit(quotient),
            .. opening.CommitRemainder(remainder),
        ];
        StepProgress.Of(progress, ProofStep.Opening);
        return stated.Prove(opening.Finish(messages, x, (alpha, beta) =>
        {
            for (var i = 0; i < quotient.Length; i++)
                quotient[i] = (alpha * g[i]) - (beta * quotient[i]);
            return quotient;
        }));
    }

    private Stated State(ProofForm form, IReadOnlyList<InferenceToProve> inferences, Work work)
    {
        ArgumentOutOfRangeException.ThrowIfZero(inferences.Count, nameof(inferences));
        var descriptor = model.Model.Descriptor;
        var length = (int)RevealedItem.LengthOf(descriptor);
        var items = new RevealedItem[inferences.Count];
        var statements = new ProofStatement[items.Length];
        var bytes = new byte[checked(length * items.Length)];
        work.ForEach(items.Length, i =>
        {
            items[i] = RevealedItem.Run(model.Model, inferences[i].Input.Span);
            items[i].Write(descriptor, bytes.AsSpan(i * length, length));
            statements[i] = new ProofStatement(model.ProofCommitment, items[i].InputCommit(), items[i].OutputCommit(), inferences[i].ReceiptDigest);
        });

        Hash32[] digests = [.. inferences.Select(inference => inference.ReceiptDigest)];
        var hash = Transcript.Begin(form, context, model.ProofCommitment, digests, bytes);
        var envelope = new ProofEnvelope(form, descriptor, model.WeightCommitment.AsMemory(), bytes, default);
        return new Stated(hash, new PublicFold(model.Layout, items, hash), envelope, [.. statements]);
    }

    private sealed record Stated(Hash32 Hash, PublicFold Fold, ProofEnvelope Envelope, ImmutableArray<ProofStatement> Statements)
    {
        public Proof Prove(byte[] opening) => new((Envelope with { Opening = opening }).Write(), Statements);
    }
}
