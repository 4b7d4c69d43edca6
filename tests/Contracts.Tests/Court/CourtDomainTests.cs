using FsCheck.Fluent;
using OpenGradient.Contracts.Court;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Support;

namespace OpenGradient.Contracts.Tests.Court;

/// <summary>Seals and digests in C# and at the deployed court: the same hash of the same things.</summary>
public sealed class CourtDomainTests(DeployedChainFixture chain)
{
    private const int Samples = 100;

    private static readonly CancellationToken Stop = TestContext.Current.CancellationToken;

    private readonly CourtDomain _domain = new(chain.Deployment.ChainId, chain.Deployment.Court);
    private readonly IChallengeCourtContract _court = new(chain.Client, chain.Deployment.Court);

    [Fact]
    public Task Seals_challenges_and_votes_as_the_court_does() => RandomData.ForEachAsync(
        from account in RandomData.Addresses
        from request in RandomData.Hashes
        from commit in RandomData.Hashes
        from salt in RandomData.Hashes
        select (account, request, commit, salt),
        Samples,
        async sample =>
        {
            var (account, request, commit, salt) = sample;
            Assert.Equal(
                await _court.CallSealOfAsync(account, request, commit, salt, cancellationToken: Stop),
                _domain.SealOf(account, request, commit, salt));
            Assert.Equal(
                await _court.CallVoteSealOfAsync(request, account, commit, salt, cancellationToken: Stop),
                _domain.VoteSealOf(request, account, commit, salt));
            Assert.NotEqual(_domain.SealOf(account, request, commit, salt), _domain.VoteSealOf(request, account, commit, salt));
        });

    [Fact]
    public Task Gives_proofs_the_digests_that_the_court_does() => RandomData.ForEachAsync(
        from account in RandomData.Addresses
        from request in RandomData.Hashes
        select (account, request),
        Samples,
        async sample =>
        {
            var (account, request) = sample;
            Assert.Equal(
                await _court.CallChallengeDigestOfAsync(request, account, cancellationToken: Stop),
                _domain.ChallengeDigestOf(request, account));
            Assert.Equal(
                await _court.CallContradictionDigestOfAsync(request, cancellationToken: Stop), _domain.ContradictionDigestOf(request));
        });

    [Fact]
    public void Another_chain_or_court_seals_otherwise()
    {
        Hash32[] seals =
        [
            _domain.SealOf(Address.Zero, Hash32.Zero, Hash32.Zero, Hash32.Zero),
            new CourtDomain(new ChainId(1), chain.Deployment.Court).SealOf(Address.Zero, Hash32.Zero, Hash32.Zero, Hash32.Zero),
            new CourtDomain(chain.Deployment.ChainId, chain.Deployment.Hub).SealOf(Address.Zero, Hash32.Zero, Hash32.Zero, Hash32.Zero),
        ];
        Assert.Equal(seals.Length, seals.Distinct().Count());
    }
}
