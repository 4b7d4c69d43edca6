using OpenGradient.Ethereum.Crypto;
using OpenGradient.Inference.Tensors;
using OpenGradient.Relayer.Execution;
using OpenGradient.Relayer.Jobs;

namespace OpenGradient.EndToEnd.Tests.Network;

/// <summary>Finds answers as a relayer does, and then says something else.</summary>
internal sealed class Liar(IPreparer honest, Func<Job, ReadOnlyMemory<byte>, ReadOnlyMemory<byte>> lie) : IPreparer
{
    public async Task<Preparation> PrepareAsync(Job job, CancellationToken cancellationToken)
    {
        if (await honest.PrepareAsync(job, cancellationToken) is not Preparation.Answered { Answer: { IsFailure: false } answer } found)
            return new Preparation.Unavailable("The honest half found nothing.");
        var said = lie(job, answer.Output);
        return new Preparation.Answered(found.Answer with { OutputCommit = Keccak256.Hash(said.Span), Output = said });
    }

    /// <summary>Adds something to every number of an output of floats.</summary>
    public static byte[] Shift(ReadOnlyMemory<byte> output, float by)
    {
        if (TensorEncoding.Decode(output) is not TensorDecoding.Decoded(var tensors))
            throw new InvalidOperationException("The output is no encoding.");
        var shifted = tensors.Select(tensor => tensor with { Data = Shift(tensor, by) }).ToList();
        return TensorEncoding.TryEncode(shifted, out var encoded) is var fault and not TensorFault.None
            ? throw new InvalidOperationException($"The output has no encoding: {fault}.")
            : encoded;
    }

    private static byte[] Shift(Tensor tensor, float by)
    {
        var data = tensor.Data.ToArray();
        for (var at = 0; at < data.Length; at += sizeof(float))
            BitConverter.TryWriteBytes(data.AsSpan(at), BitConverter.ToSingle(data, at) + by);
        return data;
    }
}
