using OpenGradient.Contracts;
using OpenGradient.Contracts.Hub;
using OpenGradient.Ethereum.Crypto;

namespace OpenGradient.Benchmarks.Gas;

/// <summary>A quorum of two of three.</summary>
internal static class QuorumCases
{
    private static readonly int[] Nodes = [GasActors.BusyNode, GasActors.FirstVerifier, GasActors.FirstVerifier + 1];

    public static async Task RunAsync(GasWorld world, CancellationToken cancellationToken)
    {
        var members = Nodes.OrderBy(world.Chain.AddressOf).ToArray();
        var terms = new IHubContract.Terms([], [.. members.Select(world.Chain.AddressOf)]);
        var request = world.OpenRequest() with { QuorumValue = 2, TermsHash = RequestHash.Of(terms) };
        var asked = await world.MeasureAsync(
            "request, 64 bytes, of a quorum of 2 of 3", GasActors.Requester,
            world.Hub.PrepareRequestRequestBytesTerms(request, GasWorld.Input, terms), cancellationToken);
        var ask = GasWorld.AskIn(asked);
        var salt = Keccak256.Hash("salt"u8);
        var output = Keccak256.Hash(GasWorld.OutputOf(1));
        string[] seals = ["seal an answer, a quorum's first", "seal an answer, a quorum's second", "seal an answer, a quorum's last"];
        for (var i = 0; i < members.Length; i++)
        {
            var seal = await world.Hub.CallSealOfAsync(
                world.Domain.IdOf(ask), world.Chain.AddressOf(members[i]), output, salt, cancellationToken: cancellationToken);
            await world.MeasureAsync(seals[i], members[i], world.Hub.PrepareSealAnswer(ask, terms, seal), cancellationToken);
        }

        string[] reveals = ["reveal an answer, a quorum's first", "reveal the answer that decides a quorum", "reveal an answer, a quorum is decided"];
        for (var i = 0; i < members.Length; i++)
        {
            var answer = await world.AnswerAsync(ask, cancellationToken, members[i], terms: terms);
            var revealed = await world.MeasureAsync(
                reveals[i], members[i], world.Hub.PrepareRevealAnswer(answer, salt, output, ReadOnlyMemory<byte>.Empty), cancellationToken);
            GasWorld.Expect<IHubContract.SettledEvent>(revealed, i == 1 ? 1 : 0);
        }
    }
}
