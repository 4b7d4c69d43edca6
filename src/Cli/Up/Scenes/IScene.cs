using OpenGradient.Ethereum.Primitives;

namespace OpenGradient.Cli.Up.Scenes;

/// <summary>
/// One thing that can happen on a network, played to its end, beside the others. A new one is a class in this folder and a line in <see cref="AllScenes"/>.
/// </summary>
internal interface IScene
{
    /// <summary>What happens, in a few words.</summary>
    string Title { get; }

    /// <summary>Plays it. Whatever does not come throws <see cref="TimeoutException"/>.</summary>
    Task<PlayedScene> PlayAsync(SceneStage stage, CancellationToken cancellationToken);
}

/// <summary>What came of a scene.</summary>
/// <param name="RequestId">The request that it was about.</param>
/// <param name="Model">Who was asked.</param>
/// <param name="Came">What came of it, for people.</param>
/// <param name="Checks">What must hold of it.</param>
internal sealed record PlayedScene(Hash32 RequestId, LocalModel Model, string Came, params IReadOnlyList<UpCheck> Checks)
{
    /// <summary>The command by which its receipt is verified, from the checkout's folder and without the network; null where none was kept.</summary>
    public string? VerifyBy { get; init; }
}
