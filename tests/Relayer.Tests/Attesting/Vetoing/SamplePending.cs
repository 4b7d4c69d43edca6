using OpenGradient.Contracts;
using OpenGradient.Ethereum.Primitives;

namespace OpenGradient.Relayer.Tests.Attesting.Vetoing;

internal static class SamplePending
{
    /// <summary>One that is about nothing that is claimed here.</summary>
    public static IAttestedKeysContract.KeyRegistration Registration { get; } = new(
        AttestingScene.Node, AttestingScene.Node, Hash32.Zero, Hash32.Zero, Hash32.Zero, Hash32.Zero, Hash32.Zero, Hash32.Zero, 0, 0, 0, 0, 1);
}
