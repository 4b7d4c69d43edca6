using System.Buffers.Binary;
using OpenGradient.Ethereum.Crypto;
using OpenGradient.Inference.Integer;
using OpenGradient.Prover.Layout;
using OpenGradient.Prover.Statements;

namespace OpenGradient.Prover.Tests.Statements;

public sealed class RevealedItemTests
{
    [Fact]
    public void An_item_is_read_as_it_was_written_and_reveals_what_the_model_computes()
    {
        foreach (var model in new[] { TestModels.Random(1, null, 5, 9, 4), TestModels.Random(2, 2, 300, 7, 3), TestModels.Create(null, [2, 2], (_, place) => (short)(place % 3), _ => -5) })
        {
            var input = TestModels.Input(4, model.Descriptor.Inputs);
            var item = RevealedItem.Run(model, input);
            var bytes = new byte[RevealedItem.LengthOf(model.Descriptor)];
            item.Write(model.Descriptor, bytes);
            var read = RevealedItem.Read(model.Descriptor, bytes);
            Assert.Equal(item.Accumulators, read.Accumulators);
            Assert.Equal(item.Inputs, read.Inputs);
            Assert.Equal(IntegerExecutor.Run(model, input), read.Accumulators[^1]);
            Assert.Equal(input, bytes[..input.Length]);
        }
    }

    [Theory]
    [InlineData(2, short.MinValue, short.MaxValue)]
    [InlineData(3, -(1 << 23), (1 << 23) - 1)]
    [InlineData(4, int.MinValue, int.MaxValue)]
    public void Accumulators_at_both_ends_of_their_width_keep_their_sign(int width, int least, int greatest)
    {
        LayerTerms[] layers = [new(4, int.MaxValue, 62, -128, short.MinValue, short.MaxValue), new(1, 1, 1, 0, 0, 1)];
        Assert.Null(IntegerDescriptor.TryCreate(1, 1, width, [.. layers], out var descriptor));
        var bytes = new byte[RevealedItem.LengthOf(descriptor!)];
        var place = 1;
        foreach (var number in new[] { least, greatest, -1, 0, -1 })
        {
            for (var shift = 8 * (width - 1); shift >= 0; shift -= 8)
                bytes[place++] = unchecked((byte)(number >> shift));
        }

        var item = RevealedItem.Read(descriptor!, bytes);
        Assert.Equal([least, greatest, -1, 0], item.Accumulators[0]);
        Assert.Equal([-1], item.Accumulators[1]);
        Assert.Equal(item.Accumulators[0].Select(layers[0].Requantise), item.Inputs[1]);
    }

    /// <summary>The commits of a Signed answer: the canonical encodings of both tensors, put together here by hand.</summary>
    [Fact]
    public void Commits_are_the_hashes_of_the_canonical_encodings()
    {
        var model = TestModels.Random(3, null, 6, 5, 2);
        var input = TestModels.Input(8, 6);
        var item = RevealedItem.Run(model, input);
        byte[] encodedInput = [1, 1, 5, .. "input"u8, 2, 1, 6, 0, 0, 0, .. input];
        Assert.Equal(Keccak256.Hash(encodedInput), item.InputCommit());
        var outputs = new byte[8];
        for (var i = 0; i < 2; i++)
            BinaryPrimitives.WriteInt32LittleEndian(outputs.AsSpan(4 * i), item.Accumulators[^1][i]);
        byte[] encodedOutput = [1, 1, 6, .. "output"u8, 6, 1, 2, 0, 0, 0, .. outputs];
        Assert.Equal(Keccak256.Hash(encodedOutput), item.OutputCommit());
    }

    [Fact]
    public void Lengths_are_known_before_a_proof_is_made()
    {
        var descriptor = TestModels.Random(3, null, 6, 5, 2).Descriptor;
        var item = 6 + (7 * descriptor.AccumulatorBytes);
        Assert.Equal(item, ProofSizes.ItemLength(descriptor));
        Assert.Equal(1 + 30 + 64 + (3 * item) + 288, ProofSizes.ProofLength(descriptor, ProofForm.Short, 3));
        Assert.Equal(1 + 30 + 64 + item + 416, ProofSizes.ProofLength(descriptor, ProofForm.Long, 1));
    }
}
