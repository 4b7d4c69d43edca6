using OpenGradient.Contracts.Hub;
using OpenGradient.Ethereum.Crypto;
using OpenGradient.Ethereum.Primitives;

namespace OpenGradient.Contracts.Tests.Hub;

public sealed class PrivateCommitmentTests
{
    private static readonly Hash32 One = Hash32.FromUInt256(1u);

    [Fact]
    public void Another_salt_or_length_gives_another_commitment()
    {
        Hash32[] commitments =
        [
            PrivateCommitment.Of(Hash32.Zero, [1]), PrivateCommitment.Of(One, [1]), PrivateCommitment.Of(Hash32.Zero, [1, 0]), PrivateCommitment.Of(Hash32.Zero, []),
            Keccak256.Hash([1]),
        ];

        Assert.Equal(commitments.Length, commitments.Distinct().Count());
    }

    [Fact]
    public void The_salt_of_an_answer_follows_from_question_and_request_and_is_neither()
    {
        Hash32[] salts =
        [
            Hash32.Zero, One, PrivateCommitment.OutputSaltOf(Hash32.Zero, One), PrivateCommitment.OutputSaltOf(One, Hash32.Zero), PrivateCommitment.OutputSaltOf(One, One),
        ];

        Assert.Equal(salts.Length, salts.Distinct().Count());
        Assert.Equal(salts[4], PrivateCommitment.OutputSaltOf(One, One));
    }
}
