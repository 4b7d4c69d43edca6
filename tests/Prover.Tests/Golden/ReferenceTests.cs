using OpenGradient.Ethereum.Primitives;
using OpenGradient.Prover.Layout;
using OpenGradient.Prover.Proving;
using OpenGradient.Prover.Verifying;

namespace OpenGradient.Prover.Tests.Golden;

public sealed class ReferenceTests
{
    public static TheoryData<int> Cases => [.. Enumerable.Range(0, ReferenceCase.All.Count)];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Makes_the_bytes_that_the_reference_makes(int index)
    {
        var known = ReferenceCase.All[index];
        var model = CommittedModel.Create(known.Model(), known.Setup(512), TestWork.Here);
        Assert.Equal(known.Columns, model.Layout.Columns);
        Assert.Equal(known.W, Hex.Encode(model.WeightCommitment.AsSpan()));
        Assert.Equal(known.ProofCommitment, model.ProofCommitment.ToString());

        var prover = new InferenceProver(model, known.Context());
        var proof = known.Form == ProofForm.Long
            ? prover.ProveLong(VersionCache.Fill(model, progress: null, TestWork.Here), known.Inferences(), TestWork.Here)
            : prover.ProveShort(known.Inferences(), TestWork.Here);
        Assert.Equal(
            $"0x0{(int)known.Form}{known.Descriptor[2..]}{known.W[2..]}{known.Items[2..]}{known.Opening[2..]}", Hex.Encode(proof.Bytes.Span));

        var verdict = new ProofVerifier(model.Setup.Verifier, known.Context()).Verify(proof.Statements, proof.Bytes);
        Assert.IsType<ProofVerdict.Holds>(verdict);
    }
}
